"""What a measure leaves open of beams, slurs and hairpins, or closes without having opened it."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from lilydesk.lilylet.measure_state import MeasureState
from lilydesk.lilylet.voice_builder import VoiceBuilder

HAIRPIN_SIGNS = "<!d"  # d: a dynamic, which ends a hairpin as well
ONE_NOTE = "<!"  # begins and ends on one note: the end may be that of a hairpin from before


class LooseEnd(NamedTuple):
    """A beam, slur or hairpin without its partner in the measure."""

    part: int
    voice: tuple[int, int]  # staff, and which voice of that staff: that is how voices go on
    sign: str  # [ ] ( ) < ! d, or ONE_NOTE
    offset: int  # in code points from the measure's start


def loose_ends(state: MeasureState) -> tuple[LooseEnd, ...]:
    """The ends of beams, slurs and hairpins without a partner in their voice, voice by voice."""
    loose: list[LooseEnd] = []
    for part in state.parts:
        layers: Counter[int] = Counter()
        for voice in part:
            layers[voice.staff] += 1
            if voice.spanners:
                _match_in_voice(voice, (voice.staff, layers[voice.staff]), loose)
    return tuple(loose)  # of each voice first what ends, then what begins: `c()` on one note


_PARTNERS = {"]": "[", ")": "("}


def _match_in_voice(voice: VoiceBuilder, key: tuple[int, int], loose: list[LooseEnd]) -> None:
    opened: dict[str, list[int]] = {"[": [], "(": []}
    hairpins = [mark for mark in voice.spanners if mark[1] in HAIRPIN_SIGNS]
    # On one note what ends comes before what begins: `c()`.
    for _, sign, offset in sorted(voice.spanners, key=lambda mark: (mark[0], mark[1] in "[(")):
        if sign in opened:
            opened[sign].append(offset)
        elif sign in _PARTNERS and opened[_PARTNERS[sign]]:
            opened[_PARTNERS[sign]].pop()
        elif sign in _PARTNERS:
            loose.append(LooseEnd(voice.part, key, sign, offset))
    loose.extend(LooseEnd(voice.part, key, sign, at) for sign in "[(" for at in opened[sign])
    if hairpins:
        loose.extend(
            LooseEnd(voice.part, key, sign, offset) for sign, offset in _Hairpins(hairpins).match()
        )


class _Hairpins:
    """Follows the hairpins of a voice: one at a time, since the next one ends that before.

    What is settled within the measure goes out; from what came before it may end one.
    """

    def __init__(self, marks: list[tuple[int, str, int]]) -> None:
        self._marks = marks  # number of note, sign, offset
        self._is_known = False  # whether one is open; from the first mark on
        self._open: tuple[int, int] | None = None  # number of note, offset
        self._has_ended_another = False
        self._at_once = 0  # number of a note on which one begins and ends
        self._loose: list[tuple[str, int]] = []

    def match(self) -> list[tuple[str, int]]:
        """Signs and offsets of the loose ends."""
        for index, (note, sign, offset) in enumerate(self._marks):
            if sign == "<":
                self._begin(note, offset, self._ends_at_once(index))
            elif sign == "!":
                self._end(note, offset)
            elif self._open is None or self._open[0] != note:  # else the level it begins with
                self._clear(offset)
        if self._open is not None:
            self._loose.append(("<", self._open[1]))
        return self._loose

    def _ends_at_once(self, index: int) -> bool:
        note = self._marks[index][0]
        return any(mark[:2] == (note, "!") for mark in self._marks[index + 1 : index + 5])

    def _begin(self, note: int, offset: int, ends_at_once: bool) -> None:
        if not self._is_known and ends_at_once:
            self._loose.append((ONE_NOTE, offset))
            self._at_once = note
            return
        was_open = self._open is not None
        self._clear(offset)
        self._open = (note, offset)
        self._has_ended_another = was_open

    def _end(self, note: int, offset: int) -> None:
        if note == self._at_once:
            self._at_once = 0
        elif self._open is not None and self._open[0] == note and self._has_ended_another:
            self._has_ended_another = False  # it ends the one before
        elif self._open is not None:
            self._open = None
        else:
            self._loose.append(("!", offset))
            self._is_known = True

    def _clear(self, offset: int) -> None:
        """End what is open, here or from before."""
        if not self._is_known:
            self._loose.append(("d", offset))
            self._is_known = True
        self._open = None
