"""Small readers of numbers, and lengths as note values."""

from __future__ import annotations

import re
from fractions import Fraction
from xml.etree.ElementTree import Element

from lilydesk.notation import Duration, Placement
from lilydesk.notation.duration import value_of

NOTHING = Fraction(0)
ONE = Fraction(1)

_NUMBER = re.compile(r"[+-]?\d{1,9}(?:\.\d{1,9})?")
_DIVISIONS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
_TYPES = {
    "whole": 1, "half": 2, "quarter": 4, "eighth": 8, "16th": 16, "32nd": 32, "64th": 64,
    "128th": 128, "256th": 256, "512th": 512, "1024th": 1024,
}  # fmt: skip
_PLACEMENTS = {"above": Placement.ABOVE, "below": Placement.BELOW}


def text_of(element: Element, path: str, default: str = "") -> str:
    """The text of a child, without the white space around it."""
    return (element.findtext(path) or "").strip() or default


def number_of(text: str | None) -> Fraction | None:
    """A decimal number; None for anything else."""
    match = _NUMBER.fullmatch((text or "").strip())
    return Fraction(match[0]) if match else None


def whole_of(text: str | None, default: int = 0) -> int:
    """A whole number, cut off where it is none."""
    number = number_of(text)
    return default if number is None else int(number)


def placement_of(element: Element) -> Placement | None:
    """The side of the staff that an element asks for."""
    return _PLACEMENTS.get(element.get("placement", ""))


def written_duration(type_name: str, n_dots: int) -> Duration | None:
    """The note value of a <type>; None for those that Lilylet has no word for."""
    division = _TYPES.get(type_name)
    return Duration(division, min(n_dots, 4)) if division else None


def is_dyadic(length: Fraction) -> bool:
    """Whether note values without a tuplet can make up this length."""
    denominator = length.denominator
    return denominator & (denominator - 1) == 0 and denominator <= 256


def note_values(length: Fraction) -> list[Duration]:
    """Note values that make up a dyadic length, the longest first."""
    exact = value_of(length)
    if exact is not None:
        return [exact]
    values: list[Duration] = []
    for division in _DIVISIONS:
        value = Duration(division)
        while value.length <= length:
            values.append(value)
            length -= value.length
    return values


def sensible_time(moment: Fraction) -> Fraction:
    """The moment, or the nearest one that notes can express where a program rounded badly."""
    odd = moment.denominator
    while odd % 2 == 0:
        odd //= 2
    if odd in (1, 3, 5, 7, 9, 11, 13, 15) and moment.denominator <= 1024:
        return moment
    for denominator in (48, 80, 112):
        near = Fraction(round(moment * denominator), denominator)
        if abs(near - moment) < Fraction(1, 200):
            return near
    return Fraction(round(moment * 64), 64)
