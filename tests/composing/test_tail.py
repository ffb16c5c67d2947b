"""How a text ends, as far as it matters for going on."""

from __future__ import annotations

import pytest

from lilydesk.composing.tail import read_tail


@pytest.mark.parametrize("text", ["", "\n", "c4 |", "c4 | % one\n\n", '%Romantic\n[title "|"]\n'])
def test_nothing_is_begun(text):
    assert not read_tail(text).has_music


@pytest.mark.parametrize("text", ["c4", 'c4 \\bar "|."', "c4 % |", "c4 | \\stemUp", "c4 | d"])
def test_a_measure_is_begun(text):
    assert read_tail(text).has_music


def test_the_tail_starts_behind_the_last_bar():
    assert read_tail('c4 | d4\\markup "|" % |').start == 4


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("c4 \\\\", "\\\\"),
        ("c4 \\\\\\\n", "\\\\\\"),
        ("c4 \\\\ d", ""),
        ("c4 \\\\ % here\n", "\\\\"),
    ],
)
def test_a_separator_at_the_end_is_seen(text, separator):
    tail = read_tail(text)
    assert tail.separator == separator
    assert text[tail.separator_start :].startswith(separator)


@pytest.mark.parametrize(
    ("text", "closers", "n_open_tuplets"),
    [
        ("c4 d", "", 0),
        ('c4\\markup "dol', '"', 0),
        ("<c e", ">", 0),
        ("fs4 <", "fs>", 0),
        ("<", "c>", 0),
        ('\\clef "tr', 'eble"', 0),
        ('\\clef "x', '"', 0),
        ('c4 \\bar ":', '|."', 0),
        ('c4 \\\\ \\staff "', '2"', 0),
        ("\\tuplet 3/2 { c8 d", "", 1),
        ("\\times 2/3 { c8 <d", ">", 1),
        ("\\grace { c16", " }", 0),
        ("\\tuplet 3/2 { c8 \\grace { d16", " }", 1),
        ("\\grace { c16 } \\tuplet 3/2 { c8 d e }", "", 0),
        ("c4 \\addlyrics { Freu -- de", " }", 0),
        ("c4 \\addlyrics { Freu \\tuplet 3/2 { --", " }", 0),  # a brace is a syllable there
    ],
)
def test_what_is_open_is_closed_except_tuplets(text, closers, n_open_tuplets):
    tail = read_tail(text)
    assert (tail.closers, tail.n_open_tuplets) == (closers, n_open_tuplets)
