"""The words of `lilydesk generate` for notes and given music."""

from __future__ import annotations

import argparse

import pytest

from lilydesk.cli.note_arguments import (
    along_of,
    constraints_of,
    head_of,
    ranges,
    staves,
    voice_place,
)
from lilydesk.engines import Constraints
from lilydesk.errors import LilyDeskError


def test_voices_and_ranges_are_read_as_musicians_write_them():
    assert voice_place("1:2") == (0, 1)
    assert ranges("1:F#3-C8, 2:Violoncello") == "1:F#3-C8, 2:Violoncello"
    assert staves("1,2") == (1, 2)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (voice_place, "0:1"), (voice_place, "1"), (ranges, "1:C6-G3"),
        (ranges, "G3"), (ranges, "1:H3-C6"), (ranges, "1:kazoo"),
        (staves, "5"), (staves, "1;2"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_words(read, text):
    with pytest.raises(argparse.ArgumentTypeError, match=r"“.*”"):
        read(text)


def test_ranges_stand_at_the_place_of_their_staff():
    limits = constraints_of(["3:C4-C5", "1:G3-C7"], False, 2)
    assert limits == Constraints(((55, 96), None, (60, 72)), False, 2)


def test_ranges_are_those_of_the_window_all_staves_or_several_at_once():
    assert constraints_of(["1:Flute, 2:Cello"], False, None).ranges == ((59, 101), (36, 84))
    assert constraints_of(["G3-C6", "2:C2-E4"], False, None).ranges[:3] == (
        (55, 84), (36, 64), (55, 84),
    )  # fmt: skip


def test_without_music_to_write_to_its_options_have_no_sense():
    assert along_of(None, [], "none", ()) is None
    for option, *asked in (
        ("--lock", [(0, 0)], "none", ()), ("--keep", [], "rhythm", ()),
        ("--staves", [], "none", (2,)),
    ):  # fmt: skip
        with pytest.raises(LilyDeskError, match=f"^{option} is for writing to music"):
            along_of(None, *asked)


def test_headers_come_from_the_music_written_along():
    assert head_of('%Romantic\n[title "A"]\n\nc4 d |\n') == '%Romantic\n[title "A"]\n\n'
    assert head_of("c4") == ""
