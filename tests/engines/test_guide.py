"""The guide keeps the structure of a measure, whatever is drawn."""

from __future__ import annotations

import re

import numpy as np
import pytest

from lilydesk.engines.guide import MeasureGuide, staves_of
from lilydesk.engines.measure_plan import MeasurePlan
from lilydesk.engines.tokenizer import Tokenizer
from lilydesk.engines.vocabulary import Vocabulary

WORDS = Vocabulary(Tokenizer.standard(), 256)
TWO_PARTS = (1, 2)


def write_at_random(guide: MeasureGuide, seed: int) -> str:
    rng = np.random.default_rng(seed)
    tokens = []
    while not guide.is_complete:
        if guide.is_segment_closed:
            guide.begin_segment()
        tokens.append(int(rng.choice(np.flatnonzero(guide.allowed()))))
        guide.accept(tokens[-1])
    return "".join(WORDS.texts[token] for token in tokens)


@pytest.mark.parametrize("seed", range(12))
def test_any_draw_ends_in_a_measure_with_the_planned_structure(seed):
    plan = MeasurePlan("[r:4/3]", r"\key g \minor", r"\time 3/4", TWO_PARTS)
    text = write_at_random(MeasureGuide(WORDS, plan), seed)
    assert re.match(r'\[r:4/3\](\\staff "1" )?\\key g \\minor \\time 3/4 ', text)
    assert text.endswith("|\n")
    assert staves_of(WORDS, [text.removeprefix("[r:4/3]")]) == TWO_PARTS
    assert set(re.findall(r"\\key .*?r ", text)) == {r"\key g \minor "}


@pytest.mark.parametrize("seed", range(12))
def test_a_new_piece_may_choose_headers_staves_key_and_time(seed):
    guide = MeasureGuide(WORDS, MeasurePlan("[r:0/7]", is_first=True))
    text = write_at_random(guide, seed)
    headers, opening = text.split("[r:0/7]")
    assert all(line.startswith("[") and line.endswith("]") for line in headers.splitlines())
    assert "[measures" not in headers
    assert re.match(
        r'(\\staff "1" )?\\key [a-g][sf]? \\(major|minor) '
        r"(\\numericTimeSignature )?\\time \d+/\d+ ",
        opening,
    )


def test_a_wanted_time_leaves_only_the_way_it_is_shown():
    guide = MeasureGuide(WORDS, MeasurePlan("[r:0/0]", r"\key c \major", r"\time 4/4", (1,)))
    for token in WORDS.encode("[r:0/0]\\key c \\major "):
        assert guide.allowed()[token]
        guide.accept(token)
    assert np.flatnonzero(guide.allowed()).tolist() == sorted(
        WORDS.encode("\\time") + WORDS.encode("\\numericTimeSignature")
    )


def test_a_later_key_in_the_measure_is_the_wanted_one_too():
    guide = MeasureGuide(WORDS, MeasurePlan("[r:0/0]", r"\key g \minor", r"\time 3/4", (1,)))
    for token in WORDS.encode("[r:0/0]\\key g \\minor \\time 3/4 c4 \\key"):
        guide.accept(token)
    expected = WORDS.encode(" g \\minor ")
    for token in expected:
        assert np.flatnonzero(guide.allowed()).tolist() == [token]
        guide.accept(token)


def test_a_key_that_the_model_has_chosen_holds_for_the_measure():
    """A document has one key in a measure; limits to its notes would else not hold."""
    guide = MeasureGuide(WORDS, MeasurePlan("[r:0/0]", constrains_time=True))
    for token in WORDS.encode("[r:0/0]\\key ef \\minor \\time 2/4 c2 \\\\"):
        guide.accept(token)
    guide.begin_segment()
    for token in WORDS.encode("\n\\key"):
        guide.accept(token)
    for token in WORDS.encode(" ef \\minor "):
        assert guide.only_token == token
        guide.accept(token)


def test_separators_wait_for_the_end_of_strings_and_groups():
    for begun in ('c4\\markup "a', "<c e", "\\tuplet 3/2 { c8 d"):
        guide = MeasureGuide(WORDS, MeasurePlan("[r:0/0]", staves=(1,)))
        guide.replay(f"\\key c \\major \\time 2/4 {begun}")
        guide.accept(int(np.flatnonzero(guide.allowed())[0]))
        assert begun[-1] == "a" or not (guide.allowed() & WORDS.separators).any()


def test_an_open_voice_goes_on_with_a_space():
    guide = MeasureGuide(WORDS, MeasurePlan("[r:0/0]"))
    guide.replay("\\key c \\major \\time 2/4 c1")
    assert [WORDS.texts[token] for token in np.flatnonzero(guide.allowed())] == [" "]


def test_the_second_voice_of_a_piano_stands_on_staff_1_or_2():
    guide = MeasureGuide(WORDS, MeasurePlan("[r:0/0]", staves=(2,)))
    guide.replay('\\staff "1" \\key c \\major \\time 2/4 c2 \\\\')
    assert guide.is_segment_closed
    guide.begin_segment()
    for token in WORDS.encode("\n\\staff "):
        assert guide.allowed()[token]
        guide.accept(token)
    assert {WORDS.texts[token] for token in np.flatnonzero(guide.allowed())} == {'"1"', '"2"'}


def test_staves_are_read_from_measures():
    piano = '\\staff "1" \\key c \\major \\time 2/4 c2 \\\\\n\\staff "2" c2 |\n'
    song = "\\key c \\major \\time 2/4 c2 \\\\\\\n" + piano
    assert staves_of(WORDS, [piano]) == (2,)
    assert staves_of(WORDS, [piano, song]) == (2, 2)
    assert staves_of(WORDS, []) == ()


def test_a_line_that_is_begun_and_empty_begins_its_voice():
    """Nothing but the separator before it has been read of the new voice."""
    for staves, expected in (((1, 1), None), ((1, 2), "\\staff")):
        guide = MeasureGuide(WORDS, MeasurePlan("[r:0/0]", staves=staves, constrains_time=True))
        guide.replay("\\key c \\major \\time 3/2 R1. \\\\\\\n")
        assert not guide.allowed()[WORDS.encode("|")].any()
        token = guide.only_token
        assert token is not None or not guide.accepts(WORDS.encode(" ")[0])
        assert (WORDS.texts[token] if token is not None else None) == expected
