from __future__ import annotations

import pytest

from lilydesk.app.completion import completion_at, help_at
from lilydesk.lilylet import CLEFS, COMMANDS, HEADERS, CommandKind


def words(text: str) -> list[str]:
    """What could be typed at the end of a text."""
    completion = completion_at(text, len(text))
    return [one.text for one in completion.suggestions] if completion else []


def test_a_backslash_offers_every_command_with_a_sentence() -> None:
    completion = completion_at("c4 \\", 4)
    assert completion is not None
    offered = {one.text.removeprefix("\\") for one in completion.suggestions}
    assert offered == {
        name for name, row in COMMANDS.items()
        if name.isalpha() and row.kind is not CommandKind.ARGUMENT
    }  # fmt: skip
    assert all(one.help for one in completion.suggestions)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("c\\stac", ["\\staccatissimo", "\\staccato"]),
        ("c\\STEMU", ["\\stemUp"]),
        ("c\\pp", ["\\pp", "\\ppp"]),
        ('\\clef "treb', ["treble", "treble^8", "treble_15", "treble_8"]),
        ('\\clef "ten', ["tenor"]),
        ("\\key bf ", ["bf \\major", "bf \\minor"]),
        ("\\key bf", ["bf \\major", "bf \\minor"]),
        ("\\key bf \\", ["\\major", "\\minor"]),
        ('c \\bar ".', [".|:"]),
        ("[ti", ["title"]),
        ("%Romantic\n[comp", ["composer"]),
    ],
)
def test_what_fits_is_offered(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "c", "c d \\\\", "c d \\\\\\", "c\\staccato", "% a remark \\", 'c\\markup "a \\', "c[ti",
     "\\xyz", "c\\p ", "\\clef tre"],
)  # fmt: skip
def test_nothing_is_offered_where_nothing_fits(text: str) -> None:
    assert words(text) == []


def test_only_the_line_up_to_the_cursor_counts() -> None:
    text = 'd\\markup "x"\nc\\stac d\ne'
    completion = completion_at(text, text.index(" d"))
    assert completion is not None
    assert text[completion.start : completion.end] == "\\stac"


@pytest.mark.parametrize(
    ("text", "piece", "explanation"),
    [
        ('\\clef "bass" c', "bass", "F clef on line 4"),
        ('c\n\\clef "treble_8" c', "treble", "G clef on line 2, sounds 12 semitones lower"),
        ("\\key bf \\minor c", "minor", "5 flats"),
        ("\\key c \\major c", "c \\", "no sharps or flats"),
        ("\\key g \\major c", "g", "1 sharp"),
        ('[title "x"]', "title", "The title, over the score."),
        ('[instrument-2-3 "x"]', "instrument", "The name of staff 1, and its short name."),
        ("c d e", "d", ""),
    ],
)
def test_what_stands_in_the_text_is_explained(text: str, piece: str, explanation: str) -> None:
    assert explanation in help_at(text, text.index(piece))
    assert bool(help_at(text, text.index(piece))) == bool(explanation)


def test_everything_that_is_offered_has_an_explanation() -> None:
    for name in CLEFS:
        assert help_at(f'\\clef "{name}"', 2)
    for name in HEADERS:
        assert help_at(f'[{name} "x"]', 2)
