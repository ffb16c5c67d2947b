"""Laws of the operations on measures, voices and time: what is not selected stays."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lilydesk.lilylet import ParsedText, parse_document
from lilydesk.lilylet.edits import (
    EditResult,
    add_voice,
    apply_edits,
    change_time,
    delete_measures,
    extract_part,
    insert_measures,
    remove_voice,
    retrograde,
)
from lilydesk.lilylet.edits.atoms import read_atoms
from lilydesk.lilylet.edits.places import chosen_chunks
from lilydesk.notation.span import Span
from lilydesk.timeline import perform
from tests.lilylet.cases import corpus_pieces
from tests.lilylet.edits.editing import event_of
from tests.strategies import broken_lilylet_texts, lilylet_texts
from tests.support import shared_folder

MANY = 1_000_000
Operation = Callable[[ParsedText, Span], EditResult]
OPERATIONS: dict[str, Operation] = {
    "insert": lambda parsed, span: insert_measures(parsed, span, 2),
    "delete": delete_measures,
    "add voice": add_voice,
    "remove voice": remove_voice,
    "retrograde": retrograde,
    "time": lambda parsed, span: change_time(parsed, span, 5, 8),
}


def n_measures(parsed: ParsedText, end: int) -> int:
    """How many of the chunks before `end` hold music."""
    return sum(chunk.measure is not None for chunk in parsed.chunks[:end])


def events_in(parsed: ParsedText, first: int, last: int = MANY) -> list[Any]:
    """Notes and rests of the measures from `first` to before `last`."""
    return [
        event_of(atom)
        for atom in read_atoms(parsed).atoms
        if first <= n_measures(parsed, atom.chunk) < last
    ]


def keeps_the_rest(text: str, selection: Span, operation: Operation, goes_on: bool) -> bool:
    """Asserts the laws; whether there was something to do."""
    before = parse_document(text)
    result = operation(before, selection)
    assert result.edits or result.reason
    if not result:
        return False
    after = parse_document(apply_edits(text, result.edits))
    chosen = chosen_chunks(before, selection)
    first = chosen[0]
    n_before, n_after = (n_measures(parsed, len(parsed.chunks)) for parsed in (before, after))
    end = n_before if goes_on else n_measures(before, chosen[-1] + 1)
    assert len(after.errors) <= len(before.errors)
    begin = n_measures(before, first)
    assert events_in(after, 0, begin) == events_in(before, 0, begin)
    assert events_in(after, end + n_after - n_before) == events_in(before, end)
    for edit in result.edits:
        if edit.span.start >= before.head.end or edit.span.end > before.head.end:
            start = max(edit.span.start, before.head.end)  # a header before it may go with it
            assert start >= before.chunk_starts[first]
    return True


def selection_in(text: str, start: int, length: int) -> Span:
    start = min(start, len(text))
    return Span(start, min(len(text), start + length))


@pytest.mark.parametrize("name", OPERATIONS)
@settings(max_examples=35)
@example(text="c \\grace { c16 d } ", start=0, length=12)
@given(text=lilylet_texts(), start=st.integers(0, 150), length=st.integers(0, 60))
def test_what_is_not_selected_stays(name: str, text: str, start: int, length: int) -> None:
    keeps_the_rest(text, selection_in(text, start, length), OPERATIONS[name], name == "time")


@pytest.mark.parametrize("name", OPERATIONS)
@settings(max_examples=25)
@example(text="-R", start=0, length=0)
@example(text="c%|", start=0, length=0)
@example(text="c | c | ", start=3, length=0)
@example(text="\\\\c ", start=0, length=0)
@given(text=broken_lilylet_texts(), start=st.integers(0, 150), length=st.integers(0, 60))
def test_broken_texts_take_no_harm(name: str, text: str, start: int, length: int) -> None:
    keeps_the_rest(text, selection_in(text, start, length), OPERATIONS[name], name == "time")


def pieces(n_pieces: int) -> list[str]:
    if shared_folder() is None:
        pytest.skip("needs the shared folder")
    return [text for text in corpus_pieces(n_pieces).values() if len(text) < 20_000]


@pytest.mark.parametrize("name", OPERATIONS)
def test_real_pieces_keep_what_is_not_selected(name: str) -> None:
    random_ = random.Random(11)
    n_changed = 0
    for text in pieces(8):
        for _ in range(2):
            selection = selection_in(text, random_.randrange(len(text)), random_.randrange(90))
            n_changed += keeps_the_rest(text, selection, OPERATIONS[name], name == "time")
    assert n_changed > 0


def test_real_pieces_have_the_same_notes_in_another_time_signature() -> None:
    n_changed = 0
    for text in pieces(8):
        result = change_time(parse_document(text), Span(0, 0), 3, 2)
        n_changed += bool(result)
        if not ORNAMENTS.search(text):  # they are played by the lengths of their notes
            assert struck(apply_edits(text, result.edits)) == struck(text)
    assert n_changed > 3


ORNAMENTS = re.compile(r"trill|turn|mordent|prall|grace|:\d")


def struck(text: str) -> Counter[tuple[int, int]]:
    """Channels and pitches of the notes, tied ones once."""
    notes = perform(parse_document(text).document).notes
    return Counter((note.channel, note.midi) for note in notes)


def test_parts_of_real_pieces_sound_as_in_the_score() -> None:
    for text in pieces(5):
        parsed = parse_document(text)
        whole = perform(parsed.document).notes
        for part in range(len(parsed.document.measures[0].parts)):
            alone = perform(parse_document(extract_part(parsed, part)).document).notes
            channel = part + (part > 8)
            assert sorted((note.onset, note.midi, note.length) for note in alone) == sorted(
                (note.onset, note.midi, note.length) for note in whole if note.channel == channel
            )
