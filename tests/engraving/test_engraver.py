from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator

import pytest

from lilydesk.engraving import EngravedScore, Engraver, EngravingFailure, EngravingRequest
from lilydesk.errors import EngravingError
from tests.engraving.scores import measure, plain_score, score

PATIENCE_S = 30.0


@pytest.fixture
def engraver() -> Iterator[Engraver]:
    engraver = Engraver()
    yield engraver
    engraver.close()


def answer(engraver: Engraver) -> EngravedScore | EngravingFailure | None:
    request, found = engraver.at_work, None
    while found is None and engraver.at_work is request:
        assert engraver.wait(PATIENCE_S)
        found = engraver.receive()
    return found


def score_from(engraver: Engraver) -> EngravedScore:
    found = answer(engraver)
    assert isinstance(found, EngravedScore)
    return found


def test_score_comes_back_with_the_number_asked_for(engraver: Engraver) -> None:
    engraver.submit(EngravingRequest(7, plain_score(3)))
    assert engraver.is_busy
    engraved = score_from(engraver)
    assert engraved.number == 7
    assert engraved.systems[0].measures == ("m0", "m1", "m2")
    assert not engraver.is_busy


def test_only_the_newest_request_waits(engraver: Engraver) -> None:
    for number in range(1, 6):
        engraver.submit(EngravingRequest(number, plain_score(number)))
    assert [score_from(engraver).number for _ in range(2)] == [1, 5]
    assert not engraver.is_busy


def test_unchanged_systems_are_the_same_objects(engraver: Engraver) -> None:
    engraver.submit(EngravingRequest(1, plain_score(16), 80))
    before = score_from(engraver)
    edited = [measure(index) for index in range(16)]
    edited[-1] = measure(16)
    engraver.submit(EngravingRequest(2, score(edited), 80))
    after = score_from(engraver)
    assert len(before.systems) == len(after.systems) > 2
    kept = [old is new for old, new in zip(before.systems, after.systems, strict=True)]
    assert kept == [True] * (len(kept) - 1) + [False]


def test_outlines_sent_before_are_still_there(engraver: Engraver) -> None:
    engraver.submit(EngravingRequest(1, plain_score(1)))
    first = score_from(engraver)
    engraver.submit(EngravingRequest(2, plain_score(2)))
    assert score_from(engraver).glyphs.keys() >= first.glyphs.keys() != set()


def test_a_long_score_comes_in_portions(engraver: Engraver) -> None:
    engraver.submit(EngravingRequest(1, plain_score(60), 60))
    assert engraver.wait(PATIENCE_S)
    assert engraver.receive() is None
    assert engraver.is_busy
    engraved = score_from(engraver)
    assert [m for system in engraved.systems for m in system.measures] == [
        f"m{index}" for index in range(60)
    ]


def test_malformed_mei_is_a_failure_and_the_next_score_is_drawn(engraver: Engraver) -> None:
    engraver.submit(EngravingRequest(1, "<mei><no"))
    failure = answer(engraver)
    assert isinstance(failure, EngravingFailure)
    assert failure.number == 1
    assert failure.message.startswith("The score cannot be drawn")
    engraver.submit(EngravingRequest(2, plain_score(1)))
    assert score_from(engraver).number == 2


def test_death_is_reported_and_the_next_request_is_answered(engraver: Engraver) -> None:
    engraver.start()
    first_pid = engraver.pid
    assert first_pid is not None
    os.kill(first_pid, signal.SIGSTOP)  # it must not answer before it dies
    engraver.submit(EngravingRequest(1, plain_score(2)))
    os.kill(first_pid, signal.SIGKILL)
    with pytest.raises(EngravingError, match="stopped"):
        answer(engraver)
    assert not engraver.is_busy
    engraver.submit(EngravingRequest(2, plain_score(2)))
    assert score_from(engraver).number == 2
    assert engraver.pid != first_pid


def test_request_that_waited_is_drawn_after_a_death(engraver: Engraver) -> None:
    engraver.start()
    assert engraver.pid is not None
    os.kill(engraver.pid, signal.SIGSTOP)
    engraver.submit(EngravingRequest(1, plain_score(1)))
    engraver.submit(EngravingRequest(2, plain_score(2)))
    os.kill(engraver.pid, signal.SIGKILL)
    with pytest.raises(EngravingError, match="stopped"):
        answer(engraver)
    assert score_from(engraver).number == 2


def test_no_process_is_left_after_closing(engraver: Engraver) -> None:
    engraver.submit(EngravingRequest(1, plain_score(300)))
    assert multiprocessing.active_children()
    engraver.close()  # while it draws
    assert not multiprocessing.active_children()
    assert not engraver.is_busy


def test_closing_twice_or_unused_does_nothing() -> None:
    engraver = Engraver()
    engraver.close()
    engraver.close()
    assert not engraver.is_running
