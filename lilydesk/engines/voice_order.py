"""Which voice, staff and part a measure is at, and which may follow."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import zip_longest

MAX_VOICES_PER_STAFF = 6
MAX_STAVES, MAX_PARTS = 4, 24  # where the piece does not say
_LABEL = re.compile(r'\s*\\staff "(\d+)"')
_STRINGS = re.compile(r'(?<!\\staff )"[^"\n]*"')
MEASURE_END, PART_END, VOICE_END = "|", "\\\\\\", "\\\\"


class VoiceOrder:
    """Counts voices, staves and parts of one measure while it is written."""

    def __init__(self, planned: Sequence[int] = (), most_voices: Sequence[int] = ()) -> None:
        """Begin; `planned` are the staves of each part, empty if the model may choose.

        `most_voices` may share a staff, in each part; where nothing is said, six.
        """
        self._planned = planned
        self._most_voices = most_voices
        self._staves: list[int] = [0]  # highest staff of each part; 0 = voices carry no label
        self._n_voices = 1  # on the current staff

    @property
    def part(self) -> int:
        """Number of the part at hand, from 0."""
        return len(self._staves) - 1

    @property
    def staff(self) -> int:
        """The highest staff that the part has so far; 0 = none is named."""
        return self._staves[-1]

    @property
    def staves(self) -> tuple[int, ...]:
        """Number of staves of each part so far."""
        return tuple(max(1, staff) for staff in self._staves)

    @property
    def is_labelled(self) -> bool:
        """Whether voices of the current part name their staff."""
        part = len(self._staves) - 1
        return (self._planned[part] > 1) if part < len(self._planned) else self._staves[-1] > 0

    @property
    def _n_staves(self) -> int:
        """Staves that the current part must have before it ends."""
        if self.part < len(self._planned):
            planned = self._planned[self.part]
            return planned if planned > 1 else 0
        return 2 if self.is_labelled else 0

    @property
    def _is_staff_full(self) -> bool:
        said = self.part < len(self._most_voices)
        most = self._most_voices[self.part] if said else MAX_VOICES_PER_STAFF
        return self._n_voices >= most

    def separators(self, is_long: bool) -> frozenset[str]:
        """Those that leave the piece its parts and staves; no more than needed if it is long."""
        has_all_staves = self.staff >= self._n_staves
        found = set()
        if has_all_staves and self.part >= len(self._planned) - 1:
            found.add(MEASURE_END)
        most_parts = len(self._planned) or (0 if is_long else MAX_PARTS)
        if has_all_staves and self.part + 1 < most_parts:
            found.add(PART_END)
        if not has_all_staves or not (self._is_staff_full or is_long):
            found.add(VOICE_END)
        return frozenset(found)

    def staves_next(self) -> list[int]:
        """The staff before or the next one, so that staves stand in order."""
        last = self._planned[self.part] if self.part < len(self._planned) else MAX_STAVES
        if not self.staff:
            return [1]
        if self._is_staff_full and self.staff < last:
            return [self.staff + 1]
        return sorted({self.staff, min(self.staff + 1, last)})

    def note_staff(self, staff: int) -> None:
        """A voice has named its staff."""
        if staff > self.staff:
            if staff > 1:  # else the voices before it stood on the same staff, unnamed
                self._n_voices = 1
            self._staves[-1] = staff

    def note_separator(self, separator: str) -> None:
        """A voice has ended, and the measure goes on."""
        if separator == PART_END:
            self._staves.append(0)
            self._n_voices = 0
        self._n_voices += 1


def most_voices_of(measures: Iterable[str]) -> tuple[int, ...]:
    """How many voices may share a staff of each part, after measures of canonical text.

    As many as there; two where a part has several staves, since hands divide. Empty without any.
    """
    found: list[int] = []
    for measure in filter(None, measures):
        parts = (_voices_by_staff(part) for part in _STRINGS.sub("", measure).split(PART_END))
        counts = [max(*staves.values(), min(2, len(staves))) for staves in parts]
        found = [max(pair) for pair in zip_longest(found, counts, fillvalue=1)]
    return tuple(found)


def most_voices_in(staves: Sequence[int]) -> tuple[int, ...]:
    """How many voices may share a staff of each part in a piece that has no measure yet.

    One where others play beside it: such a part is mostly one instrument's.
    """
    return tuple(1 if n == 1 and len(staves) > 1 else 2 for n in staves)


def _voices_by_staff(part: str) -> Counter[str]:
    staff, found = "1", Counter[str]()
    for voice in part.split(VOICE_END):
        label = _LABEL.match(voice)
        staff = label[1] if label else staff
        found[staff] += 1
    return found
