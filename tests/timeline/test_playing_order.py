import pytest

from lilydesk.lilylet import parse_document
from lilydesk.timeline.playing_order import (
    PlayingOrderError,
    endings_of,
    parse_playing_order,
    playing_order,
    unfold,
)


def numbers(code: str) -> list[int]:
    """Return the order of playing, measures counted from 1."""
    return [index + 1 for index in unfold(parse_playing_order(code))]


@pytest.mark.parametrize(
    ("code", "order"),
    [
        ("1", [1]),
        ("i: 1..4", [1, 2, 3, 4]),
        ("[1..2], [3..4]", [1, 2, 3, 4]),
        ("2*[1..3]", [1, 2, 3, 1, 2, 3]),
        ("2*[1,2]{3,4}, 5", [1, 2, 3, 1, 2, 4, 5]),
        ("2*[1..4]{[5,6], 7}", [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 7]),
        ("3*[1]{2,3}", [1, 2, 1, 3, 1, 3]),
        ("<[1,2], [3,4]>", [1, 2, 3, 4, 1, 2]),
        ("s: 4", [1, 2, 3, 4]),
        ("s: 2 <2 3> 1", [1, 2, 3, 4, 5, 6, 7, 3, 4, 8]),
        ("s: 2*[2]{1 1} 1", [1, 2, 3, 1, 2, 4, 5]),
        ("1, <[2*[2]{3,4}, 5], 6>", [1, 2, 3, 2, 4, 5, 6, 2, 4, 5]),
    ],
)
def test_orders_unfold(code: str, order: list[int]) -> None:
    assert numbers(code) == order


@pytest.mark.parametrize(
    "code", ["", "2*", "2*[1..3", "[1]]", "0", "3..1", "x", "<1", "9" * 30, "[" * 5000]
)
def test_nonsense_is_named(code: str) -> None:
    with pytest.raises(PlayingOrderError):
        parse_playing_order(code)


def test_endings_are_numbered_and_the_last_is_final() -> None:
    found = list(endings_of(parse_playing_order("2*[1..2]{[3,4],5}")))
    assert [(e.numbers, e.first, e.last, e.is_final) for e in found] == [
        ((1,), 2, 3, False),
        ((2,), 4, 4, True),
    ]


def order_of(text: str) -> list[int]:
    return playing_order(parse_document(text).document)


def test_repeat_signs_rule_where_there_is_no_header() -> None:
    text = 'c\'1 | d \\bar ".|:" | e | f \\bar ":|." | g |'
    assert order_of(text) == [0, 1, 2, 3, 2, 3, 4]


def test_a_repeat_without_beginning_goes_back_to_the_last_one_or_the_start() -> None:
    assert order_of('c\'1 | d \\bar ":|." | e \\bar ":..:" | f \\bar ":|." |') == [
        *(0, 1, 0, 1),
        *(2, 2),
        *(3, 3),
    ]


def test_measures_that_do_not_exist_are_not_played() -> None:
    assert order_of('[measures "2*[1..2]{3,4}"]\nc\'1 | d | e |') == [0, 1, 2, 0, 1]


def test_an_endless_order_is_taken_for_a_slip() -> None:
    assert order_of('[measures "99999999*[1]"]\nc\'1 | d |') == [0, 1]


def test_a_repeat_sign_at_the_head_of_a_measure_ends_the_one_before() -> None:
    assert order_of('c\'1 | d | \\bar ":|." e | f |') == [0, 1, 0, 1, 2, 3]


def test_a_repeat_behind_the_length_of_a_pickup_still_stands_at_its_left() -> None:
    document = parse_document(
        '\\time 2/4 c4 d |\n\\partial 4 \\bar ".|:" e4 |\nf4 g |\na4 b \\bar ":|." |\n'
    ).document
    assert list(playing_order(document)) == [0, 1, 2, 3, 1, 2, 3]
