"""Pieces in other keys: canonical text moved by a spelled interval, for more training material.

Keys move along the line of fifths, and with them every pitch name; so what is spelled well stays
spelled well. Steps between notes do not change, and with them octave marks: only the first pitch of
a line, which counts from middle C, gets new ones.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from lilydesk.lilylet.resolve import (
    ACCIDENTALS,
    ALTERS,
    MIDDLE_C_DIATONIC,
    octave_marks,
    resolve_pitch,
)
from lilydesk.notation import Pitch

MAX_SIGNS = 6  # of a key signature
MAX_DOUBLE_SHARE = 0.02  # of the pitches may have a double accidental, or as many as before
_FIFTHS = "fcgdaeb"

_NAME = r"[a-g](?:ss|ff|s|f)?"
_LINE_PART = re.compile(
    rf"""(?P<text>"(?:\\.|[^"\\])*"|%.*)
    | \\key\ (?P<tonic>{_NAME})\ \\(?P<mode>major|minor)
    | \\staff\ "(?P<staff>\d+)" | \\clef\ "(?P<clef>[^"]*)"
    | (?P<part_end>\\\\\\)
    | \\(?:[a-zA-Z]+|.)
    | (?<![^\W\d_])(?P<name>{_NAME})(?![^\W\d_])(?P<marks>[',]*)
    | (?P<chord_start><) | (?<!-)(?P<chord_end>>)""",
    re.VERBOSE,
)

# What the staff of a part with one staff may hold (MIDI numbers): as low and as high as the
# instruments that read this clef reach. Parts with several staves are keyboards.
_KEYBOARD = (21, 108)
_RANGES = {"treble": (55, 100), "alto": (48, 93), "bass": (36, 84), "treble_8": (40, 76)}


@dataclass(frozen=True, slots=True)
class Interval:
    """A shift by fifths on the line of fifths, at most a tritone up or a fourth down in sound."""

    fifths: int

    @property
    def octaves_down(self) -> int:
        """Octaves to come back after going up by fifths."""
        return (7 * self.fifths + 5) // 12

    @property
    def semitones(self) -> int:
        """In sound, -5 to 6."""
        return 7 * self.fifths - 12 * self.octaves_down

    @property
    def steps(self) -> int:
        """On the staff."""
        return 4 * self.fifths - 7 * self.octaves_down

    @property
    def inverse(self) -> Interval:
        """The way back; where it is a tritone, an octave is missing."""
        return Interval(-self.fifths)


@dataclass(frozen=True, slots=True)
class Profile:
    """What decides where a piece may go."""

    key_fifths: frozenset[int]  # signs of all its keys, flats negative
    names: Counter[int]  # places on the line of fifths, c = 0
    ranges: tuple[tuple[int, int, int, int], ...]  # per staff: lowest, highest, and their bounds

    def intervals(self) -> list[Interval]:
        """All that keep signatures, double accidentals and ranges within bounds."""
        found = (Interval(f) for f in range(-2 * MAX_SIGNS, 2 * MAX_SIGNS + 1) if f)
        return [interval for interval in found if self._fits(interval)]

    def _fits(self, interval: Interval) -> bool:
        signs = max((abs(f + interval.fifths) for f in self.key_fifths), default=MAX_SIGNS + 1)
        if signs > MAX_SIGNS or not self._is_spelled_well(interval.fifths):
            return False
        return all(
            lowest + interval.semitones >= low and highest + interval.semitones <= high
            for lowest, highest, low, high in self.ranges
        )

    def _is_spelled_well(self, shift: int) -> bool:
        """Nothing beyond double accidentals, and few of these. Single ones: ff = -8 to bs = 12."""
        places = [place + shift for place in self.names]
        if min(places, default=0) < -15 or max(places, default=0) > 19:
            return False
        allowed = max(MAX_DOUBLE_SHARE * self.names.total(), self._n_doubles(0))
        return self._n_doubles(shift) <= allowed

    def _n_doubles(self, shift: int) -> int:
        return sum(n for place, n in self.names.items() if not -8 <= place + shift <= 12)


def line_of_fifths(name: str) -> int:
    """The place of a pitch name, c = 0, g = 1, f = -1."""
    return _FIFTHS.index(name[0]) - 1 + 7 * ALTERS[name[1:]]


def name_at(place: int) -> str:
    """The pitch name at a place on the line of fifths. Raises KeyError beyond double signs."""
    alter, index = divmod(place + 1, 7)
    return _FIFTHS[index] + ACCIDENTALS[alter]


def transpose(text: str, interval: Interval) -> str:
    """A text in canonical form, all of it moved. Raises KeyError where no name is left."""
    names = {
        name_at(place): name_at(place + interval.fifths)
        for place in range(-15, 20)
        if -15 <= place + interval.fifths <= 19
    }
    return "\n".join(_transpose_line(line, names, interval.steps) for line in text.split("\n"))


def _transpose_line(line: str, names: dict[str, str], steps: int) -> str:
    is_first = True

    def moved(match: re.Match[str]) -> str:
        nonlocal is_first
        if match["tonic"]:
            return f"\\key {names[match['tonic']]} \\{match['mode']}"
        if not match["name"]:
            return match[0]
        name = names[match["name"]]
        if not is_first:
            return name + match["marks"]
        is_first = False
        diatonic = resolve_pitch(match[0], MIDDLE_C_DIATONIC).diatonic + steps
        pitch = Pitch(name[0], 0, (diatonic - Pitch(name[0], 0, 0).diatonic) // 7)
        return name + octave_marks(pitch, MIDDLE_C_DIATONIC)

    return _LINE_PART.sub(moved, line)


def profile(text: str) -> Profile:
    """Look through a text in canonical form."""
    scan = _Scan()
    for line in text.split("\n"):
        scan.read(line)
    return Profile(frozenset(scan.keys), scan.names, tuple(scan.ranges()))


class _Scan:
    """One walk over a text: keys, names, and what each staff of each part holds."""

    def __init__(self) -> None:
        self.keys: set[int] = set()
        self.names: Counter[int] = Counter()
        self._held: dict[tuple[int, int], tuple[int, int]] = {}  # part, staff: lowest, highest
        self._clefs: dict[tuple[int, int], set[str]] = {}
        self._part = 0

    def read(self, line: str) -> None:
        """Take one line, which is a voice: its pitches count from middle C."""
        staff, base, chord_base = 1, MIDDLE_C_DIATONIC, None
        for match in _LINE_PART.finditer(line):
            if match["name"]:
                pitch, diatonic = resolve_pitch(match[0], base)
                self._hear(staff, match["name"], pitch.midi)
                if chord_base == -1:
                    chord_base = diatonic
                base = diatonic
            elif match["chord_start"]:
                chord_base = -1
            elif match["chord_end"] and chord_base is not None:
                base, chord_base = chord_base, None
            elif match["staff"]:
                staff = int(match["staff"])
            else:
                self._read_context(match, staff)
        if line.rstrip().endswith("|"):
            self._part = 0

    def _hear(self, staff: int, name: str, midi: int) -> None:
        self.names[line_of_fifths(name)] += 1
        low, high = self._held.get((self._part, staff), (midi, midi))
        self._held[self._part, staff] = (min(low, midi), max(high, midi))

    def _read_context(self, match: re.Match[str], staff: int) -> None:
        if match["tonic"]:
            minor = 3 if match["mode"] == "minor" else 0
            self.keys.add(line_of_fifths(match["tonic"]) - minor)
        elif match["clef"]:
            self._clefs.setdefault((self._part, staff), set()).add(match["clef"])
        elif match["part_end"]:
            self._part += 1

    def ranges(self) -> Iterator[tuple[int, int, int, int]]:
        """Lowest and highest note of each staff, and how far they may go: never less than now."""
        keyboards = {part for part, staff in self._held if staff > 1}
        for (part, staff), (lowest, highest) in self._held.items():
            low, high = _KEYBOARD if part in keyboards else self._bounds(part, staff)
            yield lowest, highest, min(low, lowest), max(high, highest)

    def _bounds(self, part: int, staff: int) -> tuple[int, int]:
        clefs = self._clefs.get((part, staff), {"treble"})
        bounds = [_RANGES.get(clef, _KEYBOARD) for clef in clefs]
        return min(low for low, _ in bounds), max(high for _, high in bounds)
