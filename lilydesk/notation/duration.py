"""Written note values."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Duration:
    """A written note value, as the page shows it. Tuplets scale its length later."""

    division: int  # 1 = whole, 2 = half, 4 = quarter ... 128
    dots: int = 0

    @property
    def length(self) -> Fraction:
        """Length in quarter notes, exact: a dotted eighth is Fraction(3, 4)."""
        return _length(self.division, self.dots)


@lru_cache(maxsize=256)  # a score asks for a dozen lengths, ten thousand times
def _length(division: int, dots: int) -> Fraction:
    return Fraction(4, division) * (2 - Fraction(1, 2**dots))


@lru_cache(maxsize=1024)
def value_of(length: Fraction, most_dots: int = 2, shortest: int = 1024) -> Duration | None:
    """The note value of a length in quarters, if there is one down to the division `shortest`."""
    if length <= 0:
        return None
    for dots in range(most_dots + 1):
        division = 4 * (2 - Fraction(1, 2**dots)) / length
        number = division.numerator
        if division.denominator == 1 and number <= shortest and not number & (number - 1):
            return Duration(number, dots)
    return None
