from __future__ import annotations

import pytest

from lilydesk.app.continuation import ContinuePoint, continue_point


@pytest.mark.parametrize(
    ("marked", "offset", "is_at_cursor"),
    [
        ("c4 d ^", 5, True),
        ("c4 d |^\n\n", 6, True),
        ("c4 ^d | e", 8, False),
        ("^", 0, True),
        ("c4 d ^% a comment\n", 17, False),
    ],
)
def test_new_music_goes_to_the_cursor_only_when_nothing_follows(
    marked: str, offset: int, is_at_cursor: bool
) -> None:
    text, cursor = marked.replace("^", ""), marked.index("^")
    assert continue_point(text, cursor) == ContinuePoint(offset, is_at_cursor)
