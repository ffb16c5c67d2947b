"""What the panel says when a job has ended."""

from __future__ import annotations

import pytest

from lilydesk.app.compose_runner import Outcome, State
from lilydesk.ui.compose_commands import sentence_of


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        (Outcome(State.DONE, 16, 7), "16 measures, seed 7"),
        (Outcome(State.CANCELLED, 1, 7), "Stopped: 1 measure, seed 7"),
        (Outcome(State.CANCELLED, 0, 7, n_takes=4), "Stopped: 4 takes, seed 7"),
        (Outcome(State.FAILED, 3, 7), "Failed: 3 measures, seed 7"),
        (Outcome(State.CANCELLED, 0, 7), "Stopped: nothing written"),
        (Outcome(State.FAILED, 0, 7), "Nothing written"),
        (Outcome(State.FAILED, 0, 7, n_takes=0), "Nothing written"),
    ],
)
def test_a_job_ends_with_what_came_of_it(outcome: Outcome, sentence: str) -> None:
    assert sentence_of(outcome) == sentence
