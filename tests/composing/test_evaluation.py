from __future__ import annotations

import pytest

from lilydesk.composing import StylePrompt
from lilydesk.composing.evaluation import (
    Sample,
    diversity,
    draw_samples,
    free_writer,
    full_voices,
    guided_writer,
    soundness,
)
from lilydesk.engines import Sampling, open_engine
from lilydesk.engines.free_sampling import FreeSampler
from lilydesk.lilylet import parse_document
from tests.support import TINY_BUNDLE

FULL = "\\key c \\major \\time 2/4 c4 d |\n"
SHORT = "\\key c \\major \\time 2/4 c4 |\n"
BROKEN = "\\key c \\major \\time 2/4 c4 \\nonsense d |\n"


def sample(text: str, is_ended: bool = True) -> Sample:
    return Sample(StylePrompt(), 0, text, is_ended)


def test_soundness_counts_pieces_voices_and_measures() -> None:
    samples = [sample(FULL + FULL), sample(FULL + SHORT), sample(FULL), sample(FULL + FULL, False)]
    assert soundness(samples, 2).as_dict() == {
        "samples": 4,
        "parse_share": 1.0,
        "voices": 7,
        "full_voice_share": pytest.approx(6 / 7),
        "measure_count_share": 0.5,
    }


def test_a_text_with_an_error_does_not_parse() -> None:
    assert soundness([sample(FULL), sample(BROKEN)], 1).parsing == 1


def test_a_pickup_that_says_so_is_full() -> None:
    text = "\\key c \\major \\time 2/4 \\partial 4 c4 |\n"
    assert full_voices(parse_document(text).document) == (1, 1)


def test_equal_samples_show_no_diversity() -> None:
    same = diversity([sample(FULL), sample(FULL)])
    assert same == {"pair_difference": 0.0, "distinct_samples": 0.5, "distinct_measures": 0.5}
    assert diversity([sample(FULL), sample(SHORT)])["pair_difference"] == 1.0


def test_neighbours_share_a_prompt_and_differ_in_seed() -> None:
    prompts = [StylePrompt(period) for period in "abcdefgh"]
    drawn = draw_samples(lambda prompt, seed: Sample(prompt, seed, "", True), prompts, 5, seed=3)
    assert [s.seed for s in drawn] == [3, 4, 5, 6, 7]
    assert drawn[0].prompt == drawn[1].prompt
    assert drawn[2].prompt == drawn[3].prompt


def test_free_samples_of_a_seed_are_the_same_again_and_carry_no_markers() -> None:
    write = free_writer(FreeSampler.open(TINY_BUNDLE), 1, Sampling(temperature=0.7))
    first = write(StylePrompt("Modern"), 1)
    assert first == write(StylePrompt("Modern"), 1)
    assert first.text.startswith("%Modern\n")
    assert "[r:" not in first.text


def test_guided_samples_have_the_measures_wanted() -> None:
    write = guided_writer(open_engine(TINY_BUNDLE), 2, Sampling())
    assert soundness([write(StylePrompt(), 4)], 2).counted == 1
