"""Which notes of a voice share a beam: by the text's `[ ]`, or by the time signature."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from lilydesk.notation import Event, MarkKind, Measure, Rest, TimeSignature, Tuplet
from lilydesk.notation.event import Chord

# Groups of automatic beams in eighths, where they are not simply the beats.
_GROUPS = {(3, 8): (3,), (2, 4): (2, 2), (3, 4): (3, 3), (4, 4): (4, 4), (2, 2): (4, 4)}


class Leaf(NamedTuple):
    """A note, chord, rest or tremolo of a voice, in order, for the beams."""

    token: int  # its place in the voice's list of XML pieces
    event: Event
    onset: Fraction  # in the measure
    length: Fraction
    tuplet: int  # number of the outermost tuplet around it in the voice, -1 for none
    tuplet_token: int  # where the innermost tuplet around it ends, -1 for none


class Beam(NamedTuple):
    """First and last leaf under a beam, as places in the list of leaves."""

    first: int
    last: int


def has_manual_beams(measure: Measure) -> bool:
    """Whether a measure has a single `[` or `]`."""
    return any(_has_beam_mark(voice.events) for voice in measure.voices)


def _has_beam_mark(events: Iterable[Event]) -> bool:
    for event in events:
        if isinstance(event, Chord | Rest):
            if any(mark.kind in (MarkKind.BEAM_START, MarkKind.BEAM_END) for mark in event.marks):
                return True
        elif isinstance(event, Tuplet) and _has_beam_mark(event.events):
            return True
    return False


class ManualBeams(NamedTuple):
    """Beams that the text asks for, and those that lead over a barline."""

    beams: list[Beam]
    closing: Beam | None  # ends here, began in the measure before
    opening: Beam | None  # begins here and is not closed


def manual_beams(leaves: list[Leaf], is_grace: bool) -> ManualBeams:
    """Beams by `[` and `]`; grace notes have their own.

    A beam that is not closed ends with the tuplet it began in, or leads on to the next measure if
    nothing but notes with flags follows.
    """
    found = ManualBeams([], None, None)
    start = last = -1
    for index, leaf in enumerate(leaves):
        event = leaf.event
        if not isinstance(event, Chord | Rest) or event.is_grace is not is_grace:
            if is_grace and start >= 0:  # another note ends a run of grace notes
                found.beams.append(Beam(start, last))
                start = -1
            continue
        kinds = {mark.kind for mark in event.marks}
        if MarkKind.BEAM_END in kinds and start < 0 and _has_only_flags(leaves[: index + 1]):
            found = found._replace(closing=Beam(0, index))
        if MarkKind.BEAM_START in kinds and start < 0:
            start = index
        last = index
        if MarkKind.BEAM_END in kinds and start >= 0:
            found.beams.append(Beam(start, index))
            start = -1
    if start >= 0:
        if is_grace or leaves[start].tuplet_token >= 0:
            found.beams.append(Beam(start, _last_of_tuplet(leaves, start, last)))
        elif _has_only_flags(leaves[start:]):
            found = found._replace(opening=Beam(start, last))
    drawable = [beam for beam in found.beams if _is_drawable(beam, leaves, is_grace)]
    return found._replace(beams=drawable)


def _is_drawable(beam: Beam, leaves: list[Leaf], is_grace: bool) -> bool:
    """Whether it leads over two leaves or more, not rests alone (verovio can crash there)."""
    events = (leaf.event for leaf in leaves[beam.first : beam.last + 1])
    return beam.last > beam.first and any(
        isinstance(event, Chord) and event.is_grace is is_grace for event in events
    )


def _has_only_flags(leaves: list[Leaf]) -> bool:
    return all(isinstance(leaf.event, Rest) or is_beamable(leaf.event) for leaf in leaves)


def _last_of_tuplet(leaves: list[Leaf], start: int, last: int) -> int:
    end = leaves[start].tuplet_token
    if end < 0:
        return last
    return max(index for index, leaf in enumerate(leaves) if leaf.token < end)


def automatic_beams(leaves: list[Leaf], time: TimeSignature | None, taken: set[int]) -> list[Beam]:
    """Beams by the time signature: over notes within one group of beats, none over rests.

    A tuplet is beamed only if all of it can be. `taken` are leaves that have a beam already.
    """
    groups = beam_groups(time)
    unbeamed = _tuplets_without_beams(leaves, groups)
    beams: list[Beam] = []
    run: list[int] = []
    run_group = -1
    for index, leaf in enumerate(leaves):
        event = leaf.event
        if isinstance(event, Chord) and event.is_grace:
            continue
        group = _group_of(leaf.onset, leaf.onset + leaf.length, groups)
        fits = group >= 0 and is_beamable(event) and index not in taken
        fits = fits and leaf.tuplet not in unbeamed
        if run and (not fits or group != run_group):
            beams.append(Beam(run[0], run[-1]))
            run = []
        if fits:
            run.append(index)
            run_group = group
    if run:
        beams.append(Beam(run[0], run[-1]))
    return [beam for beam in beams if beam.last > beam.first]


def is_beamable(event: Event) -> bool:
    """Whether an event is a note or chord with a flag."""
    return isinstance(event, Chord) and event.duration.division >= 8


def beam_groups(time: TimeSignature | None) -> list[Fraction]:
    """Where groups of beamed notes end, in quarters from the start of the measure."""
    numerator, denominator = (time.numerator, time.denominator) if time else (4, 4)
    sizes: tuple[int | Fraction, ...]
    if (numerator, denominator) in _GROUPS:
        sizes = _GROUPS[numerator, denominator]
    elif denominator == 8 and numerator % 3 == 0:
        sizes = (3,) * (numerator // 3)
    elif denominator <= 8:
        sizes = (Fraction(8, denominator),) * numerator
    else:
        sizes = (Fraction(8 * numerator, denominator),)
    ends = [Fraction(0)]
    for size in sizes:
        ends.append(ends[-1] + Fraction(size) / 2)
    return ends


def _group_of(onset: Fraction, end: Fraction, ends: list[Fraction]) -> int:
    """The group that holds a note as a whole, -1 if none; what is overfull joins the last one."""
    for index, (start, stop) in enumerate(pairwise(ends)):
        is_last = index == len(ends) - 2
        if start <= onset and (onset < stop or is_last):
            return index if end <= stop or is_last else -1
    return -1


def _tuplets_without_beams(leaves: list[Leaf], groups: list[Fraction]) -> set[int]:
    extents: dict[int, list[Fraction]] = {}
    unbeamed: set[int] = set()
    for leaf in leaves:
        if leaf.tuplet < 0 or (isinstance(leaf.event, Chord) and leaf.event.is_grace):
            continue
        if not is_beamable(leaf.event):
            unbeamed.add(leaf.tuplet)
        extent = extents.setdefault(leaf.tuplet, [leaf.onset, leaf.onset])
        extent[1] = leaf.onset + leaf.length
    crossing = {n for n, (start, end) in extents.items() if _group_of(start, end, groups) < 0}
    return unbeamed | crossing


class BeamPieces(NamedTuple):
    """Tags to put before and after XML pieces, and the beams that no element can hold."""

    before: dict[int, str]
    after: dict[int, str]
    crossing: list[Beam]


def place_beams(beams: list[Beam], leaves: list[Leaf], tuplets: list[Beam]) -> BeamPieces:
    """Nest <beam> among tuplets, which are given as first and last XML piece, inner ones too.

    A beam that begins in the middle of one tuplet and ends in the middle of another is not
    nestable; such beams come back in `crossing`.
    """
    pieces = BeamPieces({}, {}, [])
    for beam in beams:
        first = begin = leaves[beam.first].token
        last = end = leaves[beam.last].token
        for opening, closing in tuplets:  # inner ones come before those around them
            if opening < begin <= closing < end and _is_first_inside(opening, begin, leaves):
                first = opening
            if begin <= opening < end <= closing and _is_last_inside(closing, end, leaves):
                last = closing
        if any(
            opening < first <= closing < last or first < opening <= last < closing
            for opening, closing in tuplets
        ):
            pieces.crossing.append(beam)
            continue
        pieces.before[first] = pieces.before.get(first, "") + "<beam>"
        pieces.after[last] = "</beam>" + pieces.after.get(last, "")
    return pieces


def _is_first_inside(opening: int, token: int, leaves: list[Leaf]) -> bool:
    between = (leaf for leaf in leaves if opening < leaf.token < token)
    return all(isinstance(leaf.event, Chord) and leaf.event.is_grace for leaf in between)


def _is_last_inside(closing: int, token: int, leaves: list[Leaf]) -> bool:
    return not any(token < leaf.token < closing for leaf in leaves)
