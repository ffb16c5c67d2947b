from __future__ import annotations

import pytest

from lilydesk.app.continuation import continue_point


@pytest.mark.parametrize(
    ("marked", "offset"),
    [
        ("c4 d ^", 5),
        ("c4 d |^\n\n", 6),
        ("c4 ^d | e", 8),
        ("^", 0),
        ("c4 d ^% a comment\n", 17),
    ],
)
def test_new_music_goes_to_the_cursor_only_when_nothing_follows(marked: str, offset: int) -> None:
    assert continue_point(marked.replace("^", ""), marked.index("^")) == offset
