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
from tests.engraving.scores import measure, plain_score, score

PATIENCE_MS = 30_000


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[EngravingRunner]:
    runner = EngravingRunner()
    yield runner
    runner.shutdown()


def show(qtbot: QtBot, runner: EngravingRunner, mei: str, width_mm: float = 180) -> EngravedScore:
    """Ask for a score, and wait until nothing is left to be done for it."""
    with qtbot.waitSignal(runner.engraved, timeout=PATIENCE_MS) as caught:
        runner.request(mei, width_mm)
    qtbot.waitUntil(lambda: not runner.is_busy, timeout=PATIENCE_MS)
    engraved = caught.args[0]
    assert isinstance(engraved, EngravedScore)
    return engraved


def edited_score(n_measures: int, index: int) -> str:
    """The plain score with other notes in one measure."""
    measures = [measure(i) for i in range(n_measures)]
    measures[index] = measures[index].replace('oct="5"', 'oct="4"')
    return score(measures)


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
    earlier = [number for number in shown if number != numbers[-1]]
    assert shown == sorted(shown)
    assert earlier == sorted(set(earlier))  # the last one may come twice: quickly, then laid out
    assert len(set(shown)) < len(numbers)


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


def test_dead_layouter_is_reported_and_replaced(qtbot: QtBot, runner: EngravingRunner) -> None:
    runner.warm_up()
    pid, _ = runner.engraver_pids
    os.kill(pid, signal.SIGSTOP)
    runner.request(plain_score(2))
    with qtbot.waitSignal(runner.failed, timeout=PATIENCE_MS):
        os.kill(pid, signal.SIGKILL)
    with qtbot.waitSignal(runner.engraved, timeout=PATIENCE_MS):
        runner.request(plain_score(2))
    assert runner.engraver_pids[0] != pid


def test_engravers_that_die_idle_are_replaced(qtbot: QtBot, runner: EngravingRunner) -> None:
    show(qtbot, runner, plain_score(1))
    pids = runner.engraver_pids
    failures: list[object] = []
    runner.failed.connect(failures.append)
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: not set(runner.engraver_pids) & set(pids), timeout=PATIENCE_MS)
    with qtbot.waitSignal(runner.engraved, timeout=PATIENCE_MS):
        runner.request(plain_score(2))
    assert failures == []  # nothing was lost, so nobody needs to know


def test_retoucher_that_dies_at_work_is_made_up_for(qtbot: QtBot, runner: EngravingRunner) -> None:
    show(qtbot, runner, plain_score(8))
    failures: list[object] = []
    runner.failed.connect(failures.append)
    _, pid = runner.engraver_pids
    os.kill(pid, signal.SIGSTOP)
    number = runner.request(edited_score(8, 3))
    with qtbot.waitSignal(runner.engraved, timeout=PATIENCE_MS) as caught:
        os.kill(pid, signal.SIGKILL)
    assert caught.args[0].number == number
    assert failures == []


def test_edit_draws_one_line_and_the_layout_finds_nothing_to_change(
    qtbot: QtBot, runner: EngravingRunner
) -> None:
    before = show(qtbot, runner, plain_score(40), 100)
    shown: list[EngravedScore] = []
    runner.engraved.connect(shown.append)
    number = runner.request(edited_score(40, 20), 100)
    qtbot.waitUntil(lambda: bool(shown) and not runner.is_busy, timeout=PATIENCE_MS)
    assert [one.number for one in shown] == [number]
    changed = [
        index
        for index, (old, new) in enumerate(zip(before.systems, shown[0].systems, strict=True))
        if old is not new
    ]
    assert changed == [shown[0].system_of_measure("m20")]


def test_growing_score_shows_every_measure(qtbot: QtBot, runner: EngravingRunner) -> None:
    show(qtbot, runner, plain_score(3), 100)
    for n_measures in range(4, 12):
        engraved = show(qtbot, runner, plain_score(n_measures), 100)
        measures = [m for system in engraved.systems for m in system.measures]
        assert measures == [f"m{index}" for index in range(n_measures)]


def test_while_only_a_line_was_drawn_line_breaks_are_to_come(
    qtbot: QtBot, runner: EngravingRunner
) -> None:
    show(qtbot, runner, plain_score(8))
    assert not runner.is_laying_out
    told: list[bool] = []
    runner.engraved.connect(lambda _: told.append(runner.is_laying_out))
    runner.request(edited_score(30, 8))
    qtbot.waitUntil(lambda: bool(told) and not told[-1], timeout=PATIENCE_MS)
    assert told[0]
    assert not runner.is_laying_out


def test_of_a_change_everywhere_the_lines_in_sight_come_first(
    qtbot: QtBot, runner: EngravingRunner
) -> None:
    told: list[EngravedScore] = []
    runner.engraved.connect(told.append)
    show(qtbot, runner, plain_score(60), 100)
    before = told[-1]
    told.clear()
    runner.first_in_sight = lambda: 30
    runner.request(plain_score(60).replace('oct="5"', 'oct="4"'), 100)
    qtbot.waitUntil(lambda: bool(told) and told[-1].is_whole, timeout=PATIENCE_MS)
    first = told[0]
    assert not first.is_whole
    line = before.system_of_measure("m30")
    assert line is not None
    assert first.systems[line] != before.systems[line]
    assert first.systems[0] is before.systems[0]
    assert all(one != old for one, old in zip(told[-1].systems, before.systems, strict=True))


def test_what_was_drawn_ahead_goes_with_its_change(qtbot: QtBot, runner: EngravingRunner) -> None:
    told: list[EngravedScore] = []
    runner.engraved.connect(told.append)
    show(qtbot, runner, plain_score(60), 100)
    before = told[-1]
    told.clear()
    runner.request(plain_score(60).replace('oct="5"', 'oct="4"'), 100)
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE_MS)
    assert not told[0].is_whole
    number = runner.request(plain_score(60), 100)
    qtbot.waitUntil(lambda: told[-1].number == number, timeout=PATIENCE_MS)
    again = next(score for score in told if score.number == number)
    assert again.systems == before.systems


def test_other_lines_are_laid_out_at_once(qtbot: QtBot, runner: EngravingRunner) -> None:
    show(qtbot, runner, plain_score(12), 100)
    assert show(qtbot, runner, plain_score(12), 150).width == 15_000


def test_long_score_begins_to_show_before_it_is_done(qtbot: QtBot, runner: EngravingRunner) -> None:
    shown: list[EngravedScore] = []
    runner.engraved.connect(shown.append)
    runner.warm_up()
    runner.request(plain_score(300), 100)
    qtbot.waitUntil(lambda: bool(shown) and shown[-1].is_whole, timeout=PATIENCE_MS)
    assert [one.is_whole for one in shown] == [False, True]
    part, whole = shown
    assert whole.systems[: len(part.systems)] == part.systems


def test_shutdown_ends_the_process_in_the_middle_of_work(runner: EngravingRunner) -> None:
    runner.request(plain_score(300))
    assert multiprocessing.active_children()
    runner.shutdown()
    assert not multiprocessing.active_children()


def test_nothing_starts_after_a_shutdown(runner: EngravingRunner) -> None:
    runner.request(plain_score(1))
    runner.shutdown()
    runner.request(plain_score(1), 90)
    runner.warm_up()
    assert not runner.is_busy
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
        pids = runner.engraver_pids
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        qtbot.waitUntil(lambda: not set(runner.engraver_pids) & set(pids), timeout=PATIENCE_MS)
        with qtbot.waitSignal(runner.engraved, timeout=PATIENCE_MS):
            runner.request(plain_score(3))
    finally:
        runner.shutdown()
