"""The law of every edit: each note keeps, or gets, the pitch and duration that it should have.

Octaves are relative and durations are carried over, so a change in one place may ask for octave
marks or a duration at the next note. `settled` finds those; nothing else of the text is touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lilydesk.lilylet.collection import collection_paused
from lilydesk.lilylet.diagnostics import Severity
from lilydesk.lilylet.document_parser import Chunk, ParsedText
from lilydesk.lilylet.edits.atoms import Atom, Reading, read_measure
from lilydesk.lilylet.edits.result import (
    EditResult,
    TextEdit,
    apply_edits,
    composed,
    nothing,
    sorted_edits,
)
from lilydesk.lilylet.edits.selection import Selected
from lilydesk.lilylet.incremental import reparse
from lilydesk.lilylet.resolve import ACCIDENTALS, MIDDLE_C_DIATONIC
from lilydesk.lilylet.voice_writer import write_duration
from lilydesk.notation.duration import Duration
from lilydesk.notation.pitch import Pitch
from lilydesk.notation.span import Span

_PITCH = re.compile(r"([a-g](?:ss|ff|s|f)?)([',]*)")
UNSAFE = "Something here cannot be read for certain; mend the problems in this passage first."
UNCHANGED = "There is nothing to change here."


@dataclass(frozen=True, slots=True)
class Target:
    """What an atom must be after the edit."""

    pitches: tuple[Pitch, ...]
    duration: Duration


def as_it_is(atom: Atom) -> Target:
    """The atom's own pitches and duration."""
    return Target(atom.pitches, atom.duration)


@dataclass(frozen=True, slots=True)
class Passage:
    """What the measures `first` to `last` (chunks of the text before an edit) are to hold after it.

    `targets` has one place for each of their atoms in the new text; None leaves it as it is read
    there. All other measures are to stay what they are.
    """

    first: int
    last: int
    targets: Sequence[Target | None]
    readings: Mapping[int, Reading] = field(default_factory=dict)  # known ones of the text


def passage_of(chosen: Selected, changed: Mapping[int, Target]) -> Passage:
    """The measures of a selection as they are, but for some of their atoms (by index)."""
    targets = [changed.get(index) or as_it_is(atom) for index, atom in enumerate(chosen.atoms)]
    return Passage(chosen.first, chosen.last, targets, chosen.readings)


class Unsafe(Exception):
    """A text is not read as it should be."""


@dataclass(frozen=True, slots=True)
class Step:
    """One measure of a text, and what its atoms are to be."""

    index: int  # of its chunk
    reading: Reading
    targets: Sequence[Target | None]


class _PitchSettler:
    """Finds the octave marks; carries the bases that are not what they are in the text."""

    def __init__(self, text: str) -> None:
        self.edits: list[TextEdit] = []
        self.changed: dict[tuple[int, int], int] = {}
        self._text = text

    def take(self, chunk: Chunk, reading: Reading, targets: Sequence[Target]) -> None:
        bases = dict(self.changed)
        for atom, target in zip(reading.atoms, targets, strict=True):
            if atom.heads:
                kept = bases.get(atom.place, chunk.entry.base(*atom.place))
                self._atom(atom, target, MIDDLE_C_DIATONIC if atom.is_reset else kept)
                bases[atom.place] = target.pitches[0].diatonic
        self.changed = {
            place: base
            for place, base in bases.items()
            if place not in reading.resets and base != chunk.exit.base(*place)
        }

    def _atom(self, atom: Atom, target: Target, base: int) -> None:
        for head, wanted in zip(atom.heads, target.pitches, strict=True):
            base = MIDDLE_C_DIATONIC if head.follows_newline else base
            self._spell(head.span, wanted, base)
            base = wanted.diatonic

    def _spell(self, span: Span, wanted: Pitch, base: int) -> None:
        written = self._text[span.start : span.end]
        match = _PITCH.fullmatch(written)
        if match is None:
            return
        name = wanted.step + ACCIDENTALS[wanted.alter]
        marks = _with_octaves(match[2], (wanted.diatonic - base + 3) // 7)
        if name + marks == written:
            return
        following = self._text[span.end : span.end + 2]
        is_glued = not marks and not _PITCH.sub("", name + following, 1).startswith(following)
        self.edits.append(TextEdit(span, name + marks + " " * is_glued))


class _DurationSettler:
    """Finds the durations; carries the one that will hold where it is not that of the text."""

    def __init__(self) -> None:
        self.edits: list[TextEdit] = []
        self.changed: Duration | None = None

    def take(self, chunk: Chunk, reading: Reading, targets: Sequence[Target]) -> None:
        before = chunk.entry.duration.duration  # as read
        carried = self.changed or before  # as it will be
        for atom, target in zip(reading.atoms, targets, strict=True):
            if atom.duration_span is None and atom.duration != before:
                carried = atom.duration  # set by something that is no note, such as <>8
            self._atom(atom, target.duration, carried)
            before, carried = atom.duration, target.duration
        after = chunk.exit.duration.duration
        self.changed = carried if after == before and carried != before else None

    def _atom(self, atom: Atom, wanted: Duration, carried: Duration) -> None:
        if atom.duration_span is not None:
            if atom.duration != wanted:
                self.edits.append(TextEdit(atom.duration_span, write_duration(wanted)))
        elif wanted != carried:
            place = Span(atom.duration_place, atom.duration_place)
            self.edits.append(TextEdit(place, write_duration(wanted)))


class _Settler:
    """Goes through a text from an edit on, until all after it is read as it was."""

    def __init__(self, text: str) -> None:
        self._pitches = _PitchSettler(text)
        self._durations = _DurationSettler()

    @property
    def is_done(self) -> bool:
        """Nothing more has to change, unless it is asked for."""
        return not self._pitches.changed and self._durations.changed is None

    def concerns(self, chunk: Chunk) -> bool:
        """Whether a measure would now be read in another way."""
        return self._durations.changed is not None or any(
            part < len(chunk.n_voices) and voice < chunk.n_voices[part]
            for part, voice in self._pitches.changed
        )

    def take(self, chunk: Chunk, reading: Reading, targets: Sequence[Target]) -> None:
        """Makes the atoms of a measure their targets."""
        self._pitches.take(chunk, reading, targets)
        self._durations.take(chunk, reading, targets)

    def edits(self) -> list[TextEdit]:
        """What was found, in no order."""
        return [*self._pitches.edits, *self._durations.edits]


def _with_octaves(marks: str, n_octaves: int) -> str:
    """Octave marks that come to `n_octaves`, from `marks` by as few steps as there are."""
    net = marks.count("'") - marks.count(",")
    for _ in range(abs(n_octaves - net)):
        adding, taking = ("'", ",") if n_octaves > net else (",", "'")
        marks = marks[:-1] if marks.endswith(taking) else marks + adding
    return marks


# -- the measures that an edit concerns


def _steps(
    before: ParsedText, text: ParsedText, passage: Passage, settler: _Settler,
    known: Mapping[int, Reading],
) -> Iterator[Step]:  # fmt: skip
    """The measures of `text` that have to be looked at, those of the passage first.

    `known` are readings of `text`. Raises Unsafe if the passage holds another number of atoms than
    it should.
    """
    shift = len(text.chunks) - len(before.chunks)
    indices = range(passage.first, passage.last + 1 + shift)
    if indices.stop > len(text.chunks):
        raise Unsafe
    position = 0
    for index in indices:
        reading = known.get(index) or read_measure(text, index)
        n_before, position = position, position + len(reading.atoms)
        yield Step(index, reading, _matching(reading, passage.targets[n_before:position]))
    if position != len(passage.targets):
        raise Unsafe
    for index in range(max(indices.start, indices.stop), len(text.chunks)):
        chunk, old = text.chunks[index], before.chunks[index - shift]
        if settler.is_done and chunk is old:
            return
        if chunk.measure is not old.measure or settler.concerns(chunk):
            reading = known.get(index) or read_measure(text, index)
            atoms = reading.atoms if text is before else read_measure(before, index - shift).atoms
            if [atom.place for atom in atoms] != [atom.place for atom in reading.atoms]:
                raise Unsafe
            yield Step(index, reading, _matching(reading, [as_it_is(atom) for atom in atoms]))


def _matching(reading: Reading, targets: Sequence[Target | None]) -> Sequence[Target | None]:
    """`targets`, which must be as many as the atoms, with as many pitches. Raises Unsafe."""
    if len(reading.atoms) != len(targets):
        raise Unsafe
    for atom, target in zip(reading.atoms, targets, strict=True):
        if target is not None and len(atom.heads) != len(target.pitches):
            raise Unsafe
    return targets


# -- from targets to a result


def settled(parsed: ParsedText, passage: Passage, others: Iterable[TextEdit] = ()) -> EditResult:
    """The result that gives each atom its target, with `others` (of keys, chord symbols).

    The text that results is read again; if it is not what it should be, nothing is changed.
    """
    settler = _Settler(parsed.text)
    try:
        with collection_paused():
            passage = _settle(parsed, parsed, passage, settler)
            edits = sorted_edits([*settler.edits(), *others])
            return _checked(parsed, edits, passage, parsed)[0]
    except Unsafe:
        return nothing(UNSAFE)


def resettled(parsed: ParsedText, first: Iterable[TextEdit], passage: Passage) -> EditResult:
    """The result of `first`, after which the atoms get their targets."""
    return resettled_text(parsed, first, passage)[0]


def resettled_text(
    parsed: ParsedText, first: Iterable[TextEdit], passage: Passage
) -> tuple[EditResult, ParsedText]:
    """The same, and what the text says after it."""
    first = sorted_edits(first)
    middle = reparse(parsed, apply_edits(parsed.text, first))
    settler = _Settler(middle.text)
    try:
        with collection_paused():
            passage = _settle(parsed, middle, passage, settler)
            second = sorted_edits(settler.edits())
            return _checked(parsed, composed(parsed.text, first, second), passage, middle)
    except Unsafe:
        return nothing(UNSAFE), parsed


def _settle(before: ParsedText, text: ParsedText, passage: Passage, settler: _Settler) -> Passage:
    """Settles all that needs it; the passage has each target then, and the readings of `text`."""
    known: list[Target] = []
    n_inside = passage.last + 1 + len(text.chunks) - len(before.chunks)
    readings: dict[int, Reading] = {}
    before_edit = passage.readings if text is before else {}
    for step in _steps(before, text, passage, settler, before_edit):
        readings[step.index] = step.reading
        targets = [
            target or as_it_is(atom)
            for atom, target in zip(step.reading.atoms, step.targets, strict=True)
        ]
        settler.take(text.chunks[step.index], step.reading, targets)
        if step.index < n_inside:
            known += targets
    return Passage(passage.first, passage.last, known, readings)


def _checked(
    parsed: ParsedText, edits: tuple[TextEdit, ...], passage: Passage, near: ParsedText
) -> tuple[EditResult, ParsedText]:
    """The edits, if the text after them is read as it should be; `near` is a text much like it."""
    edits = tuple(
        edit for edit in edits if parsed.text[edit.span.start : edit.span.end] != edit.replacement
    )
    if not edits:
        return nothing(UNCHANGED), parsed
    after = reparse(near, apply_edits(parsed.text, edits))
    known = passage.readings if after is near else {}
    is_good = _is_as_it_should_be(parsed, after, passage, known)
    return (EditResult(edits), after) if is_good else (nothing(UNSAFE), parsed)


def _n_errors(parsed: ParsedText) -> int:
    return sum(fault.severity is Severity.ERROR for fault in parsed.diagnostics)


def _is_as_it_should_be(
    before: ParsedText, after: ParsedText, passage: Passage, known: Mapping[int, Reading]
) -> bool:
    if _n_errors(after) > _n_errors(before):
        return False
    try:
        for index in range(passage.first):
            if after.chunks[index : index + 1] != before.chunks[index : index + 1]:
                return False
        return all(
            as_it_is(atom) == target
            for step in _steps(before, after, passage, _Settler(""), known)
            for atom, target in zip(step.reading.atoms, step.targets, strict=True)
        )
    except Unsafe:
        return False
