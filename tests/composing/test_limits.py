"""Limits on notes are read as a composer writes them."""

from __future__ import annotations

import pytest

from lilydesk.composing.limits import MOST_STAVES, limits_in_words, read_limits
from lilydesk.errors import LilyDeskError


@pytest.mark.parametrize(
    ("words", "ranges"),
    [
        ("", ()),
        ("1:G3-C6", ((55, 84),)),
        ("2: C2 - E4", (None, (36, 64))),
        ("1:Flute, 2:violoncello", ((59, 101), (36, 84))),
        ("1: Horn in F, 3:Bb2–F♯5", ((35, 77), None, (46, 78))),
        ("viola", ((48, 88),) * MOST_STAVES),
    ],
)
def test_ranges_are_notes_or_instruments(words, ranges):
    assert read_limits(words, False, 0).ranges == ranges


@pytest.mark.parametrize("words", ["1:kazoo", "G3", "0:G3-C6", "33:G3-C6", "C6-G3", "G3-H4"])
def test_what_is_no_range_is_told(words):
    with pytest.raises(LilyDeskError, match="range"):
        read_limits(words, False, 0)


def test_a_range_upside_down_is_told_in_the_words_that_were_written():
    with pytest.raises(LilyDeskError, match=r"“2:C6-G3” is no range.*lowest note first"):
        read_limits("1:G3-C6, 2:C6-G3", False, 0)


def test_limits_are_told_in_words():
    words = "only notes of the key, at most 1 note at once, within a range of notes"
    assert limits_in_words(read_limits("G3-C6", True, 1)) == words
    assert limits_in_words(read_limits("", False, 2)) == "at most 2 notes at once"
