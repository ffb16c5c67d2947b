"""Slurs, hairpins, beams and pedals over the borders of a passage that is written anew.

What was open when the passage began may be closed in it; what the measures after it close must be
open at its end, and nothing else. Marks of the new measures are taken out or put in until it is so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from lilydesk.composing.framework import Free, is_free
from lilydesk.composing.voice_places import VoicePlace, voice_at, voices_of, with_events
from lilydesk.notation import Mark, MarkKind, Measure
from lilydesk.notation.span import NOWHERE
from lilydesk.notation.walk import Leaf, last_note, leaves_of, with_leaves


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of spanner: its beginnings, its end, and what else ends it."""

    opens: tuple[MarkKind, ...]
    closes: MarkKind
    also_closes: tuple[MarkKind, ...] = ()
    text: str = ""
    most: int = 99  # that may be open at a time


KINDS = (
    _Kind((MarkKind.SLUR_START,), MarkKind.SLUR_END),
    _Kind((MarkKind.CRESCENDO, MarkKind.DIMINUENDO), MarkKind.HAIRPIN_END, (MarkKind.DYNAMIC,)),
    _Kind((MarkKind.BEAM_START,), MarkKind.BEAM_END),
    _Kind((MarkKind.PEDAL_ON,), MarkKind.PEDAL_OFF, (), "sustain", 1),
    _Kind((MarkKind.PEDAL_ON,), MarkKind.PEDAL_OFF, (), "sostenuto", 1),
    _Kind((MarkKind.PEDAL_ON,), MarkKind.PEDAL_OFF, (), "una corda", 1),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Place:
    """A mark in a passage: measure, voice, number of its leaf, number of the mark there."""

    measure: int
    voice: VoicePlace
    leaf: int
    mark: int


@dataclass
class _Walk:
    """What is open while a part is read, measure by measure."""

    incoming: int = 0
    opened: list[_Place] = field(default_factory=list)
    closed_incoming: list[_Place] = field(default_factory=list)
    strays: list[_Place] = field(default_factory=list)

    @property
    def n_open(self) -> int:
        return self.incoming + len(self.opened)

    def read(self, measures: Sequence[Measure], part: int, kind: _Kind) -> _Walk:
        """Go through the marks of one kind in one part."""
        for place, mark in _marks_of(measures, part):
            if kind.text and mark.text != kind.text:
                continue
            if mark.kind in kind.opens:
                if self.n_open < kind.most:
                    self.opened.append(place)
                else:
                    self.strays.append(place)
            elif mark.kind is kind.closes:
                self._close(place)
            elif mark.kind in kind.also_closes and self.opened:
                self.opened.pop()
        return self

    def _close(self, place: _Place) -> None:
        if self.opened:
            self.opened.pop()
        elif self.incoming:
            self.incoming -= 1
            self.closed_incoming.append(place)
        else:
            self.strays.append(place)


def _marks_of(measures: Sequence[Measure], part: int) -> Iterator[tuple[_Place, Mark]]:
    for number, measure in enumerate(measures):
        for place, voice in voices_of(measure):
            if place[0] != part:
                continue
            for leaf_number, leaf in enumerate(leaves_of(voice.events)):
                # a slur may close and open on one note, in whichever order it is written
                order = sorted(range(len(leaf.marks)), key=lambda i: _is_opening(leaf.marks[i]))
                for index in order:
                    yield _Place(number, place, leaf_number, index), leaf.marks[index]


def _is_opening(mark: Mark) -> bool:
    return any(mark.kind in kind.opens for kind in KINDS)


Incoming = tuple[tuple[int, ...], ...]
"""By part and kind, how much is open at some place."""


def incoming_of(before: Sequence[Measure], n_parts: int) -> Incoming:
    """What is open after these measures."""
    return tuple(
        tuple(_Walk().read(before, part, kind).n_open for kind in KINDS) for part in range(n_parts)
    )


def with_borders(
    new: Sequence[Measure], old: Sequence[Measure], incoming: Incoming, free: Free
) -> tuple[Measure, ...]:
    """The new measures, at whose end as much is open as at the end of the old ones."""
    measures = tuple(new)
    for part in range(len(measures[0].parts)):
        counts = incoming[part] if part < len(incoming) else (0,) * len(KINDS)
        for kind, n_incoming in zip(KINDS, counts, strict=True):
            wanted = _Walk(n_incoming).read(old, part, kind).n_open
            measures = _balanced(measures, part, kind, n_incoming, wanted, free)
    return measures


def _balanced(
    measures: tuple[Measure, ...], part: int, kind: _Kind, incoming: int, wanted: int, free: Free
) -> tuple[Measure, ...]:
    walk = _Walk(incoming).read(measures, part, kind)
    surplus = walk.n_open - wanted
    removed = [place for place in walk.strays if is_free(free, place.voice)]
    if surplus > 0:
        own = [place for place in reversed(walk.opened) if is_free(free, place.voice)]
        removed += own[:surplus]
        surplus -= len(own[:surplus])
    elif surplus < 0:
        own = [place for place in reversed(walk.closed_incoming) if is_free(free, place.voice)]
        removed += own[:-surplus]
        surplus += len(own[:-surplus])
    measures = _without(measures, removed)
    for _ in range(abs(surplus)):
        mark = Mark(kind.closes if surplus > 0 else kind.opens[0], NOWHERE, kind.text)
        measures = _with_mark_at_end(measures, part, mark, free)
    return measures


def _without(measures: tuple[Measure, ...], places: Iterable[_Place]) -> tuple[Measure, ...]:
    found = list(measures)
    by_voice: dict[tuple[int, VoicePlace], set[tuple[int, int]]] = {}
    for place in places:
        by_voice.setdefault((place.measure, place.voice), set()).add((place.leaf, place.mark))
    for (number, voice_place), marks in by_voice.items():
        voice = voice_at(found[number], voice_place)
        assert voice is not None

        def without(leaf_number: int, leaf: Leaf, marks: set[tuple[int, int]] = marks) -> Leaf:
            kept = (m for i, m in enumerate(leaf.marks) if (leaf_number, i) not in marks)
            return replace(leaf, marks=tuple(kept))

        found[number] = with_events(found[number], voice_place, with_leaves(voice.events, without))
    return tuple(found)


def _with_mark_at_end(
    measures: tuple[Measure, ...], part: int, mark: Mark, free: Free
) -> tuple[Measure, ...]:
    """Put a mark on the last note of the part; where there are rests alone, none is put."""
    for number in reversed(range(len(measures))):
        for place, voice in voices_of(measures[number]):
            found = last_note(voice.events) if place[0] == part and is_free(free, place) else None
            if found is not None:

                def marked(n: int, leaf: Leaf, last: int = found) -> Leaf:
                    return replace(leaf, marks=(*leaf.marks, mark)) if n == last else leaf

                events = with_leaves(voice.events, marked)
                new = with_events(measures[number], place, events)
                return (*measures[:number], new, *measures[number + 1 :])
    return measures
