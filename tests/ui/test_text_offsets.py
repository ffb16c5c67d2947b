from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lilydesk.ui.text_offsets import all_to_utf16, from_utf16, to_utf16


@given(st.text(alphabet="aé𝄞\n", max_size=20), st.data())
def test_there_and_back_again(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    assert from_utf16(text, to_utf16(text, offset)) == offset


@given(st.text(alphabet="aé𝄞\n", max_size=20), st.data())
def test_many_at_once_are_as_one_by_one(text: str, data: st.DataObject) -> None:
    offsets = sorted(data.draw(st.lists(st.integers(0, len(text)))))
    assert all_to_utf16(text, offsets) == [to_utf16(text, offset) for offset in offsets]


def test_a_clef_outside_the_basic_plane_counts_twice() -> None:
    assert to_utf16("𝄞a", 1) == 2
    assert from_utf16("𝄞a", 1) == 0
