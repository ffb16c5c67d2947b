"""Lengths as ABC writes them, and as written note values."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from lilydesk.notation import Duration

LONGEST = Fraction(256)  # quarters: 64 whole notes
SHORTEST_DIVISION = 256
_NEAREST = Fraction(1, 16)  # quarters, for lengths that no note value says
_MOST_SLASHES = 8
_LARGEST_NUMBER = 9999


def small_number(digits: str, default: int = 1) -> int:
    """A number of at most four digits; the largest such for a longer one, `default` for none."""
    if not digits.isdecimal():
        return default
    return min(_LARGEST_NUMBER, int(digits[:5]))


@lru_cache(maxsize=512)
def length_factor(text: str) -> Fraction | None:
    """`3/2`, `/`, `//`, `2` as a multiple of the unit; None for nothing at all (0)."""
    numerator, slash, rest = text.partition("/")
    factor = Fraction(small_number(numerator))
    if slash:
        denominator = rest.lstrip("/")
        n_slashes = min(_MOST_SLASHES, len(rest) - len(denominator) + 1)
        factor /= small_number(denominator, 2) or 1
        factor /= 2 ** (n_slashes - 1)
    return factor if factor > 0 else None


@lru_cache(maxsize=512)
def note_values(length: Fraction) -> tuple[Duration, ...] | None:
    """Written values that together last `length` quarters, the longest first.

    One wherever one note can say it (up to three dots). None where powers of two cannot.
    """
    if length <= 0 or length > LONGEST:
        return None
    smallest = Fraction(4, SHORTEST_DIVISION)
    if (length / smallest).denominator != 1:
        return None
    values: list[Duration] = []
    while length > 0:
        value = _longest_value(length)
        values.append(value)
        length -= value.length
    return tuple(values)


def single_value(length: Fraction) -> Duration | None:
    """The one written value of this length, if there is one."""
    values = note_values(length)
    return values[0] if values is not None and len(values) == 1 else None


def tuplet_around(length: Fraction) -> tuple[Fraction, int, int] | None:
    """For a length that powers of two cannot say: written length, and n in the time of m.

    A third of a quarter is an eighth in a 3:2 tuplet. None beyond ninths and the like.
    """
    odd = length.denominator
    while odd % 2 == 0:
        odd //= 2
    if odd == 1 or odd > 15:
        return None
    even = 1 << (odd.bit_length() - 1)
    written = length * odd / even
    return (written, odd, even) if note_values(written) else None


def sayable(length: Fraction) -> Fraction:
    """The length in quarters, or the nearest one that written values can say."""
    if note_values(length) or tuplet_around(length):
        return length
    return max(1, round(length / _NEAREST)) * _NEAREST


def _longest_value(length: Fraction) -> Duration:
    division = 1
    while Fraction(4, division) > length:
        division *= 2
    for dots in (3, 2, 1):
        value = Duration(division, dots)
        if value.length == length and division << dots <= SHORTEST_DIVISION:
            return value
    plain = Duration(division)
    if division * 2 <= SHORTEST_DIVISION and Duration(division, 1).length <= length:
        return Duration(division, 1) if division > 1 else plain
    return plain
