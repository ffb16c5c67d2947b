"""Drawing from the allowed tokens: the compiled way and numpy's give the same."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pytest

from lilydesk.engines.drawing import draw_allowed
from lilydesk.engines.sampling import Sampling, draw_token
from lilydesk.errors import BundleError

COMPILED = "lilydesk.engines.native.drawing"
N_CASES = 4000


@pytest.fixture(params=["compiled", "numpy"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    if request.param == "compiled":
        pytest.importorskip("numba")
        __import__(COMPILED)
    else:
        monkeypatch.delitem(sys.modules, COMPILED, raising=False)
    return request.param


def random_case(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, Sampling]:
    size = int(rng.integers(1, 257))
    logits = (rng.choice([0.1, 1, 3, 8, 40]) * rng.standard_normal(size)).astype(np.float32)
    allowed = rng.random(size) < rng.choice([0.02, 0.3, 1])
    allowed[rng.integers(size)] = True
    sampling = Sampling(
        temperature=float(rng.choice([0.1, 0.7, 1, 1.5, 10])),
        top_p=float(rng.choice([0.001, 0.5, 0.9, 0.99, 1])),
        top_k=int(rng.choice([0, 0, 1, 5, 300])),
    )
    return logits, allowed, sampling


def test_it_draws_what_draw_token_draws(way):
    cases = np.random.default_rng(1)
    ours, theirs = np.random.default_rng(2), np.random.default_rng(2)
    for _ in range(N_CASES):
        logits, allowed, sampling = random_case(cases)
        expected = draw_token(np.where(allowed, logits, -np.inf), sampling, theirs)
        assert draw_allowed(logits, allowed, sampling, ours.random()) == expected


def test_of_equal_tokens_the_first_comes_first(way):
    logits, allowed = np.zeros(100, np.float32), np.ones(100, np.bool_)
    allowed[:7] = False
    rng = np.random.default_rng(1)
    assert draw_allowed(logits, allowed, Sampling(top_k=1), 0.5) == 7
    few = {
        draw_allowed(logits, allowed, Sampling(top_p=1, top_k=3), rng.random()) for _ in range(100)
    }
    assert few == {7, 8, 9}


def test_what_may_not_be_written_to_is_read(way):
    logits, allowed = np.zeros(4, np.float32), np.array([False, True, False, False])
    logits.flags.writeable = allowed.flags.writeable = False
    assert draw_allowed(logits, allowed, Sampling(), 0.5) == 1


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_logit_that_is_no_number_is_told_even_where_it_may_not_be_drawn(way, value):
    logits, allowed = np.zeros(4, np.float32), np.array([True, True, False, True])
    logits[2] = value
    with pytest.raises(BundleError, match="no number"):
        draw_allowed(logits, allowed, Sampling(), 0.5)


def test_no_token_allowed_is_an_error(way):
    with pytest.raises(ValueError, match="no token"):
        draw_allowed(np.zeros(4, np.float32), np.zeros(4, np.bool_), Sampling(), 0.5)
