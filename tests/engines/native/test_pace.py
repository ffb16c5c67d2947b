"""Helpers are called where they help."""

from __future__ import annotations

import itertools

from lilydesk.engines.native.pace import Pace


def decisions(pace: Pace, alone_s: float, shared_s: float, n_calls: int) -> list[bool]:
    shared = []
    for _ in range(n_calls):
        is_shared = pace.is_shared
        pace.note(is_shared, shared_s if is_shared else alone_s)
        shared.append(is_shared)
    return shared


def test_steps_are_shared_after_a_look_at_one_thread():
    shared = decisions(Pace(), 1.0, 0.6, 100)
    assert not any(shared[:4])
    assert shared[4:].count(False) == 3  # looks at what one thread takes now


def test_it_is_shared_even_if_little_is_won():
    assert sum(decisions(Pace(), 1.0, 0.9, 1000)) > 950


def test_calls_that_are_held_up_now_and_then_are_borne():
    pace = Pace()
    decisions(pace, 1.0, 0.6, 50)
    for _ in range(50):
        pace.note(True, 9.0)
        pace.note(True, 9.0)
        assert sum(decisions(pace, 1.0, 0.6, 60)) >= 57


def test_held_up_calls_one_after_the_other_end_it():
    pace = Pace()
    decisions(pace, 1.0, 0.6, 1000)
    for _ in range(3):
        pace.note(True, 9.0)
    assert not any(decisions(pace, 1.0, 0.6, 20))


def test_calls_that_are_held_up_too_often_are_not_shared():
    pace = Pace()
    decisions(pace, 1.0, 0.6, 50)
    shared = [decisions(pace, 1.0, shared_s, 1)[0] for shared_s in [0.6, 0.6, 9.0, 0.6] * 500]
    assert sum(shared) < 50


def test_calls_that_take_now_more_now_less_time_are_shared_while_they_gain_in_the_mean():
    pace = Pace()
    shared = [decisions(pace, 1.0, shared_s, 1)[0] for shared_s in [0.6, 1.2, 0.7, 1.1] * 250]
    assert sum(shared) > 950


def test_a_growing_cache_does_not_look_like_a_loss():
    pace = Pace()
    shared = [decisions(pace, 1 + i / 1000, 0.8 * (1 + i / 1000), 1)[0] for i in range(1000)]
    assert sum(shared) > 900


def test_where_it_does_not_pay_it_is_tried_ever_more_seldom():
    shared = decisions(Pace(), 1.0, 1.5, 1000)
    tries = [index for index in range(1, 1000) if shared[index] and not shared[index - 1]]
    gaps = [after - before for before, after in itertools.pairwise(tries)]
    assert sum(shared) <= 15
    assert gaps == sorted(gaps)


def test_it_is_shared_again_when_the_machine_is_idle_again():
    pace = Pace()
    decisions(pace, 1.0, 9.0, 50)
    shared = decisions(pace, 1.0, 0.6, 400)
    assert sum(shared[-200:]) > 190


def test_of_a_call_of_many_steps_one_step_counts():
    pace = Pace()
    for _ in range(100):
        n_steps = 10 if pace.is_shared else 6
        pace.note(pace.is_shared, 6.0, n_steps)
    assert pace.is_shared


def test_calls_of_many_steps_are_tried_again_after_as_many_steps():
    pace = Pace()
    decisions(pace, 1.0, 0.6, 50)
    n_alone = 0
    for _ in range(3):
        pace.note(True, 90.0, 10)
    while not pace.is_shared:
        pace.note(False, 10.0, 10)
        n_alone += 1
    assert n_alone < 20
