"""Retrograde: the notes of a voice backwards, measure by measure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from lilydesk.lilylet.document_parser import ParsedText
from lilydesk.lilylet.edits.atoms import Atom
from lilydesk.lilylet.edits.places import measure_of
from lilydesk.lilylet.edits.result import EditResult, TextEdit, nothing
from lilydesk.lilylet.edits.selection import NO_NOTES, selected, touches
from lilydesk.lilylet.edits.settle import (
    UNCHANGED,
    Passage,
    Target,
    as_it_is,
    resettled,
)
from lilydesk.lilylet.serializer import write_voice
from lilydesk.notation.event import Chord, DoubleTremolo, Event, Rest, Timed, Tuplet
from lilydesk.notation.mark import Mark, MarkKind
from lilydesk.notation.span import Span
from lilydesk.notation.walk import Leaf, is_grace, is_timed, leaves_of, with_leaves

_SWAPPED = {
    MarkKind.SLUR_START: MarkKind.SLUR_END, MarkKind.SLUR_END: MarkKind.SLUR_START,
    MarkKind.BEAM_START: MarkKind.BEAM_END, MarkKind.BEAM_END: MarkKind.BEAM_START,
}  # fmt: skip
_HAIRPINS = frozenset((MarkKind.CRESCENDO, MarkKind.DIMINUENDO, MarkKind.HAIRPIN_END))


def retrograde(parsed: ParsedText, selection: Span) -> EditResult:
    """Writes the selected notes of one voice backwards, in each measure by itself.

    Slurs and beams are turned round, ties stay between their notes, grace notes before theirs.
    """
    found = selected(parsed, selection)
    chosen = found.chosen_atoms
    if not chosen:
        return nothing(NO_NOTES)
    if len({atom.place for atom in chosen}) > 1:
        return nothing("Select notes of one voice: several cannot be turned round together.")
    targets: dict[int, list[Target]] = {}
    edits: list[TextEdit] = []
    for chunk in sorted({atom.chunk for atom in chosen}):
        run = _run(parsed, chunk, chosen[0].place, selection)
        if run is None:
            return nothing(
                "A change of clef, key or the like stands between these notes; "
                "select those on one side of it."
            )
        if not run:
            continue
        loose = _loose_marks(run)
        turned = _with_loose(_turned(_with_loose(run, loose, is_taken=True)), loose)
        start = parsed.chunk_starts[chunk]
        extent = Span(_start(parsed, start, run[0]), start + max(_end(event) for event in run))
        edits.append(TextEdit(extent, write_voice(turned)))
        targets[extent.start] = list(event_targets(turned))
    passage = Passage(found.first, found.last, _in_order(found.atoms, edits, targets))
    return resettled(parsed, edits, passage) if edits else nothing(UNCHANGED)


def _run(
    parsed: ParsedText, chunk: int, place: tuple[int, int], selection: Span
) -> list[Timed] | None:
    """The selected events of a voice in a measure; None if other things stand among them.

    Grace notes go with the note behind them, and neighbours, which may share a brace, together.
    """
    events = measure_of(parsed, chunk).parts[place[0]].voices[place[1]].events
    start = parsed.chunk_starts[chunk]
    chosen = [
        index
        for index, event in enumerate(events)
        if is_timed(event) and touches(selection, event.span.shifted(start))
    ]
    if not chosen:
        return []
    first, last = chosen[0], chosen[-1]
    while first > 0 and is_grace(events[first]) and is_grace(events[first - 1]):
        first -= 1
    while last >= first and is_grace(events[last]):
        last -= 1
    between = events[first : last + 1]
    run = [event for event in between if is_timed(event)]
    return run if len(run) == len(between) else None


def _start(parsed: ParsedText, chunk_start: int, event: Event) -> int:
    r"""Where an event starts in the text, the \grace before it included."""
    start = chunk_start + event.span.start
    grace = parsed.text.rfind("\\grace", chunk_start, start) if is_grace(event) else -1
    return grace if grace >= 0 else start


def _end(event: Event) -> int:
    """Where an event ends, marks behind its brace included."""
    if isinstance(event, Tuplet):
        return max(event.span.end, _end(event.events[-1]))
    if isinstance(event, DoubleTremolo):
        return max(event.span.end, _end(event.second))
    if isinstance(event, Chord | Rest):
        return max([event.span.end, *(mark.span.end for mark in event.marks)])
    return event.span.end


def _in_order(
    atoms: Iterable[Atom], edits: list[TextEdit], targets: dict[int, list[Target]]
) -> list[Target | None]:
    """The targets of all atoms; those within an edit come from `targets`."""
    found: list[Target | None] = []
    for atom in atoms:
        edit = next((e for e in edits if e.span.start <= atom.span.start < e.span.end), None)
        if edit is None:
            found.append(as_it_is(atom))
        else:
            found += targets.pop(edit.span.start, [])
    return found


# -- slurs and beams that lead out of the run, and hairpins: their marks stay where they are in it

_Loose = dict[int, list[Mark]]  # number of the note in the run -> its marks
_PARTNERS = {MarkKind.SLUR_END: MarkKind.SLUR_START, MarkKind.BEAM_END: MarkKind.BEAM_START}


def _loose_marks(run: Sequence[Event]) -> _Loose:
    """The marks of slurs and beams whose other end lies outside, and of hairpins."""
    open_marks: dict[MarkKind, list[tuple[int, Mark]]] = {kind: [] for kind in _PARTNERS.values()}
    loose: list[tuple[int, Mark]] = []
    for number, note in enumerate(leaves_of(run)):
        for mark in sorted(note.marks, key=lambda mark: mark.kind in open_marks):
            if mark.kind in open_marks:
                open_marks[mark.kind].append((number, mark))
            elif mark.kind in _PARTNERS and open_marks[_PARTNERS[mark.kind]]:
                open_marks[_PARTNERS[mark.kind]].pop()
            elif mark.kind in _PARTNERS or mark.kind in _HAIRPINS:
                loose.append((number, mark))
    found: _Loose = {}
    for number, mark in [*loose, *(one for marks in open_marks.values() for one in marks)]:
        found.setdefault(number, []).append(mark)
    return found


def _with_loose(
    events: Iterable[Event], loose: _Loose, *, is_taken: bool = False
) -> tuple[Event, ...]:
    """The events with loose marks put on their notes, or taken from them."""

    def change(number: int, note: Leaf) -> Leaf:
        return replace(note, marks=_changed(note.marks, loose.get(number, []), is_taken))

    return with_leaves(events, change)


def _changed(marks: tuple[Mark, ...], loose: list[Mark], is_taken: bool) -> tuple[Mark, ...]:
    return tuple(mark for mark in marks if mark not in loose) if is_taken else (*marks, *loose)


# -- turning round


def _turned(events: Sequence[Event]) -> list[Event]:
    units: list[list[Event]] = [[]]
    for event in events:
        units[-1].append(event)
        if not is_grace(event):
            units.append([])
    turned = [_turned_event(event) for unit in reversed(units) for event in unit]
    plain = [event for event in events if not is_grace(event)]
    return _with_ties(turned, [_has_tie(event) for event in reversed(plain)])


def _has_tie(event: Event) -> bool:
    return isinstance(event, Chord) and any(mark.kind is MarkKind.TIE for mark in event.marks)


def _with_ties(events: list[Event], ties: list[bool]) -> list[Event]:
    """A tie leads to the note that was before, so it moves to that one's neighbour.

    `ties` says of each event but grace notes whether one led on from it.
    """
    found: list[Event] = []
    number = 0
    for event in events:
        if isinstance(event, Chord) and not event.is_grace:
            marks = tuple(mark for mark in event.marks if mark.kind is not MarkKind.TIE)
            if number + 1 < len(ties) and ties[number + 1]:
                marks = (*marks, Mark(MarkKind.TIE, event.span))
            event = replace(event, marks=marks)
        number += not is_grace(event)
        found.append(event)
    return found


def _turned_event(event: Event) -> Event:
    if isinstance(event, Chord | Rest):
        return replace(event, marks=_turned_marks(event.marks))
    if isinstance(event, Tuplet):
        return replace(event, events=tuple(_turned(event.events)))
    if isinstance(event, DoubleTremolo):
        return replace(event, first=event.second, second=event.first)
    return event


def _turned_marks(marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    return tuple(replace(mark, kind=_SWAPPED.get(mark.kind, mark.kind)) for mark in marks)


def event_targets(events: Iterable[Event]) -> Iterator[Target]:
    """What the atoms of events have to be, in the order of the text."""
    for leaf in leaves_of(events):
        if isinstance(leaf, Chord):
            yield Target(tuple(head.pitch for head in leaf.heads), leaf.duration)
        else:
            yield Target((leaf.position,) if leaf.position else (), leaf.duration)
