"""Add a voice to a part, or take one out."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from lilydesk.lilylet.document_parser import ParsedText
from lilydesk.lilylet.edits.atoms import Atom, Reading, VoiceEnd
from lilydesk.lilylet.edits.places import chosen_chunks, measure_of
from lilydesk.lilylet.edits.result import EditResult, TextEdit, nothing
from lilydesk.lilylet.edits.selection import NO_NOTES, selected
from lilydesk.lilylet.edits.settle import Passage, Target, as_it_is, resettled
from lilydesk.lilylet.lengths import spelled_length
from lilydesk.lilylet.voice_writer import write_duration
from lilydesk.notation.document import Measure
from lilydesk.notation.span import Span


def add_voice(parsed: ParsedText, selection: Span) -> EditResult:
    """Adds a voice of spaces to the selected part, in each measure that is touched.

    It is on the staff of the first selected note.
    """
    found = selected(parsed, selection)
    if not found.chosen:
        return nothing(NO_NOTES)
    first = found.chosen_atoms[0]
    edits: list[TextEdit] = []
    targets: list[Target | None] = []
    measures = set(chosen_chunks(parsed, selection))
    for end, atoms in _by_voice(found.reading):
        targets += [as_it_is(atom) for atom in atoms]
        if end.chunk in measures and end.part == first.part and _is_last(found.reading, end):
            words, n_spaces = _spaces(parsed, end.chunk, first)
            place = Span(end.span.start, end.span.start)
            edits.append(TextEdit(place, _joined(parsed, end, words)))
            targets += [None] * n_spaces
    return resettled(parsed, edits, Passage(found.first, found.last, targets))


def _by_voice(reading: Reading) -> list[tuple[VoiceEnd, list[Atom]]]:
    """The voices in the order of the text, each with its atoms."""
    found: dict[tuple[int, int, int], list[Atom]] = {}
    for atom in reading.atoms:
        found.setdefault((atom.chunk, *atom.place), []).append(atom)
    return [(end, found.get((end.chunk, *end.place), [])) for end in reading.ends]


def _is_last(reading: Reading, end: VoiceEnd) -> bool:
    return not any(
        other.chunk == end.chunk and other.part == end.part and other.voice > end.voice
        for other in reading.ends
    )


def _spaces(parsed: ParsedText, chunk: int, atom: Atom) -> tuple[str, int]:
    """Spaces that fill a measure, after the staff where it has to be said; and how many."""
    measure = measure_of(parsed, chunk)
    staff = measure_of(parsed, atom.chunk).parts[atom.part].voices[atom.voice].staff
    spaces = spelled_length(_full_length(measure)) or []
    words = [f"s{write_duration(duration)}" for duration in spaces]
    lead = [f'\\staff "{staff}"'] if staff != 1 else []
    return " ".join([*lead, *words]), len(words)


def _full_length(measure: Measure) -> Fraction:
    """What a voice has to fill: as much as all others do, or else what the measure asks for."""
    filled = {voice.length for voice in measure.voices if voice.events}
    length = measure.length if len(filled) == 1 else min(measure.length, measure.expected)
    return length if length > 0 else Fraction(4)


def _joined(parsed: ParsedText, end: VoiceEnd, words: str) -> str:
    before = parsed.text[: end.span.start]
    if end.span.start < end.span.end:
        return ("" if before[-1:].isspace() else " ") + f"\\\\ {words} "
    is_comment = "%" in before[before.rfind("\n") + 1 :]
    return ("\n" if is_comment else " ") + f"\\\\ {words}"


def remove_voice(parsed: ParsedText, selection: Span) -> EditResult:
    """Takes the voice of the first selected note out, in each measure that is touched."""
    found = selected(parsed, selection)
    if not found.chosen:
        return nothing(NO_NOTES)
    place = found.chosen_atoms[0].place
    if place[1] == 0:
        return nothing("The first voice of a part holds its key and time; it stays.")
    measures = set(chosen_chunks(parsed, selection))
    ends = found.reading.ends
    spans = [
        Span(before.span.start, end.span.start)
        for before, end in pairwise(ends)
        if end.chunk in measures and end.place == place
    ]
    keys = found.reading.keys
    if any(span.start <= word.span.start < span.end for span in spans for word in keys):
        return nothing("This voice sets a key for others; move the \\key first.")
    targets = [
        as_it_is(atom) for atom in found.atoms if atom.chunk not in measures or atom.place != place
    ]
    passage = Passage(found.first, found.last, targets)
    return resettled(parsed, [TextEdit(span, "") for span in spans], passage)
