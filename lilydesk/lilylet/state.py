"""What one measure leaves to the next."""

from __future__ import annotations

from dataclasses import dataclass

from lilydesk.lilylet.resolve import MIDDLE_C_DIATONIC, ResolvedDuration
from lilydesk.notation.duration import Duration
from lilydesk.notation.event import Key, TimeSignature

Bases = tuple[tuple[int, ...], ...]  # [part][voice] -> Pitch.diatonic of the last note

_QUARTER = ResolvedDuration(Duration(4), 4096 * 9 * 5 * 7)


@dataclass(frozen=True, slots=True)
class EntryState:
    """Everything that the reading of a measure depends on, besides its own text."""

    bases: Bases = ()
    duration: ResolvedDuration = _QUARTER  # the last one written, anywhere in the document
    key: Key | None = None
    time: TimeSignature | None = None
    is_numeric: bool = False  # after \\numericTimeSignature
    is_first: bool = True  # no measure before this one

    def base(self, part: int, voice: int) -> int:
        """Pitch base of a voice: where its last note stood, middle C if it has none yet."""
        if part < len(self.bases) and voice < len(self.bases[part]):
            return self.bases[part][voice]
        return MIDDLE_C_DIATONIC


def with_bases(bases: Bases, changed: Bases) -> Bases:
    """`bases`, with the voices of `changed` put in place of theirs."""
    merged = list(bases)
    for part, voices in enumerate(changed):
        if part < len(merged):
            merged[part] = voices + merged[part][len(voices) :]
        else:
            merged.append(voices)
    return tuple(merged)
