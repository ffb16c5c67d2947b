"""How a note or chord is spelled in a voice, and which pitches may stand there.

A place is a number of diatonic steps above C of octave 0; middle C has place 28 and MIDI number 60.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

LOWEST, HIGHEST = 5, 56  # places of A0 and C8
_PITCH = r"(?P<step>[a-g])(?P<sign>ss?|ff?)?(?P<octaves>'{0,4}|,{0,4})"
_HEAD = re.compile(rf"(?:{_PITCH}!?|[rsR>])(?:(?P<digits>[0-9]+)(?P<dots>\.{{0,2}}))?")
_CHORD_HEAD = re.compile(rf"{_PITCH}!?")
_ALTERS = {"": 0, "s": 1, "ss": 2, "f": -1, "ff": -2}
_SIGNS = {alter: sign for sign, alter in _ALTERS.items()}
_SEMITONES = (0, 2, 4, 5, 7, 9, 11)
_MOST_OCTAVES = 4


class Head(NamedTuple):
    """What is spelled of a note, a rest, or a chord whose notes are through."""

    step: int  # 0 = c; -1 = no note
    sign: str  # its accidental
    octaves: int  # signs up or down
    digits: str
    n_dots: int

    @property
    def alter(self) -> int:
        """Semitones that the accidental adds."""
        return _ALTERS[self.sign]


class PitchRule(NamedTuple):
    """Which pitches may be written, apart from the compass of instruments at large."""

    lowest: int | None = None  # MIDI numbers, both included
    highest: int | None = None
    alters: tuple[int, ...] | None = None  # of the steps c to b; None = any


ANYWHERE = PitchRule()


@lru_cache(maxsize=8192)
def read_head(word: str) -> Head | None:
    """The head of an event as far as it is spelled, `>` standing for a chord's notes."""
    found = _HEAD.fullmatch(word)
    if found is None:
        return None
    return _head(found, found["digits"] or "", len(found["dots"] or ""))


@lru_cache(maxsize=8192)
def read_chord_head(word: str) -> Head | None:
    """A note within a chord as far as it is spelled."""
    found = _CHORD_HEAD.fullmatch(word)
    return _head(found, "", 0) if found else None


def _head(found: re.Match[str], digits: str, n_dots: int) -> Head:
    if not found["step"]:
        return Head(-1, "", 0, digits, n_dots)
    octaves = found["octaves"]
    signed = len(octaves) if octaves[:1] == "'" else -len(octaves)
    return Head("cdefgab".index(found["step"]), found["sign"] or "", signed, digits, n_dots)


def place_of(base: int, head: Head) -> int:
    """The place of a pitch that stands as near as may be to `base`."""
    distance = (head.step - base) % 7
    return base + distance - 7 * (distance > 3) + 7 * head.octaves


def midi_of(place: int, alter: int) -> int:
    """The MIDI number of a place with an accidental."""
    return 12 * (place // 7 + 1) + _SEMITONES[place % 7] + alter


def spell(base: int, place: int, alter: int) -> str | None:
    """The pitch as it is written after `base`; None if it lies too far off."""
    near = place_of(base, Head(place % 7, "", 0, "", 0))
    octaves = (place - near) // 7
    if abs(octaves) > _MOST_OCTAVES:
        return None
    return "cdefgab"[place % 7] + _SIGNS[alter] + ("'" if octaves > 0 else ",") * abs(octaves)


def may_stand(rule: PitchRule, base: int, head: Head, character: str) -> bool:
    """Whether a pitch that ends in this character is, or can still become, one that may stand."""
    if rule is not ANYWHERE:
        if character in "abcdefgs',":
            return _may_become(rule, base, head._replace(digits="", n_dots=0))
        return admits(rule, base, head)
    if character in "abcdefgs":
        return True
    place = place_of(base, head)
    if character in "',":
        return place <= HIGHEST if character == "'" else place >= LOWEST
    return LOWEST <= place <= HIGHEST


def admits(rule: PitchRule, base: int, head: Head) -> bool:
    """Whether this pitch may stand as it is."""
    place, alter = place_of(base, head), head.alter
    if not LOWEST <= place <= HIGHEST:
        return False
    if rule.alters is not None and rule.alters[place % 7] != alter:
        return False
    midi = midi_of(place, alter)
    is_low = rule.lowest is not None and midi < rule.lowest
    return not is_low and (rule.highest is None or midi <= rule.highest)


@lru_cache(maxsize=8192)
def _may_become(rule: PitchRule, base: int, head: Head) -> bool:
    return any(admits(rule, base, whole) for whole in _completions(head))


def _completions(head: Head) -> Iterator[Head]:
    if head.octaves:
        way = 1 if head.octaves > 0 else -1
        for octaves in range(abs(head.octaves), _MOST_OCTAVES + 1):
            yield head._replace(octaves=way * octaves)
        return
    for sign in _ALTERS:
        if sign.startswith(head.sign):
            for octaves in range(-_MOST_OCTAVES, _MOST_OCTAVES + 1):
                yield head._replace(sign=sign, octaves=octaves)


@lru_cache(maxsize=1024)
def nearest(rule: PitchRule, base: int) -> str | None:
    """A pitch that may stand, spelled after `base`: the nearest one; None if there is none."""
    for place in sorted(range(LOWEST, HIGHEST + 1), key=lambda place: abs(place - base)):
        for alter in (0, -1, 1, -2, 2):
            spelled = spell(base, place, alter)
            if spelled is not None:
                head = read_chord_head(spelled)
                if head is not None and admits(rule, base, head):
                    return spelled
    return None
