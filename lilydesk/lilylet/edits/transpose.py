"""Operations on pitches: transpose, octaves, respell, invert."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from lilydesk.lilylet.document_parser import ParsedText
from lilydesk.lilylet.edits.atoms import Atom, Reading, read_atoms
from lilydesk.lilylet.edits.chord_symbols import chord_symbol_edits
from lilydesk.lilylet.edits.pitches import (
    C_MAJOR,
    Interval,
    interval_to_key,
    mirrored_in_key,
    moved_in_key,
    respelled,
    transposed,
)
from lilydesk.lilylet.edits.result import EditResult, TextEdit, nothing
from lilydesk.lilylet.edits.selection import (
    NO_NOTES,
    chosen_atoms,
    is_chosen_head,
)
from lilydesk.lilylet.edits.settle import Target, as_it_is, settled
from lilydesk.lilylet.voice_writer import ACCIDENTALS, write_key
from lilydesk.notation.event import Key
from lilydesk.notation.pitch import Pitch
from lilydesk.notation.span import Span

_TONIC = re.compile(r"(\\key[^\S\n]*)([a-g])(ss|ff|s|f)?")
_ALTERS = {word: alter for alter, word in ACCIDENTALS.items()}
PitchChange = Callable[[Pitch, Atom], Pitch]


def transpose(parsed: ParsedText, selection: Span, interval: Interval) -> EditResult:
    r"""Moves the selected notes by an interval, spelled by its name.

    In measures that are selected as a whole, \key goes along, and so do selected chord symbols.
    """
    reading = read_atoms(parsed)
    chosen = chosen_atoms(reading.atoms, selection)
    if not chosen:
        return nothing(NO_NOTES)
    others = [
        *_key_edits(parsed, reading, set(chosen), interval),
        *chord_symbol_edits(parsed, selection, interval),
    ]

    def change(pitch: Pitch, atom: Atom) -> Pitch:
        if atom.rest is not None:  # its place on the staff, which has no accidental
            return moved_in_key(pitch, interval.steps, C_MAJOR)
        return transposed(pitch, interval)

    return _changed(parsed, reading, chosen, selection, change, others)


def transpose_to_key(parsed: ParsedText, selection: Span, tonic: Pitch) -> EditResult:
    """Moves the selected notes, and their keys, so that the first key becomes the one on `tonic`.

    The mode stays; the way is the nearer one of up and down.
    """
    return transpose(parsed, selection, interval_to_key(key_at(parsed, selection), tonic))


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
    atoms = read_atoms(parsed).atoms
    chosen = chosen_atoms(atoms, selection)
    return (atoms[chosen[0]].key if chosen else None) or C_MAJOR


# -- inside


def _change_pitches(parsed: ParsedText, selection: Span, change: PitchChange) -> EditResult:
    reading = read_atoms(parsed)
    chosen = chosen_atoms(reading.atoms, selection)
    return _changed(parsed, reading, chosen, selection, change, [])


def _changed(
    parsed: ParsedText, reading: Reading, chosen: list[int], selection: Span,
    change: PitchChange, others: list[TextEdit],
) -> EditResult:  # fmt: skip
    if not any(reading.atoms[index].heads for index in chosen):
        return nothing(NO_NOTES)
    targets = [as_it_is(atom) for atom in reading.atoms]
    for index in chosen:
        atom = reading.atoms[index]
        pitches = tuple(
            change(head.pitch, atom) if is_chosen_head(atom, head, selection) else head.pitch
            for head in atom.heads
        )
        targets[index] = Target(pitches, atom.duration)
    return settled(parsed, reading.atoms, targets, others)


def _key_edits(
    parsed: ParsedText, reading: Reading, chosen: set[int], interval: Interval
) -> list[TextEdit]:
    """Keys of measures selected as a whole, and the old key again after the last of them."""
    partly = {atom.chunk for i, atom in enumerate(reading.atoms) if i not in chosen}
    wholly = {reading.atoms[i].chunk for i in chosen} - partly
    edits: list[TextEdit] = []
    is_moved = False  # the key in force is not what it was
    keys = {word.span.start: word for word in reading.keys}
    places = sorted({*keys, *_measure_starts(parsed)})
    for place in places:
        if place in keys:
            is_moved = keys[place].chunk in wholly
            edits += _moved_key(parsed.text, keys[place].span, interval) if is_moved else []
        elif is_moved and _chunk_at(parsed, place) not in wholly:
            edits += _key_again(parsed, reading, place)
            is_moved = False
    return edits


def _measure_starts(parsed: ParsedText) -> list[int]:
    """Where the first event of each measure stands; a key there comes after it in order."""
    document = parsed.document
    return [
        start + measure.span.start
        for start, measure in zip(document.starts, document.measures, strict=True)
    ]


def _chunk_at(parsed: ParsedText, place: int) -> int:
    starts = [i for i, start in enumerate(parsed.chunk_starts) if start <= place]
    return starts[-1]


def _key_again(parsed: ParsedText, reading: Reading, place: int) -> list[TextEdit]:
    chunk = _chunk_at(parsed, place)
    own = [word for word in reading.keys if word.chunk == chunk]
    first = next((atom for atom in reading.atoms if atom.chunk == chunk), None)
    if first is None or first.key is None or (own and own[0].span.start < first.span.start):
        return []
    return [TextEdit(Span(place, place), write_key(first.key) + " ")]


def _moved_key(text: str, span: Span, interval: Interval) -> list[TextEdit]:
    match = _TONIC.match(text, span.start, span.end)
    if match is None:
        return []
    tonic = transposed(Pitch(match[2], _ALTERS[match[3] or ""]), interval)
    name = tonic.step + ACCIDENTALS[tonic.alter]
    return [TextEdit(Span(match.start(2), match.end()), name)]
