"""Drawing a token: order of the steps, edges, and seeds that give the same for ever."""

from __future__ import annotations

import numpy as np
import pytest

from lilydesk.engines.sampling import GREEDY, Sampling, draw_token
from lilydesk.errors import LilyDeskError

LOGITS = np.log(np.array([0.5, 0.3, 0.15, 0.05], dtype=np.float32))


def draws(sampling: Sampling, n: int = 400, seed: int = 7) -> list[int]:
    rng = np.random.default_rng(seed)
    return [draw_token(LOGITS, sampling, rng) for _ in range(n)]


def test_seed_7_draws_these_tokens():
    assert draws(Sampling(), 12) == [1, 2, 1, 0, 0, 2, 0, 1, 1, 0, 0, 0]


def test_greedy_takes_the_likeliest():
    assert set(draws(GREEDY)) == {0}


def test_top_k_leaves_k_tokens():
    assert set(draws(Sampling(top_p=1, top_k=3))) == {0, 1, 2}


def test_top_p_keeps_the_token_that_crosses_the_threshold():
    assert set(draws(Sampling(top_p=0.6))) == {0, 1}
    assert set(draws(Sampling(top_p=0.01))) == {0}


def test_temperature_comes_before_top_p():
    assert set(draws(Sampling(temperature=10, top_p=0.9))) == {0, 1, 2, 3}
    assert set(draws(Sampling(temperature=0.2, top_p=0.9))) == {0}


def test_logits_stay_untouched():
    logits = LOGITS.copy()
    draw_token(logits, Sampling(), np.random.default_rng(0))
    assert (logits == LOGITS).all()


def test_forbidden_tokens_are_never_drawn():
    logits = np.where([False, True, False, True], LOGITS, -np.inf)
    rng = np.random.default_rng(0)
    assert {draw_token(logits, Sampling(top_p=1), rng) for _ in range(100)} == {1, 3}


def test_no_token_allowed_is_an_error():
    with pytest.raises(ValueError, match="no token allowed"):
        draw_token(np.full(4, -np.inf), Sampling(), np.random.default_rng(0))


@pytest.mark.parametrize(
    "values",
    [
        {"temperature": 0},
        {"temperature": float("nan")},
        {"temperature": 11},
        {"top_p": 0},
        {"top_p": 1.1},
        {"top_k": -1},
    ],
)
def test_values_out_of_range_are_refused_in_words(values):
    with pytest.raises(LilyDeskError, match="must be"):
        Sampling(**values)
