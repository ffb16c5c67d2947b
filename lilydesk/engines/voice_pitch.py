"""How a note or chord is spelled in a voice, and which staff place its pitch has."""

from __future__ import annotations

import re

LOWEST, HIGHEST = 5, 56  # A0 to C8
PITCH = r"(?P<step>[a-g])(?:ss?|ff?)?(?P<octaves>'{0,4}|,{0,4})"
HEAD = re.compile(rf"(?:{PITCH}!?|[rsR>])(?:(?P<digits>[0-9]+)(?P<dots>\.{{0,2}}))?")
CHORD_HEAD = re.compile(rf"{PITCH}!?")


def may_stand(base: int, found: re.Match[str], character: str) -> bool:
    """Whether the pitch is, or can still come, where instruments play."""
    place = place_of(base, found)
    if character in "abcdefgs":
        return True
    if character in "',":
        return place <= HIGHEST if character == "'" else place >= LOWEST
    return LOWEST <= place <= HIGHEST


def place_of(base: int, found: re.Match[str]) -> int:
    """Diatonic steps of the pitch above C of octave 0, as near as may be to `base`."""
    distance = ("cdefgab".index(found["step"]) - base) % 7
    octaves = found["octaves"]
    return base + distance - 7 * (distance > 3) + 7 * (octaves.count("'") - octaves.count(","))
