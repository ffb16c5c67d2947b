"""Takes on order, with the tiny bundle: what comes back, and with which story."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from lilydesk.app.compose_runner import ComposeChoices, ComposeRunner, Outcome, State
from lilydesk.app.take_jobs import TakesOrder, _Forwards
from lilydesk.composing.takes import Take, TakeKind
from lilydesk.lilylet import Severity, parse_document
from tests.support import TINY_BUNDLE

TINY = str(TINY_BUNDLE)
CHOICES = ComposeChoices(n_measures=1, seed=7, bundle=TINY, period="Romantic", temperature=0.8)
TEXT = (
    "\\key g \\minor \\time 2/4 g'4 a | %1\n\n\\key g \\minor bf4 c | %2\n\n"
    "\\key g \\minor d2 | %3\n"
)


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[ComposeRunner]:
    runner = ComposeRunner()
    yield runner
    runner.shutdown()


def takes_of(runner: ComposeRunner, qtbot: QtBot, order: TakesOrder) -> tuple[Take, ...]:
    found: list[tuple[Take, ...]] = []
    told: list[tuple[int, int]] = []
    runner.takes_ready.connect(lambda _, takes: found.append(takes))
    runner.progress.connect(lambda _, n_done, n_total: told.append((n_done, n_total)))
    with qtbot.waitSignal(runner.finished) as finished:
        runner.start_takes(CHOICES, order)
    outcome: Outcome = finished.args[1]
    assert (outcome.state, outcome.error) == (State.DONE, None)
    assert outcome.n_takes == len(found[0])
    assert told[-1] == (order.n_takes, order.n_takes)
    return found[0]


def test_measures_written_anew_come_as_takes_of_the_text(
    runner: ComposeRunner, qtbot: QtBot
) -> None:
    order = TakesOrder(TakeKind.REGENERATE, TEXT, 2, first_measure=1, n_measures=1, parent="p")
    one, two = takes_of(runner, qtbot, order)
    assert one.base == two.base == TEXT
    assert one.batch == two.batch
    assert one.text.startswith(TEXT[: TEXT.index("bf4")].removesuffix("\\key g \\minor "))
    assert one.text.endswith(TEXT[TEXT.index(" | %2") :])
    assert one.origin is not None
    assert (one.origin.family, one.origin.seed, one.origin.temperature) == ("lilynota", 7, 0.8)
    assert one.origin.prompt == ("", "", "")  # the panel's style is not for measures within a piece
    assert len(one.origin.bundle_hash) == 64
    assert (one.parent, one.first_measure, one.n_measures) == ("p", 1, 1)
    assert one.bits_per_token is not None


@pytest.mark.parametrize("kind", [TakeKind.REGENERATE, TakeKind.CONTINUE])
def test_takes_tell_the_style_that_the_model_was_told(
    runner: ComposeRunner, qtbot: QtBot, kind: TakeKind
) -> None:
    text = f"%Classical\n%Haydn, Joseph\n{TEXT}"
    order = TakesOrder(kind, text, 1, offset=len(text), first_measure=1, n_measures=1)
    choices = replace(CHOICES, period="")
    with qtbot.waitSignal(runner.takes_ready) as ready, qtbot.waitSignal(runner.finished):
        runner.start_takes(choices, order)
    (take,) = ready.args[1]
    assert take.origin.prompt == ("Classical", "Haydn, Joseph", "")


def test_new_measures_come_as_takes_of_the_text(runner: ComposeRunner, qtbot: QtBot) -> None:
    order = TakesOrder(TakeKind.CONTINUE, TEXT + "\n", 1, offset=len(TEXT))
    (take,) = takes_of(runner, qtbot, order)
    assert take.text.startswith(TEXT)
    assert take.text.endswith("\n\n")
    assert (take.first_measure, take.n_measures) == (3, 1)
    assert [take.text[slice(*span)] for span in take.new_spans] == [take.text[len(TEXT) : -1]]


def test_a_new_piece_takes_the_place_of_the_whole(runner: ComposeRunner, qtbot: QtBot) -> None:
    (take,) = takes_of(runner, qtbot, TakesOrder(TakeKind.COMPOSE, TEXT, 1))
    assert take.base == TEXT
    assert take.text.startswith("%Romantic\n")
    assert len(parse_document(take.text).document.measures) == 1


def test_takes_that_are_stopped_come_with_the_measures_that_are_there(
    runner: ComposeRunner, qtbot: QtBot
) -> None:
    found: list[tuple[Take, ...]] = []
    runner.takes_ready.connect(lambda _, takes: found.append(takes))
    runner.progress.connect(lambda *_: runner.stop())  # as soon as there is a measure
    order = TakesOrder(TakeKind.CONTINUE, TEXT, 2, offset=len(TEXT))
    with qtbot.waitSignal(runner.finished) as finished:
        runner.start_takes(replace(CHOICES, n_measures=400), order)
    outcome: Outcome = finished.args[1]
    (takes,) = found
    assert (outcome.state, outcome.n_takes) == (State.CANCELLED, len(takes))
    for take in takes:
        parsed = parse_document(take.text)
        assert take.text.startswith(TEXT)
        assert 0 < take.n_measures == len(parsed.document.measures) - 3 < 400
        assert all(one.severity is Severity.HINT for one in parsed.diagnostics)  # an open slur


def test_takes_that_are_cancelled_do_not_come(runner: ComposeRunner, qtbot: QtBot) -> None:
    found: list[object] = []
    runner.takes_ready.connect(lambda *_: found.append(_))
    with qtbot.waitSignal(runner.finished) as finished:
        runner.start_takes(CHOICES, TakesOrder(TakeKind.CONTINUE, TEXT, 2, offset=len(TEXT)))
        runner.cancel()
    assert finished.args[1].n_takes == 0
    runner.shutdown()
    assert found == []


def test_measures_that_are_not_there_fail_with_a_sentence(
    runner: ComposeRunner, qtbot: QtBot
) -> None:
    order = TakesOrder(TakeKind.REGENERATE, TEXT, 2, first_measure=7, n_measures=1)
    with qtbot.waitSignal(runner.finished) as finished:
        runner.start_takes(CHOICES, order)
    outcome: Outcome = finished.args[1]
    assert outcome.state is State.FAILED
    assert "no measures 8 to 8" in str(outcome.error)


def test_progress_never_goes_back() -> None:
    told: list[tuple[int, int]] = []
    forwards = _Forwards(lambda *counts: told.append(counts))
    for counts in ((1, 4), (3, 4), (1, 2), (2, 2), (1, 1)):
        forwards(*counts)
    assert told == [(1, 4), (3, 4), (2, 2)]


def test_fewer_takes_than_asked_for_are_told(runner: ComposeRunner, qtbot: QtBot) -> None:
    cold = replace(CHOICES, temperature=0.01)
    with qtbot.waitSignal(runner.finished) as finished:
        runner.start_takes(cold, TakesOrder(TakeKind.COMPOSE, "", 2))
    outcome: Outcome = finished.args[1]
    assert outcome.n_takes == 1
    assert outcome.note.startswith("There is 1 take instead of 2: ")
