"""Laws of the edit operations, for any text: nothing outside the selection changes its sound."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lilydesk.lilylet import ParsedText, parse_document
from lilydesk.lilylet.edits import (
    INTERVALS,
    EditResult,
    apply_edits,
    double_durations,
    halve_durations,
    invert,
    respell,
    shift_octaves,
    transpose,
    transpose_in_key,
)
from lilydesk.lilylet.edits.atoms import Atom, read_atoms
from lilydesk.lilylet.edits.selection import chosen_atoms, is_chosen_head
from lilydesk.notation.span import Span
from tests.lilylet.cases import case_names, case_text
from tests.lilylet.edits.editing import event_of
from tests.lilylet.meaning import meaning
from tests.strategies import broken_lilylet_texts, lilylet_texts

Operation = Callable[[ParsedText, Span], EditResult]
OPERATIONS: tuple[Operation, ...] = (
    lambda parsed, span: transpose(parsed, span, INTERVALS["minor third"]),
    lambda parsed, span: transpose(parsed, span, -INTERVALS["perfect fifth"]),
    lambda parsed, span: transpose_in_key(parsed, span, 2),
    lambda parsed, span: shift_octaves(parsed, span, 1),
    lambda parsed, span: shift_octaves(parsed, span, -2),
    double_durations,
    halve_durations,
    respell,
    invert,
)


@st.composite
def selections(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> tuple[str, Span]:
    text = draw(texts)
    start = draw(st.integers(0, len(text)))
    return text, Span(start, draw(st.integers(start, len(text))))


def events_outside(text: str, chosen: set[int]) -> list[Any]:
    return [
        event_of(atom)
        for index, atom in enumerate(read_atoms(parse_document(text)).atoms)
        if index not in chosen
    ]


def keeps_the_rest(text: str, selection: Span, operation: Operation) -> None:
    parsed = parse_document(text)
    chosen = set(chosen_atoms(read_atoms(parsed).atoms, selection))
    after = apply_edits(text, operation(parsed, selection).edits)
    assert events_outside(after, chosen) == events_outside(text, chosen)


@settings(max_examples=150)
@given(chosen=selections(lilylet_texts()), operation=st.sampled_from(OPERATIONS))
def test_what_is_not_selected_keeps_its_events(
    chosen: tuple[str, Span], operation: Operation
) -> None:
    keeps_the_rest(*chosen, operation)


@settings(max_examples=100)
@given(chosen=selections(broken_lilylet_texts()), operation=st.sampled_from(OPERATIONS))
def test_broken_texts_do_no_harm(chosen: tuple[str, Span], operation: Operation) -> None:
    keeps_the_rest(*chosen, operation)


def small_cases() -> list[str]:
    return [name for name in case_names() if len(case_text(name)) < 2500]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_selections_in_the_conformance_texts(operation: Operation) -> None:
    random_ = random.Random(7)
    for name in small_cases()[::9]:
        text = case_text(name)
        start = random_.randrange(len(text))
        keeps_the_rest(text, Span(start, random_.randrange(start, len(text))), operation)


def there_and_back(
    text: str, selection: Span, there: Operation, back: Operation
) -> tuple[str, str] | None:
    """The texts in between and at the end; None where the way is not open."""
    parsed = parse_document(text)
    result = there(parsed, selection)
    if not result:
        return None
    middle = apply_edits(text, result.edits)
    chosen = chosen_atoms(read_atoms(parsed).atoms, selection)
    atoms = read_atoms(parse_document(middle)).atoms
    again = Span(atoms[chosen[0]].span.start, atoms[chosen[-1]].span.end)
    inside = chosen_within_a_chord(read_atoms(parsed).atoms[chosen[0]], selection)
    if inside:
        heads = atoms[chosen[0]].heads
        again = Span(heads[inside[0]].span.start, heads[inside[-1]].span.end)
    if selection == Span(0, len(text)):
        again = Span(0, len(middle))
    return middle, apply_edits(middle, back(parse_document(middle), again).edits)


def chosen_within_a_chord(atom: Atom, selection: Span) -> list[int]:
    """Which pitches of a chord are selected, if not all are."""
    found = [i for i, head in enumerate(atom.heads) if is_chosen_head(atom, head, selection)]
    return found if len(found) < len(atom.heads) else []


def has_rare_spelling(text: str) -> bool:
    """Double accidentals may become simpler ones on the way."""
    pitches = [p for atom in read_atoms(parse_document(text)).atoms for p in atom.pitches]
    return any(abs(pitch.alter) > 1 for pitch in pitches)


def transposing_returns(text: str, selection: Span) -> None:
    for interval in INTERVALS.values():
        way = there_and_back(
            text, selection,
            lambda parsed, span, by=interval: transpose(parsed, span, by),
            lambda parsed, span, by=interval: transpose(parsed, span, -by),
        )  # fmt: skip
        if way is not None and not has_rare_spelling(text) and not has_rare_spelling(way[0]):
            after, before = (parse_document(one).document for one in (way[1], text))
            assert meaning(after) == meaning(before)


@settings(max_examples=60)
@given(text=lilylet_texts())
def test_transposing_up_and_down_gives_the_same_events(text: str) -> None:
    transposing_returns(text, Span(0, len(text)))


def test_conformance_texts_transposed_up_and_down_have_the_same_events() -> None:
    for name in small_cases()[::40]:
        text = case_text(name)
        transposing_returns(text, Span(0, len(text)))


def is_glued(text: str) -> bool:
    """Without white space between them, notes may need some: c,f an octave up is c f, not cf."""
    atoms = read_atoms(parse_document(text)).atoms
    spans = [head.span for atom in atoms for head in atom.heads]
    return any(one.end == other.start for one, other in pairwise(spans))


def octaves_return(text: str, selection: Span) -> None:
    way = there_and_back(
        text, selection,
        lambda parsed, span: shift_octaves(parsed, span, 1),
        lambda parsed, span: shift_octaves(parsed, span, -1),
    )  # fmt: skip
    if way is not None and is_glued(text):
        way, text = (way[0], way[1].replace(" ", "")), text.replace(" ", "")
    assert way is None or way[1] == text


@settings(max_examples=150)
@given(chosen=selections(lilylet_texts()))
def test_an_octave_up_and_down_gives_the_same_bytes(chosen: tuple[str, Span]) -> None:
    octaves_return(*chosen)


def test_conformance_texts_an_octave_up_and_down_are_the_same_bytes() -> None:
    random_ = random.Random(8)
    for name in small_cases()[::5]:
        text = case_text(name)
        start = random_.randrange(len(text))
        octaves_return(text, Span(start, random_.randrange(start + 1, len(text) + 1)))
