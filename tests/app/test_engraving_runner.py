from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from lilydesk.app import engraving_runner
from lilydesk.app.engraving_runner import EngravingRunner
from lilydesk.engraving import EngravedScore
from lilydesk.errors import EngravingError
from tests.engraving.scores import plain_score

PATIENCE_MS = 30_000


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[EngravingRunner]:
    runner = EngravingRunner()
    yield runner
    runner.shutdown()


def test_score_arrives_as_a_signal(qtbot: QtBot, runner: EngravingRunner) -> None:
    with qtbot.waitSignal(runner.engraved, timeout=PATIENCE_MS) as caught:
        number = runner.request(plain_score(2))
    (engraved,) = caught.args
    assert isinstance(engraved, EngravedScore)
    assert engraved.number == number


def test_last_request_is_always_answered(qtbot: QtBot, runner: EngravingRunner) -> None:
    shown: list[int] = []
    runner.engraved.connect(lambda engraved: shown.append(engraved.number))
    numbers = [runner.request(plain_score(n)) for n in range(1, 9)]
    qtbot.waitUntil(lambda: numbers[-1] in shown, timeout=PATIENCE_MS)
    assert shown == sorted(set(shown))
    assert len(shown) < len(numbers)


def test_answers_to_another_document_are_dropped(qtbot: QtBot, runner: EngravingRunner) -> None:
    shown: list[int] = []
    runner.engraved.connect(lambda engraved: shown.append(engraved.number))
    runner.request(plain_score(40))
    runner.forget()
    wanted = runner.request(plain_score(2))
    qtbot.waitUntil(lambda: bool(shown), timeout=PATIENCE_MS)
    assert shown == [wanted]


def test_forgetting_alone_shows_nothing(qtbot: QtBot, runner: EngravingRunner) -> None:
    shown: list[object] = []
    runner.engraved.connect(shown.append)
    runner.request(plain_score(2))
    runner.forget()
    qtbot.waitUntil(lambda: not runner.is_busy, timeout=PATIENCE_MS)
    assert shown == []


def test_malformed_score_is_reported(qtbot: QtBot, runner: EngravingRunner) -> None:
    with qtbot.waitSignal(runner.failed, timeout=PATIENCE_MS) as caught:
        runner.request("<mei><no")
    assert isinstance(caught.args[0], EngravingError)


def test_busy_is_told_at_both_ends(qtbot: QtBot, runner: EngravingRunner) -> None:
    told: list[bool] = []
    runner.busy_changed.connect(told.append)
    runner.request(plain_score(1))
    qtbot.waitUntil(lambda: not runner.is_busy, timeout=PATIENCE_MS)
    assert told == [True, False]


def test_dead_engraver_is_reported_and_replaced(qtbot: QtBot, runner: EngravingRunner) -> None:
    runner.warm_up()
    pid = runner.engraver_pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    runner.request(plain_score(2))
    with qtbot.waitSignal(runner.failed, timeout=PATIENCE_MS):
        os.kill(pid, signal.SIGKILL)
    with qtbot.waitSignal(runner.engraved, timeout=PATIENCE_MS):
        runner.request(plain_score(2))
    assert runner.engraver_pid != pid


def test_engraver_that_dies_while_idle_is_replaced(qtbot: QtBot, runner: EngravingRunner) -> None:
    with qtbot.waitSignal(runner.engraved, timeout=PATIENCE_MS):
        runner.request(plain_score(1))
    pid = runner.engraver_pid
    assert pid is not None
    failures: list[object] = []
    runner.failed.connect(failures.append)
    os.kill(pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: runner.engraver_pid is None, timeout=PATIENCE_MS)
    with qtbot.waitSignal(runner.engraved, timeout=PATIENCE_MS):
        runner.request(plain_score(2))
    assert failures == []  # nothing was lost, so nobody needs to know


def test_shutdown_ends_the_process_in_the_middle_of_work(runner: EngravingRunner) -> None:
    runner.request(plain_score(300))
    assert multiprocessing.active_children()
    runner.shutdown()
    assert not multiprocessing.active_children()


def test_in_place_answers_before_the_request_returns(qtbot: QtBot) -> None:
    runner = EngravingRunner(in_place=True)
    shown: list[EngravedScore] = []
    failures: list[EngravingError] = []
    runner.engraved.connect(shown.append)
    runner.failed.connect(failures.append)
    assert runner.request(plain_score(1)) == shown[0].number
    runner.request("nonsense")
    assert len(failures) == 1
    assert not multiprocessing.active_children()
    runner.shutdown()


def test_thread_can_watch_where_pipes_are_no_sockets(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engraving_runner, "watch", engraving_runner._ThreadWatch)
    runner = EngravingRunner()
    try:
        for n_measures in (1, 2):
            with qtbot.waitSignal(runner.engraved, timeout=PATIENCE_MS):
                runner.request(plain_score(n_measures))
        pid = runner.engraver_pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        qtbot.waitUntil(lambda: runner.engraver_pid is None, timeout=PATIENCE_MS)
        with qtbot.waitSignal(runner.engraved, timeout=PATIENCE_MS):
            runner.request(plain_score(3))
    finally:
        runner.shutdown()
