"""How far a take drafts follows from what calls and refused tokens cost."""

from __future__ import annotations

from types import SimpleNamespace

from lilydesk.engines.drafting import DraftLength


def length_after(call_cost: float, n_taken: int, is_refused: bool, reach: int = 16) -> int:
    length = DraftLength(SimpleNamespace(reach=reach, call_cost=call_cost))
    for _ in range(200):
        length.note(n_taken, is_refused)
    return length.best


def test_whoever_is_never_refused_drafts_as_far_as_the_decoder_reaches():
    assert length_after(2.0, 9, False) == 16
    assert length_after(2.0, 9, False, reach=8) == 8


def test_of_a_small_model_a_token_refused_now_and_then_does_no_harm():
    assert length_after(2.0, 30, True) >= 8


def test_of_a_large_one_it_shortens_the_drafts():
    assert 2 <= length_after(0.2, 30, True) <= 5


def test_where_every_other_token_is_refused_there_are_no_drafts_of_a_large_model():
    assert length_after(0.2, 1, True) == 1


def test_a_decoder_that_drafts_nothing_draws_one_token():
    assert DraftLength(SimpleNamespace()).best == 1
