from __future__ import annotations

from fractions import Fraction

import pytest

from lilydesk.notation import Duration
from lilydesk.notation.duration import value_of


@pytest.mark.parametrize("division", [1, 2, 4, 64, 1024])
@pytest.mark.parametrize("dots", [0, 1, 2, 3])
def test_a_length_names_its_note_value(division: int, dots: int) -> None:
    value = Duration(division, dots)
    assert value_of(value.length, 3) == value


@pytest.mark.parametrize("length", [0, -1, Fraction(1, 3), 5, 8, Fraction(1, 512)])
def test_other_lengths_have_none(length: int | Fraction) -> None:
    assert value_of(Fraction(length)) is None


def test_dots_and_short_values_may_be_left_out() -> None:
    assert value_of(Fraction(7, 2), 1) is None
    assert value_of(Fraction(1, 16), 0, 32) is None
    assert value_of(Fraction(1, 8), 0, 32) == Duration(32)
