"""New music along the composer's own: what should stay stays, and the rest is music."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from lilydesk.composing import Along, ComposeRequest, compose
from lilydesk.composing.along import read_along
from lilydesk.engines import Constraints
from lilydesk.errors import LilyDeskError
from tests.composing.events import document_of, events_of
from tests.composing.laws import faults_of

RIGHT_HAND = (
    "\\key g \\major \\time 3/4 d'4( g,8[ a b c] | d'4) g, g |\n"
    "e' \\tuplet 3/2 { c8 d e } fs4 | g2. |\n"
)
PIANO = '\\key g \\major \\time 3/4 b\'2. \\\\\n\\staff "2" \\clef "bass" g2. |\n'


def composed(engine, along: Along, prefix: str = "", **values) -> str:
    request = ComposeRequest(4, prefix_text=prefix, along=along, seed=4, **values)
    text = prefix + "".join(m.text for m in compose(engine, request, lambda: False))
    assert not faults_of(prefix, text, 4)
    return text


@pytest.mark.parametrize("prefix", ["", PIANO, PIANO + "b'4"])
def test_a_left_hand_is_written_to_a_given_right_hand(engine, prefix):
    along = Along(RIGHT_HAND, locked=frozenset([(0, 0)]), staves=(2,))
    measures = document_of(composed(engine, along, prefix)).measures[-4:]
    expected = document_of(RIGHT_HAND).measures
    for measure, given in zip(measures, expected, strict=True):
        assert [voice.staff for voice in measure.parts[0].voices] == [1, 2]
        assert events_of(measure)[0] == events_of(given)[0]


def test_a_rhythm_may_be_kept_in_the_key(engine):
    limits = Constraints(((60, 84),), key_only=True)
    text = composed(engine, Along(RIGHT_HAND, keeps="rhythm"), constraints=limits)
    for measure, given in zip(
        document_of(text).measures, document_of(RIGHT_HAND).measures, strict=True
    ):
        new, old = events_of(measure)[0], events_of(given)[0]
        assert [event[1:] for event in new] == [event[1:] for event in old]


def test_pitches_may_be_kept(engine):
    text = composed(engine, Along(RIGHT_HAND, keeps="pitches"))
    for measure, given in zip(
        document_of(text).measures, document_of(RIGHT_HAND).measures, strict=True
    ):
        new, old = (
            [
                [pitch for pitch, _ in heads]
                for heads, *_ in events_of(m)[0]
                if heads.__class__ is tuple
            ]
            for m in (measure, given)
        )
        assert new == old


@pytest.mark.parametrize(
    ("text", "locked", "words"),
    [("", (), "no measure"), ("c4 <d", (), "error in line 1"), ("c1 |", ((0, 1),), "no voice 2")],
)
def test_given_music_must_be_there_and_sound(engine, text, locked, words):
    with pytest.raises(LilyDeskError, match=words):
        composed(engine, Along(text, locked=frozenset(locked)))


def test_where_every_voice_stays_there_is_nothing_to_write(engine):
    all_locked = Along("c'1 | d1 | e1 | f1 |", frozenset({(0, 0)}))
    with pytest.raises(LilyDeskError, match="nothing to write"):
        composed(engine, all_locked)
    assert composed(engine, replace(all_locked, text="c'1 |"))  # and three measures behind it


def given_texts(text: str, **values) -> list[str]:
    along = read_along(Along(text, **values), (), None, None)
    return [given.text for given in along.given]


def test_a_short_measure_at_the_end_says_that_it_is_short():
    text = "\\key g \\major \\time 3/4 \\partial 4 d'4 | g2. | a2 |"
    assert given_texts(text)[2] == "\\key g \\major \\time 3/4 \\partial 2 a''2 |\n"


def test_what_is_stated_later_does_not_hold_before():
    texts = given_texts("c'4 d e f | g2. | \\key d \\major \\time 2/4 a4 a |")
    assert [text.split(" c'")[0].split(" g'")[0].split(" a'")[0] for text in texts] == [
        "\\key c \\major \\time 4/4",
        "\\key c \\major \\time 3/4",
        "\\key d \\major \\time 2/4",
    ]


def test_a_hand_that_is_written_to_another_one_plays(engine):
    text = "\\key g \\major \\time 3/4 d'4 g8 a b4 | c2. |"
    along = Along(text, frozenset({(0, 0)}), staves=(2,))
    request = ComposeRequest(2, along=along, seed=3)
    new = "".join(measure.text for measure in compose(engine, request, lambda: False))
    assert not re.search(r"\bR[0-9]", new)
    assert [len(measure.voices) for measure in document_of(new).measures] == [2, 2]


@pytest.mark.parametrize("prefix", ["c4 d e f | g", "c4 d e f |"])
def test_behind_given_music_its_key_and_time_signature_hold(engine, prefix):
    """A text that states none is continued in the ones that it was taken to have, but not there."""
    text = composed(engine, Along("\\key g \\major \\time 2/4 c'4 d |"), prefix)
    last = document_of(text).measures[-1]
    assert (last.key.fifths, last.expected) == (1, 2)


def test_a_time_signature_that_comes_back_is_stated(engine):
    given = "\\key g \\major \\time 2/4 c'4 d | \\key c \\major \\time 4/4 c d e f |"
    text = composed(engine, Along(given, frozenset([(0, 0)])), "c4 d e f | g a b c |")
    assert [m.expected for m in document_of(text).measures[-4:]] == [2, 4, 4, 4]
    assert [m.key.fifths for m in document_of(text).measures[-4:]] == [1, 0, 0, 0]
