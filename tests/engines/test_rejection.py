r"""Drawing again what the guide refuses: a separator that may not come still ends the voice."""

from __future__ import annotations

import numpy as np
import pytest

from lilydesk.engines.guide import MeasureGuide
from lilydesk.engines.measure_plan import MeasurePlan
from lilydesk.engines.rejection import accepted_or_drawn
from lilydesk.engines.sampling import Sampling
from lilydesk.engines.tokenizer import Tokenizer
from lilydesk.engines.vocabulary import Vocabulary

WORDS = Vocabulary(Tokenizer.standard(), 256)
MELODY = MeasurePlan("[r:4/3]", staves=(1,), most_voices=(1,), constrains_time=True)
PIANO = MeasurePlan("[r:4/3]", staves=(2,), most_voices=(1,), constrains_time=True)
HEAD = "\\key g \\major \\time 3/4 "
RIGHT_HAND = f'\\staff "1" {HEAD}'


def token(text: str) -> int:
    (found,) = WORDS.encode(text)
    return found


def drawn(plan: MeasurePlan, begun: str, drafted: str, likely: dict[str, float]) -> set[str]:
    """What comes behind `begun` in fifty draws, where the model finds this likely."""
    guide = MeasureGuide(WORDS, plan)
    guide.replay(begun)
    guide.accept(token(" "))
    logits = np.zeros(256, dtype=np.float32)
    for text, logit in likely.items():
        logits[token(text)] = logit
    rng = np.random.default_rng(1)
    return {
        WORDS.texts[accepted_or_drawn(token(drafted), logits, guide, Sampling(), rng)]
        for _ in range(50)
    }


@pytest.mark.parametrize("drafted", ["\\\\", "\\\\\\"])
def test_a_separator_that_a_melody_has_no_use_for_ends_its_measure(drafted):
    likely = {drafted: 20, "\\bar": 15, "\\clef": 15}
    assert drawn(MELODY, f"{HEAD}g'4 a b", drafted, likely) == {"|"}


def test_it_ends_the_measure_too_where_something_else_was_refused_first():
    assert drawn(MELODY, f"{HEAD}g'4 a b", "c", {"\\\\": 20, "\\bar": 12}) == {"|"}


def test_the_end_of_a_measure_that_has_another_staff_to_come_ends_the_voice():
    assert drawn(PIANO, f"{RIGHT_HAND}g'4 a b", "|", {"|": 20, "\\clef": 15}) == {"\\\\"}


def test_a_barline_that_the_model_draws_itself_comes():
    assert drawn(MELODY, f"{HEAD}g'4 a b", "\\bar", {"\\\\": 20}) == {"\\bar"}


def test_a_voice_that_is_not_full_goes_on_as_the_model_likes_it_otherwise():
    likely = {"\\\\": 20, "|": 20, "c": 12, "\\clef": 12}
    assert drawn(MELODY, f"{HEAD}g'4 a", "\\\\", likely) == {"c", "\\clef"}
