"""Operations on pitches: transpose, octaves, respell, invert."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from lilydesk.lilylet.document_parser import ParsedText
from lilydesk.lilylet.edits.atoms import Atom, Reading, read_measure
from lilydesk.lilylet.edits.chord_symbols import chord_symbol_edits
from lilydesk.lilylet.edits.pitches import (
    C_MAJOR,
    Interval,
    interval_to_key,
    mirrored_in_key,
    moved_in_key,
    practical_interval,
    respelled,
    transposed,
)
from lilydesk.lilylet.edits.places import first_event
from lilydesk.lilylet.edits.result import EditResult, TextEdit, nothing
from lilydesk.lilylet.edits.selection import (
    NO_NOTES,
    Selected,
    is_chosen_head,
    selected,
)
from lilydesk.lilylet.edits.settle import Target, passage_of, settled
from lilydesk.lilylet.resolve import ACCIDENTALS, ALTERS
from lilydesk.lilylet.voice_writer import write_key
from lilydesk.notation.event import Key
from lilydesk.notation.pitch import Pitch
from lilydesk.notation.span import Span

_TONIC = re.compile(r"(\\key[^\S\n]*)([a-g])(ss|ff|s|f)?")
PitchChange = Callable[[Pitch, Atom], Pitch]


def transpose(
    parsed: ParsedText, selection: Span, interval: Interval, *, is_practical: bool = False
) -> EditResult:
    r"""Moves the selected notes by an interval, spelled by its name.

    In measures that are selected as a whole, \key goes along, and so do selected chord symbols.
    With `is_practical`, notes in keys that would get more than seven signs are spelled by the
    interval's enharmonic twin.
    """

    def way(key: Key | None) -> Interval:
        return practical_interval(interval, key or C_MAJOR) if is_practical else interval

    found = selected(parsed, selection)
    if not found.chosen:
        return nothing(NO_NOTES)
    others = [
        *_key_edits(parsed, found, way),
        *chord_symbol_edits(parsed, selection, way(found.chosen_atoms[0].key)),
    ]

    def change(pitch: Pitch, atom: Atom) -> Pitch:
        if atom.rest is not None:  # its place on the staff, which has no accidental
            return moved_in_key(pitch, way(atom.key).steps, C_MAJOR)
        return transposed(pitch, way(atom.key))

    return _changed(parsed, found, selection, change, others)


def transpose_to_key(parsed: ParsedText, selection: Span, tonic: Pitch) -> EditResult:
    """Moves the selected notes, and their keys, so that the first key becomes the one on `tonic`.

    The mode stays; the way is the nearer one of up and down.
    """
    return transpose(
        parsed, selection, interval_to_key(key_at(parsed, selection), tonic), is_practical=True
    )


def transpose_in_key(parsed: ParsedText, selection: Span, steps: int) -> EditResult:
    """Moves the selected notes along the scale of the key in force; keys stay."""
    return _change_pitches(
        parsed, selection, lambda pitch, atom: moved_in_key(pitch, steps, atom.key or C_MAJOR)
    )


def shift_octaves(parsed: ParsedText, selection: Span, n_octaves: int) -> EditResult:
    """Moves the selected notes by octaves."""
    return _change_pitches(
        parsed, selection, lambda pitch, _: replace(pitch, octave=pitch.octave + n_octaves)
    )


def respell(parsed: ParsedText, selection: Span) -> EditResult:
    """Sharps become flats and flats sharps, with the same sound; naturals stay."""
    return _change_pitches(parsed, selection, lambda pitch, _: respelled(pitch))


def invert(parsed: ParsedText, selection: Span) -> EditResult:
    """Mirrors the selected notes at the first one of their voice, in the scale of the key."""
    axes: dict[tuple[int, int], Pitch] = {}

    def change(pitch: Pitch, atom: Atom) -> Pitch:
        axis = axes.setdefault(atom.place, pitch)
        return mirrored_in_key(pitch, axis, atom.key or C_MAJOR)

    return _change_pitches(parsed, selection, change)


def key_at(parsed: ParsedText, selection: Span) -> Key:
    """The key in force at the first selected note; C major where there is none."""
    chosen = selected(parsed, selection).chosen_atoms
    return (chosen[0].key if chosen else None) or C_MAJOR


# -- inside


def _change_pitches(parsed: ParsedText, selection: Span, change: PitchChange) -> EditResult:
    return _changed(parsed, selected(parsed, selection), selection, change, [])


def _changed(
    parsed: ParsedText, found: Selected, selection: Span, change: PitchChange,
    others: list[TextEdit],
) -> EditResult:  # fmt: skip
    if not any(atom.heads for atom in found.chosen_atoms):
        return nothing(NO_NOTES)
    changed: dict[int, Target] = {}
    for index in found.chosen:
        atom = found.atoms[index]
        pitches = tuple(
            change(head.pitch, atom) if is_chosen_head(atom, head, selection) else head.pitch
            for head in atom.heads
        )
        changed[index] = Target(pitches, atom.duration)
    return settled(parsed, passage_of(found, changed), others)


def _key_edits(
    parsed: ParsedText, found: Selected, way: Callable[[Key], Interval]
) -> list[TextEdit]:
    """Keys of measures selected as a whole, and the old key again after the last of them."""
    chosen = set(found.chosen)
    partly = {atom.chunk for index, atom in enumerate(found.atoms) if index not in chosen}
    wholly = {found.atoms[index].chunk for index in chosen} - partly
    edits: list[TextEdit] = []
    is_moved = False  # the key in force is not what it was
    for chunk in range(found.first, len(parsed.chunks)):
        if chunk > found.last and not is_moved:
            break
        if parsed.chunks[chunk].measure is None:
            continue
        reading = found.readings.get(chunk) or read_measure(parsed, chunk)
        if is_moved and chunk not in wholly:
            edits += _key_again(parsed, reading, chunk)
            is_moved = False
        if chunk in wholly:
            is_moved = is_moved or bool(reading.keys)
            for word in reading.keys:
                edits += _moved_key(parsed.text, word.span, way(word.key))
    return edits


def _key_again(parsed: ParsedText, reading: Reading, chunk: int) -> list[TextEdit]:
    first = next(iter(reading.atoms), None)
    own = reading.keys
    if first is None or first.key is None or (own and own[0].span.start < first.span.start):
        return []
    place = first_event(parsed, chunk)
    return [TextEdit(Span(place, place), write_key(first.key) + " ")]


def _moved_key(text: str, span: Span, interval: Interval) -> list[TextEdit]:
    match = _TONIC.match(text, span.start, span.end)
    if match is None:
        return []
    tonic = transposed(Pitch(match[2], ALTERS[match[3] or ""]), interval)
    name = tonic.step + ACCIDENTALS[tonic.alter]
    return [TextEdit(Span(match.start(2), match.end()), name)]
