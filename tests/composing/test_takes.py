"""Takes: ordered, renamed, put to use on a text that has changed since, compared, kept."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lilydesk.composing.takes import Origin, Take, TakeKind, TakesBook
from lilydesk.composing.takes_json import read_takes, write_takes
from lilydesk.composing.takes_use import compare, difference, use_of
from lilydesk.errors import LilyDeskError
from lilydesk.lilylet.edits import TextEdit, apply_edits
from lilydesk.notation.span import Span

BASE = "c4 d | e f | g a | b c |\n"
ORIGIN = Origin("default", "lilynota", "ab" * 32, 7, 1.0, 0.9, 0, ("Romantic", "", ""))


def take(identifier: str, new: str = "X", start: int = 7, end: int = 10, **values) -> Take:
    """A take in place of `e f`."""
    edits = (TextEdit(Span(start, end), new),)
    return Take(identifier, "", TakeKind.REGENERATE, BASE, edits, origin=ORIGIN, **values)


def test_a_take_knows_its_text_and_what_in_it_is_new():
    one = take("a", "g g g")
    assert one.text == "c4 d | g g g | g a | b c |\n"
    assert [one.text[slice(*span)] for span in one.new_spans] == ["g g g"]


def test_takes_are_numbered_and_renamed():
    book = TakesBook().add([take("a"), take("b")]).rename("a", "  the \n bold one ")
    assert [one.name for one in book.takes] == ["the bold one", "Take 2"]
    assert [one.name for one in book.add([take("c")]).takes][-1] == "Take 3"
    assert book.rename("a", "  ") == book


def test_the_newest_batch_comes_first_and_in_it_the_best():
    book = TakesBook().add(
        [
            take("a", batch="1", bits_per_token=1.0),
            take("b", batch="1", bits_per_token=0.5),
            take("c", batch="2", bits_per_token=0.9),
            take("d", batch="2", bits_per_token=0.7, n_lost_ties=1),
            take("e", batch="2"),
        ]
    )
    assert [one.id for one in book.in_order()] == ["c", "e", "d", "b", "a"]
    assert book.rank("c") == (1, 3)
    assert book.rank("a") == (2, 2)


def test_of_new_music_the_most_usual_take_comes_first_in_the_list():
    book = TakesBook().add(
        [
            take("dull", batch="1", bits_per_token=0.1, usual_bits=0.65),
            take("wild", batch="1", bits_per_token=1.3, usual_bits=0.65),
            take("fair", batch="1", bits_per_token=0.75, usual_bits=0.65),
        ]
    )
    assert [one.id for one in book.in_order()] == ["fair", "dull", "wild"]
    assert read_takes(write_takes(book)).in_order() == book.in_order()


def test_a_take_that_is_removed_is_in_use_no_longer():
    book = TakesBook().add([take("a"), take("b")]).use("a")
    assert book.remove(["a"]).active == ""
    assert book.remove(["b"]).active == "a"


# -- put to use


def used(book: TakesBook, wanted: Take, current: str) -> tuple[str, bool]:
    use = use_of(book, wanted, current)
    return apply_edits(current, use.edits), use.is_over_changes


def test_what_the_composer_changed_elsewhere_stays():
    book = TakesBook().add([take("a", "X")])
    assert used(book, take("a", "X"), BASE.replace("g a", "g b b")) == (
        "c4 d | X | g b b | b c |\n",
        False,
    )
    assert used(book, take("a", "X"), "%new\n" + BASE) == ("%new\nc4 d | X | g a | b c |\n", False)


def test_one_alternative_takes_the_place_of_another():
    book = TakesBook().add([take("a", "X"), take("b", "Y y")]).use("a")
    current = "%new\n" + take("a", "X").text
    assert used(book, take("b", "Y y"), current) == ("%new\nc4 d | Y y | g a | b c |\n", False)
    assert used(book, take("a", "X"), current) == (current, False)


def test_a_change_in_the_same_place_is_told():
    book = TakesBook().add([take("a", "X")])
    text, is_over_changes = used(book, take("a", "X"), BASE.replace("e f", "e e f"))
    assert (text, is_over_changes) == (take("a", "X").text, True)


@given(st.text("abc", max_size=12), st.text("abc", max_size=12))
def test_the_difference_makes_one_text_of_the_other(one: str, other: str) -> None:
    edit = difference(one, other)
    assert apply_edits(one, [edit] if edit else []) == other


@given(st.text("abc|", max_size=20))
def test_using_a_take_never_fails(current: str) -> None:
    book = TakesBook().add([take("a", "X"), take("b", "Y")]).use("a")
    text, is_over_changes = used(book, take("b", "Y"), current)
    assert not is_over_changes or text == take("b", "Y").text


def test_in_music_that_repeats_itself_the_same_measures_are_compared():
    same = "c4 d |\n"
    found = compare(same * 6, same * 2 + "e4 f |\n" + same * 3)
    assert [(one.first_measure, one.second_measure) for one in found] == [(2, 2)]
    (added,) = compare(same * 2, same * 3)
    assert (added.first_measure, added.second_measure) == (None, 2)


def test_takes_are_compared_by_measures():
    one, other = "c4 d e f | g2 a | b1 |", "c4 d e f | g2 b | b1 | c1 |"
    found = compare(one, other)
    assert [(d.first_measure, d.second_measure) for d in found] == [(1, 1), (None, 3)]
    assert (found[0].first_text, found[0].second_text) == ("g'2 a", "g'2 b")
    assert compare(one, one) == ()


# -- kept


def test_takes_come_out_of_their_file_as_they_went_in():
    book = TakesBook().add([take("a", batch="1", bits_per_token=0.5, hints=("Look.",)), take("b")])
    book = book.use("b")
    assert read_takes(write_takes(book)) == book
    assert write_takes(book).count("c4 d | e f") == 1


def test_what_a_newer_program_wrote_is_kept():
    value = json.loads(write_takes(TakesBook().add([take("a")])))
    value["colour"] = "blue"
    value["takes"][0]["stars"] = 3
    value["takes"][0]["origin"]["mood"] = "merry"
    again = json.loads(write_takes(read_takes(json.dumps(value))))
    assert again["colour"] == "blue"
    assert again["takes"][0]["stars"] == 3


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"bases": {}, "takes": [{}]}',
        '{"bases": [], "takes": 3}',
        "[" * 100_000,
    ],
)
def test_something_else_is_refused_with_a_sentence(text):
    with pytest.raises(LilyDeskError, match="takes in this project"):
        read_takes(text)


@pytest.mark.parametrize(
    "changes",
    [
        {"edits": [[0, 99, "x"]]},
        {"edits": [[5, 3, "x"]]},
        {"edits": [[0, 1, 2]]},
        {"kind": "dance"},
        {"base": "nowhere"},
        {"name": 5},
        {"origin": {"engine": "x"}},
    ],
)
def test_a_take_that_cannot_be_is_refused(changes):
    value = json.loads(write_takes(TakesBook().add([take("a")])))
    value["takes"][0] |= changes
    with pytest.raises(LilyDeskError):
        read_takes(json.dumps(value))
