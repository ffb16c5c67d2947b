from __future__ import annotations

import pytest

from lilydesk.app.finding import find_all, next_place
from lilydesk.notation.span import Span

TEXT = "c4 d | C4 e | c4 % dolce\n"


def test_capitals_count_only_where_there_are_some() -> None:
    assert [span.start for span in find_all(TEXT, "c4")] == [0, 7, 14]
    assert find_all(TEXT, "C4") == (Span(7, 9),)


def test_signs_stand_for_themselves() -> None:
    assert find_all("a|b || c", "||") == (Span(4, 6),)
    assert find_all(TEXT, "") == find_all(TEXT, "x") == ()


@pytest.mark.parametrize(
    ("here", "forwards", "expected"),
    [
        (Span(0, 2), True, 1),
        (Span(0, 2), False, 2),
        (Span(9, 9), False, 1),
        (Span(14, 16), True, 0),
        (Span(-1, 0), True, 0),
    ],
)
def test_the_next_place_comes_from_the_other_end_if_there_is_none(
    here: Span, forwards: bool, expected: int
) -> None:
    assert next_place(find_all(TEXT, "c4"), here, forwards=forwards) == expected
