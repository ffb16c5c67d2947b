"""Lengths as note values."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from lilydesk.notation.duration import Duration, value_of

_MAX_DOTS = 1
_SHORTEST = 256


@lru_cache(maxsize=1)
def _durations() -> tuple[Duration, ...]:
    """Note values from the longest to the shortest."""
    divisions = [2**power for power in range(_SHORTEST.bit_length())]
    values = [Duration(one, dots) for one in divisions for dots in range(_MAX_DOTS + 1)]
    return tuple(sorted(values, key=lambda value: -value.length))


def spelled_length(length: Fraction) -> list[Duration] | None:
    """The fewest note values, long ones first, that make up a length; None if none do."""
    found: list[Duration] = []
    while length > 0:
        value = next((one for one in _durations() if one.length <= length), None)
        if value is None or len(found) > 64:
            return None
        found.append(value)
        length -= value.length
    return found


def single_value(length: Fraction) -> Duration | None:
    """The one note value of a length, if there is one."""
    return value_of(length, _MAX_DOTS, _SHORTEST)
