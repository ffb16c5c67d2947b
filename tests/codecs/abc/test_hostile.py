"""Whatever is in the file, there is a document or one sentence; and its text means the same."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lilydesk.codecs.abc import read_abc
from lilydesk.errors import LilyDeskError
from lilydesk.lilylet import parse_document, write_document
from tests.lilylet.meaning import meaning

PIECES = [
    "X:1\n", "L:1/8\n", "M:6/8\n", "M:none\n", "K:C\n", "K:E exp _b\n", "K:none clef=bass\n", "\n",
    "V:2 clef=bass transpose=-6\n", "[V:1]", "[V:2]", "%%score {(1 2) | [3 4}\n", "Q:1/4=90\n",
    "w: a- b _ * | c\n", "c", "^c", "__D,", "[CE]", "[", "]", "(3", "(9:2:3", "(", ")", "-", ">",
    "<<", "{", "}", "z", "Z3", "x", "y", "2", "/", "c/3", "c99999", "|", "|:", ":|", "::", "[1",
    "|2", "|]", "&", '"Am"', '"^x"', "!f!", "!<(!", "!8va(!", "!8va)!", ".", "T", "~", " ", "\\",
    "[K:Dm]", "[M:3/4]", "[L:1/4]", "[Q:1/4=60]", "[r:2/9]", "P:A\n", "W: words\n", "% remark\n",
    "U:T=!f!\n", "+:more\n", "I:x\n", "%%begintext\n", "%%endtext\n", "\x00", "é", "\u2028",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=60).map("".join)


def assert_document_or_one_sentence(text: str) -> None:
    """What is read means the same as Lilylet; what cannot be read is told."""
    sentence = ""
    try:
        document = read_abc(text).document
    except LilyDeskError as error:
        sentence = error.message
    if sentence:
        assert sentence.endswith(".")
        return
    written = write_document(document)
    again = parse_document(written).document
    assert meaning(again) == meaning(document)
    assert write_document(again) == written


@settings(max_examples=150)
@example("c99999>")
@example("c/31")
@given(TEXTS)
def test_any_text_gives_a_document_or_one_sentence(text: str) -> None:
    assert_document_or_one_sentence("X:1\nK:C\n" + text)


@given(st.text())
def test_any_characters_give_a_document_or_one_sentence(text: str) -> None:
    assert_document_or_one_sentence(text)


LONG = 20_000
HEAD = "X:1\nL:1/8\nM:4/4\nK:C\n"


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "C" * LONG, HEAD + "C|" * (LONG // 2), HEAD + "[" * LONG, HEAD + "(" * LONG,
        HEAD + "c" + ">" * LONG, HEAD + ":" * LONG, HEAD + "c" + "1" * LONG, HEAD + '"' * LONG,
        HEAD + "c" + "'" * LONG, HEAD + "{c" * (LONG // 2), HEAD + "(3c" * (LONG // 3),
        HEAD + "c d|\nw:" + "a-" * (LONG // 2), HEAD + "c d|\n" + "w:a\n" * (LONG // 4),
        HEAD + "Z9999|" * (LONG // 6), HEAD + "c&" * (LONG // 2), HEAD + "[CEG" * (LONG // 4),
        HEAD + "".join(f"[V:{n}]c|" for n in range(LONG // 12)),
        f"X:1\nM:{' ' * LONG}x\nK:C\nc|", f"X:1\n%%score {'{(' * LONG}\nK:C\nc|",
        f"X:1\nK:C\nV:1 {'a' * LONG}\nc|", f"X:1\nc{'1' * LONG}\nK:C\nc|",
    ],
)  # fmt: skip
def test_long_and_deep_texts_end(text: str) -> None:
    assert len(read_abc(text).document.measures) <= 5_000
