from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lilydesk.app.line_ends import split_lines, with_line_ends_of, with_plain_line_ends

texts = st.text(alphabet="ab|\n\r\u2029 é𝄞", max_size=60)


@given(texts)
def test_untouched_text_gets_its_line_ends_back(original: str) -> None:
    assert with_line_ends_of(with_plain_line_ends(original), original) == original


@given(texts)
def test_splitting_loses_nothing(text: str) -> None:
    assert "".join(content + end for content, end in split_lines(text)) == text


@given(texts, texts)
def test_any_text_keeps_its_words(original: str, text: str) -> None:
    text = with_plain_line_ends(text)
    assert with_plain_line_ends(with_line_ends_of(text, original)) == text


@pytest.mark.parametrize(
    ("original", "text", "saved"),
    [
        ("a\r\nb\r\n", "a\nnew\nb\n", "a\r\nnew\r\nb\r\n"),
        ("a\r\nb\nc\n", "a\nb\nc\nd\n", "a\r\nb\nc\nd\n"),
        ("a\nb\r\nc\n", "x\na\nb\nc\n", "x\na\nb\r\nc\n"),
        ("a", "a\nb", "a\nb"),
        ("\ra\n\n", "\n\n", "\r\r"),
    ],
)
def test_a_new_line_ends_as_most_others_do(original: str, text: str, saved: str) -> None:
    assert with_line_ends_of(text, original) == saved
