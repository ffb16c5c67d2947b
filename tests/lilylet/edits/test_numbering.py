"""Measure numbers in the text: they follow where measures come and go."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lilydesk.lilylet import parse_document
from lilydesk.lilylet.edits import delete_measures, insert_measures
from lilydesk.notation.span import Span
from lilydesk.timeline.playing_order import unfold, written_order
from tests.lilylet.edits.editing import after as edited

N_MEASURES = 12
NOTES = "cdefgab"


def piece(order: str) -> str:
    measures = "".join(f"{NOTES[i % 7]}'1 | %{i + 1}\n" for i in range(N_MEASURES))
    return f'[title "T"]\n[measures "{order}"]\n\n{measures}'


def place_of(text: str, measure: int) -> int:
    document = parse_document(text).document
    return document.starts[measure] + document.measures[measure].span.start


def inserted(text: str, after: int, n_measures: int = 1) -> str:
    place = place_of(text, after)
    return edited(text, insert_measures(parse_document(text), Span(place, place), n_measures))


def deleted(text: str, first: int, last: int) -> str:
    selection = Span(place_of(text, first), place_of(text, last) + 1)
    return edited(text, delete_measures(parse_document(text), selection))


def order_of(text: str) -> str:
    return parse_document(text).document.headers.playing_order


@pytest.mark.parametrize(
    ("order", "after", "now"),
    [
        ("1..4, 5..8", 3, "1..6, 7..10"),
        ("2*[1..8]{9, 10}, 11..12", 7, "2*[1..10]{11, 12}, 13..14"),
        ("2*[1..8]{ 9,10 }", 8, "2*[1..8]{ 9..11,12 }"),
        ("<1..4, 5..8>", 5, "<1..4, 5..10>"),
        ("s: 4 <2 6> 2", 4, "s: 4 <4 6> 2"),
        ("i: 12, 1", 11, "i: 12..14, 1"),
        ("3..1", 0, "3..1"),
    ],
)
def test_the_playing_order_goes_along_with_new_measures(order: str, after: int, now: str) -> None:
    assert order_of(inserted(piece(order), after, 2)) == now


@pytest.mark.parametrize(
    ("order", "first", "last", "now"),
    [
        ("1..4, 5..8", 1, 2, "1..2, 3..6"),
        ("1..4, 5..8", 4, 7, "1..4"),
        ("1..4, 5, 6, 7..8", 4, 5, "1..4, 5..6"),
        ("5, 6, 7..8", 4, 5, "5..6"),
        ("2*[1..8]{9, 10}, 11", 8, 8, "2*[1..8]{[], 9}, 10"),
        ("<1..4, 5..8>", 0, 3, "<[], 1..4>"),
        ("s: 4 2 6", 4, 5, "s: 4  6"),
        ("s: 4 2 6", 3, 4, "s: 3 1 6"),
    ],
)
def test_the_playing_order_loses_deleted_measures(
    order: str, first: int, last: int, now: str
) -> None:
    assert order_of(deleted(piece(order), first, last)) == now


def test_a_playing_order_of_which_nothing_is_left_goes_out() -> None:
    changed = deleted(piece("3..4"), 2, 3)
    assert changed.startswith('[title "T"]\n\nc')


def test_numbers_behind_barlines_follow_and_other_remarks_stay() -> None:
    text = "c1 | %1\n% 2 oboes\nd1 | % 2\ne1 | %4\nf1 | %4 loud\ng1 | %5\n%5\n"
    assert inserted(text, 0) == (
        "c1 | %1\nR1 | %2\n% 2 oboes\nd1 | % 3\ne1 | %4\nf1 | %4 loud\ng1 | %6\n%5\n"
    )
    assert deleted(text, 0, 0) == "% 2 oboes\nd1 | % 1\ne1 | %4\nf1 | %4 loud\ng1 | %4\n%5\n"


def test_without_numbers_new_measures_have_none() -> None:
    assert inserted("c1 |\nd1 |\n", 0) == "c1 |\nR1 |\nd1 |\n"


@pytest.mark.parametrize("order", ["2*[1..", "4..1", "x", '1..\\"12'])
def test_a_playing_order_that_cannot_be_read_stays(order: str) -> None:
    text = piece(order)
    assert inserted(text, 3).split("\n")[:2] == text.split("\n")[:2]


def runs() -> st.SearchStrategy[str]:
    places = st.tuples(st.integers(1, N_MEASURES), st.integers(0, 4))
    return places.map(lambda one: f"{one[0]}..{one[0] + one[1]}" if one[1] else str(one[0]))


def listed(items: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(items, min_size=1, max_size=3).map(", ".join)


def wrapped(items: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    inside = listed(items)
    return st.one_of(
        inside.map("[{}]".format),
        st.builds("2*[{}]".format, inside),
        st.builds("2*[{}]{{{}}}".format, inside, inside),
        st.builds("<{}, {}>".format, items, inside),
    )


ORDERS = listed(st.recursive(runs(), wrapped, max_leaves=6))


def played(text: str) -> list[int]:
    order = written_order(parse_document(text).document)
    return list(islice(unfold(order), 5000)) if order else []


def each(indices: Iterable[int], what: dict[int, list[int]]) -> list[int]:
    return [now for index in indices for now in what.get(index, [index])]


@settings(max_examples=60)
@given(order=ORDERS, after=st.integers(0, N_MEASURES - 1))
def test_a_new_measure_is_played_behind_its_neighbour_each_time(order: str, after: int) -> None:
    text = piece(order)
    where = {i: [i + (i > after)] for i in range(40)} | {after: [after, after + 1]}
    assert played(inserted(text, after)) == each(played(text), where)


@settings(max_examples=60)
@given(order=ORDERS, first=st.integers(0, N_MEASURES - 1), more=st.integers(0, 5))
def test_all_others_are_played_as_before_when_some_are_deleted(
    order: str, first: int, more: int
) -> None:
    text = piece(order)
    last = min(first + more, N_MEASURES - 1)
    where = {i: [i - (last - first + 1) * (i > last)] for i in range(40)}
    where |= {i: [] for i in range(first, last + 1)}
    assert played(deleted(text, first, last)) == each(played(text), where)
