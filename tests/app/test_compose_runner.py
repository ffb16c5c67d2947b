from __future__ import annotations

import gc
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from lilydesk.app.compose_runner import (
    ComposeChoices,
    ComposeRunner,
    EngineShelf,
    Job,
    Outcome,
    State,
    run_job,
    run_takes,
)
from lilydesk.app.familiar import index_of_bundle
from lilydesk.app.seeds import draw_seed
from lilydesk.app.take_jobs import TakesOrder
from lilydesk.composing import GeneratedMeasure
from lilydesk.composing.candidate import no_progress
from lilydesk.composing.takes import TakeKind
from lilydesk.engines.fingerprints import FILE_NAME, Fingerprints, notes_alone
from lilydesk.errors import LilyDeskError
from lilydesk.lilylet import Severity, parse_document, write_document
from tests.support import ROOT, TINY_BUNDLE

TINY = str(TINY_BUNDLE)
CHOICES = ComposeChoices(
    key="g minor", time="3/4", n_measures=3, seed=7, bundle=TINY, period="Romantic"
)
WAIT_MS = 120_000  # the first model of a session compiles its kernels


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[ComposeRunner]:
    runner = ComposeRunner()
    yield runner
    runner.shutdown()


def texts_of(runner: ComposeRunner, qtbot: QtBot, choices: ComposeChoices, prefix: str = "") -> str:
    texts: list[str] = []
    runner.measure_ready.connect(lambda _, measure: texts.append(measure.text))
    with qtbot.waitSignal(runner.finished, timeout=WAIT_MS) as finished:
        runner.start(choices, prefix)
    outcome: Outcome = finished.args[1]
    assert outcome.error is None
    assert (outcome.state, outcome.n_measures) == (State.DONE, len(texts))
    runner.measure_ready.disconnect()
    return "".join(texts)


def test_measures_come_one_by_one_and_make_a_piece(runner: ComposeRunner, qtbot: QtBot) -> None:
    parsed = parse_document(texts_of(runner, qtbot, CHOICES))
    assert len(parsed.document.measures) == 3
    assert all(d.severity is not Severity.ERROR for d in parsed.diagnostics)


def test_the_same_seed_gives_the_same_piece_again(runner: ComposeRunner, qtbot: QtBot) -> None:
    assert texts_of(runner, qtbot, CHOICES) == texts_of(runner, qtbot, CHOICES)


def test_a_seed_nobody_chose_is_told(runner: ComposeRunner, qtbot: QtBot) -> None:
    job = runner.start(ComposeChoices(bundle=TINY))
    assert job.seed >= 1
    with qtbot.waitSignal(runner.finished) as finished:
        runner.cancel()
    assert finished.args[1].seed == job.seed
    assert draw_seed() != draw_seed()


def test_a_cancelled_job_ends_at_once_and_delivers_nothing_more(
    runner: ComposeRunner, qtbot: QtBot
) -> None:
    numbers: list[int] = []
    outcomes: list[tuple[int, State]] = []
    runner.measure_ready.connect(lambda number, _: numbers.append(number))
    runner.finished.connect(lambda number, outcome: outcomes.append((number, outcome.state)))
    first = runner.start(ComposeChoices(n_measures=500, bundle=TINY, seed=1))
    qtbot.waitUntil(lambda: bool(numbers), timeout=WAIT_MS)
    n_before = len(numbers)
    runner.cancel()
    assert outcomes == [(first.number, State.CANCELLED)]
    with qtbot.waitSignal(runner.finished, timeout=WAIT_MS):
        second = runner.start(CHOICES)
    assert numbers[n_before:] == [second.number] * 3


def test_a_new_job_takes_the_place_of_the_old_one(runner: ComposeRunner, qtbot: QtBot) -> None:
    outcomes: list[State] = []
    runner.finished.connect(lambda _, outcome: outcomes.append(outcome.state))
    runner.start(ComposeChoices(n_measures=500, bundle=TINY, seed=1))
    runner.start(CHOICES)
    qtbot.waitUntil(lambda: len(outcomes) == 2, timeout=WAIT_MS)
    assert outcomes == [State.CANCELLED, State.DONE]


def test_a_missing_bundle_is_an_outcome_and_the_next_job_works(
    runner: ComposeRunner, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(runner.finished, timeout=WAIT_MS) as finished:
        runner.start(ComposeChoices(bundle="/nowhere/at/all"))
    outcome: Outcome = finished.args[1]
    assert outcome.state is State.FAILED
    assert "There is no model" in str(outcome.error)
    assert texts_of(runner, qtbot, CHOICES)


def test_a_key_that_cannot_be_is_an_outcome(runner: ComposeRunner, qtbot: QtBot) -> None:
    with qtbot.waitSignal(runner.finished, timeout=WAIT_MS) as finished:
        runner.start(ComposeChoices(key="h moll", bundle=TINY))
    assert "“h moll” is no key" in str(finished.args[1].error)


def test_shutdown_while_composing_leaves_no_thread(qtbot: QtBot) -> None:
    runner = ComposeRunner()
    with qtbot.waitSignal(runner.measure_ready, timeout=WAIT_MS):
        runner.start(ComposeChoices(n_measures=500, bundle=TINY, seed=1))
    runner.shutdown()
    assert not runner.is_running


def test_a_job_can_run_in_place() -> None:
    measures: list[GeneratedMeasure] = []
    job = Job(1, CHOICES, "", 7, threading.Event())
    outcome = run_job(job, EngineShelf(), measures.append)
    assert outcome == Outcome(State.DONE, 3, 7)
    assert [measure.index for measure in measures] == [0, 1, 2]


def test_a_bundle_is_opened_once(tmp_path: Path) -> None:
    shelf = EngineShelf()
    assert shelf.take(TINY) is shelf.take(TINY)


def test_a_model_that_was_warmed_up_writes_what_it_would_have_written(
    runner: ComposeRunner, qtbot: QtBot
) -> None:
    cold = texts_of(runner, qtbot, CHOICES)
    warm = ComposeRunner()
    warm.warm_up(TINY)
    assert texts_of(warm, qtbot, CHOICES) == cold
    warm.shutdown()


def test_a_model_that_cannot_be_warmed_up_is_told_of_when_it_is_wanted(
    runner: ComposeRunner, qtbot: QtBot
) -> None:
    runner.warm_up("no such model")
    with qtbot.waitSignal(runner.finished, timeout=WAIT_MS) as finished:
        runner.start(ComposeChoices(bundle="no such model", n_measures=1))
    assert finished.args[1].state is State.FAILED


def test_the_collector_rests_only_while_a_model_is_opened() -> None:
    with pytest.raises(LilyDeskError):
        EngineShelf().take("no such model")
    assert gc.isenabled()
    EngineShelf().take(TINY)
    assert gc.isenabled()


def test_music_that_the_model_knows_by_heart_is_named_when_it_ends(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    shutil.copytree(TINY, bundle)
    job = Job(1, replace(CHOICES, bundle=str(bundle), n_measures=6), "", 7, threading.Event())
    texts: list[str] = []
    assert run_job(job, EngineShelf(), lambda m: texts.append(m.text)).familiar == ""
    learned = {"Nobody (a song)": write_document(parse_document("".join(texts)).document)}
    prints = Fingerprints.of(learned, notes_alone).to_bytes()
    (bundle / FILE_NAME).write_bytes(prints)
    index_of_bundle.cache_clear()
    outcome = run_job(job, EngineShelf(), lambda _: None)
    assert "follow Nobody (a song)" in outcome.familiar
    assert outcome.note == ""


def test_a_damaged_list_of_what_the_model_learned_is_told(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    shutil.copytree(TINY, bundle)
    (bundle / FILE_NAME).write_bytes(b"nonsense")
    choices = replace(CHOICES, bundle=str(bundle), n_measures=1)
    job = Job(1, choices, "", 7, threading.Event())
    assert "cannot be read. Copies" in run_job(job, EngineShelf(), lambda _: None).note
    takes = replace(job, order=TakesOrder(TakeKind.COMPOSE, "", 1))
    assert "cannot be read. Copies" in run_takes(takes, EngineShelf(), no_progress, list).note


def test_what_takes_need_is_loaded_beside_the_window() -> None:
    script = (
        "import sys, lilydesk.app.compose_runner as runner\n"
        "assert 'lilydesk.composing.takes' not in sys.modules\n"
        "runner._Worker().on_warm_up('no such model')\n"
        "assert {'lilydesk.composing.takes', 'lilydesk.lilylet.edits'} <= set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)
