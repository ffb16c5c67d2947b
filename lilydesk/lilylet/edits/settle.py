"""The law of every edit: each note keeps, or gets, the pitch and duration that it should have.

Octaves are relative and durations are carried over, so a change in one place may ask for octave
marks or a duration at the next note. `settle` finds those; nothing else of the text is touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lilydesk.lilylet.document_parser import ParsedText
from lilydesk.lilylet.edits.atoms import Atom, read_atoms
from lilydesk.lilylet.edits.result import (
    EditResult,
    TextEdit,
    apply_edits,
    composed,
    nothing,
    sorted_edits,
)
from lilydesk.lilylet.incremental import reparse
from lilydesk.lilylet.resolve import MIDDLE_C_DIATONIC
from lilydesk.lilylet.voice_writer import ACCIDENTALS, write_duration
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


def settle(text: str, atoms: Sequence[Atom], targets: Sequence[Target]) -> tuple[TextEdit, ...]:
    """The edits of pitches and durations that make each atom its target."""
    pitches = _PitchSettler(text)
    durations = _DurationSettler()
    for atom, target in zip(atoms, targets, strict=True):
        pitches.take(atom, target)
        durations.take(atom, target)
    return sorted_edits([*pitches.edits, *durations.edits])


class _PitchSettler:
    def __init__(self, text: str) -> None:
        self.edits: list[TextEdit] = []
        self._text = text
        self._bases: dict[tuple[int, int], int] = {}

    def take(self, atom: Atom, target: Target) -> None:
        if not atom.heads:
            return
        is_reset = atom.is_reset or atom.place not in self._bases
        base = MIDDLE_C_DIATONIC if is_reset else self._bases[atom.place]
        for head, wanted in zip(atom.heads, target.pitches, strict=True):
            base = MIDDLE_C_DIATONIC if head.follows_newline else base
            self._spell(head.span, wanted, base)
            base = wanted.diatonic
        self._bases[atom.place] = target.pitches[0].diatonic

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
    def __init__(self) -> None:
        self.edits: list[TextEdit] = []
        self._before = self._carried = Duration(4)  # as read; as it will be

    def take(self, atom: Atom, target: Target) -> None:
        wanted = target.duration
        if atom.duration_span is not None:
            if atom.duration != wanted:
                self.edits.append(TextEdit(atom.duration_span, write_duration(wanted)))
        elif atom.duration != self._before:  # set by something that is no note, such as <>8
            self._carried = atom.duration
        if atom.duration_span is None and wanted != self._carried:
            place = Span(atom.duration_place, atom.duration_place)
            self.edits.append(TextEdit(place, write_duration(wanted)))
        self._before, self._carried = atom.duration, wanted


def _with_octaves(marks: str, n_octaves: int) -> str:
    """Octave marks that come to `n_octaves`, from `marks` by as few steps as there are."""
    net = marks.count("'") - marks.count(",")
    for _ in range(abs(n_octaves - net)):
        adding, taking = ("'", ",") if n_octaves > net else (",", "'")
        marks = marks[:-1] if marks.endswith(taking) else marks + adding
    return marks


# -- from targets to a result


def settled(
    parsed: ParsedText, atoms: Sequence[Atom], targets: Sequence[Target],
    others: Iterable[TextEdit] = (),
) -> EditResult:  # fmt: skip
    """The result that gives each atom its target, with `others` (of keys, chord symbols).

    The text that results is read again; if it is not what it should be, nothing is changed.
    """
    edits = sorted_edits([*settle(parsed.text, atoms, targets), *others])
    return checked(parsed, edits, targets)


def resettled(
    parsed: ParsedText, first: Iterable[TextEdit], targets: Sequence[Target | None]
) -> EditResult:
    """The result of `first`, after which the atoms get their targets.

    `targets` has one place for each atom of the text that `first` gives; None leaves it as it is
    read there.
    """
    first = sorted_edits(first)
    middle = reparse(parsed, apply_edits(parsed.text, first))
    atoms = read_atoms(middle).atoms
    if len(atoms) != len(targets):
        return nothing(UNSAFE)
    wanted = [target or as_it_is(atom) for atom, target in zip(atoms, targets, strict=True)]
    if any(
        len(atom.heads) != len(target.pitches) for atom, target in zip(atoms, wanted, strict=True)
    ):
        return nothing(UNSAFE)
    second = settle(middle.text, atoms, wanted)
    return checked(parsed, composed(parsed.text, first, second), wanted)


def checked(
    parsed: ParsedText, edits: tuple[TextEdit, ...], targets: Sequence[Target]
) -> EditResult:
    """The edits, if the text after them is read as it should be."""
    edits = tuple(
        edit for edit in edits if parsed.text[edit.span.start : edit.span.end] != edit.replacement
    )
    if not edits:
        return nothing(UNCHANGED)
    after = reparse(parsed, apply_edits(parsed.text, edits))
    found = [as_it_is(atom) for atom in read_atoms(after).atoms]
    return EditResult(edits) if found == list(targets) else nothing(UNSAFE)
