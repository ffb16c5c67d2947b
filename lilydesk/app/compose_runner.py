"""ComposeRunner: one composition at a time on a worker thread.

A job is a value with every input; the worker sends back values with the job's number. A model is
opened when first needed and kept until another one is asked for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal, Slot

from lilydesk.app.bundles import find_bundle
from lilydesk.app.engine_shelf import EngineShelf
from lilydesk.app.familiar import familiar_problem, familiar_sentence
from lilydesk.app.seeds import draw_seed
from lilydesk.app.take_jobs import TakesOrder, load_rooms, write_takes_of
from lilydesk.errors import LilyDeskError

if TYPE_CHECKING:
    from lilydesk.composing import ComposeRequest, GeneratedMeasure
    from lilydesk.composing.candidate import Progress
    from lilydesk.composing.takes import Take


@dataclass(frozen=True, slots=True)
class ComposeChoices:
    """What the composer asks for. An empty word leaves the choice to the model."""

    period: str = ""
    composer: str = ""
    genre: str = ""
    key: str = ""  # "g minor"
    time: str = ""  # "3/4"
    n_measures: int = 16
    temperature: float = 1.0
    top_p: float = 0.9
    top_k: int = 0
    seed: int | None = None  # None: drawn when the job starts
    bundle: str = ""  # name or path
    key_only: bool = False  # no notes outside the key signature
    max_notes: int = 0  # that may sound together on a staff; 0 is no limit
    ranges: str = ""  # "G3-C6" for all staves, "1:G3-C6, 2:C2-E4" for some


class State(Enum):
    """How a job ended."""

    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a job. `error` is set if and only if it failed."""

    state: State
    n_measures: int  # delivered
    seed: int
    error: LilyDeskError | None = None
    n_takes: int | None = None  # delivered; None where no takes were asked for
    familiar: str = ""  # names the training piece that the new measures follow, if they do
    note: str = ""  # why there are fewer takes, or why copies go unnoticed, if that is so


@dataclass(frozen=True, slots=True)
class Job:
    """One request, with the seed it uses."""

    number: int
    choices: ComposeChoices
    prefix_text: str
    seed: int
    stop: threading.Event
    order: TakesOrder | None = None  # where takes are asked for


def request_of(job: Job) -> ComposeRequest:
    """The job in the words of `composing`."""
    from lilydesk.composing import ComposeRequest, StylePrompt
    from lilydesk.composing.limits import read_limits
    from lilydesk.engines import Sampling

    choices = job.choices
    return ComposeRequest(
        prompt=StylePrompt(choices.period, choices.composer, choices.genre),
        prefix_text=job.prefix_text,
        key=choices.key,
        time=choices.time,
        n_measures=choices.n_measures,
        sampling=Sampling(choices.temperature, choices.top_p, choices.top_k),
        seed=job.seed,
        constraints=read_limits(choices.ranges, choices.key_only, choices.max_notes),
    )


def run_job(job: Job, shelf: EngineShelf, deliver: Callable[[GeneratedMeasure], None]) -> Outcome:
    """Do one job here and now, in whatever thread this is."""
    from lilydesk.composing import compose

    texts: list[str] = []
    try:
        engine = shelf.take(job.choices.bundle)
        for measure in compose(engine, request_of(job), job.stop.is_set):
            if job.stop.is_set():
                break
            deliver(measure)
            texts.append(measure.text)
    except LilyDeskError as error:
        return Outcome(State.FAILED, len(texts), job.seed, error)
    state = State.CANCELLED if job.stop.is_set() else State.DONE
    bundle = find_bundle(job.choices.bundle)
    familiar = _familiar(bundle, job.prefix_text, texts)
    return Outcome(state, len(texts), job.seed, familiar=familiar, note=familiar_problem(bundle))


def _familiar(bundle: Path, prefix_text: str, texts: list[str]) -> str:
    from lilydesk.lilylet import parse_document

    n_own = len(parse_document(prefix_text).document.measures)
    return familiar_sentence(bundle, prefix_text + "".join(texts), n_own, len(texts))


def run_takes(
    job: Job, shelf: EngineShelf, on_progress: Progress, deliver: Callable[[tuple[Take, ...]], None]
) -> Outcome:
    """Write the takes of a job here and now; they are delivered together.

    Once it is stopped, those come that are there, with the whole measures that they have.
    """
    assert job.order is not None
    notes: list[str] = []
    try:
        engine = shelf.take(job.choices.bundle)
        takes = write_takes_of(job, job.order, engine, on_progress, notes.append)
    except LilyDeskError as error:
        return Outcome(State.FAILED, 0, job.seed, error, 0)
    if takes or not job.stop.is_set():
        deliver(takes)
    if job.stop.is_set():
        return Outcome(State.CANCELLED, 0, job.seed, None, len(takes))
    notes += filter(None, [familiar_problem(find_bundle(job.choices.bundle))])
    return Outcome(State.DONE, 0, job.seed, None, len(takes), note=" ".join(notes))


class _Worker(QObject):
    """Lives on the worker thread and does the jobs in turn."""

    measure_ready = Signal(int, object)
    progress = Signal(int, int, int)  # job, measures done, of how many
    takes_ready = Signal(int, object)
    ended = Signal(int, object)  # job, Outcome or the exception that is our own fault

    def __init__(self) -> None:
        super().__init__()
        self._shelf = EngineShelf()

    @Slot(object)
    def on_job(self, job: Job) -> None:
        """Do a job; nothing escapes into the thread, where nobody could answer it."""

        def deliver(measure: GeneratedMeasure) -> None:
            self.measure_ready.emit(job.number, measure)

        def progress(n_done: int, n_total: int) -> None:
            self.progress.emit(job.number, n_done, n_total)

        def deliver_takes(takes: tuple[Take, ...]) -> None:
            self.takes_ready.emit(job.number, takes)

        try:
            if job.order is not None:
                outcome = run_takes(job, self._shelf, progress, deliver_takes)
            else:
                outcome = run_job(job, self._shelf, deliver)
            self.ended.emit(job.number, outcome)
            load_rooms()
        except Exception as error:  # handed to the GUI thread, where the hook saves the text first
            self.ended.emit(job.number, error)

    @Slot(str)
    def on_warm_up(self, bundle: str) -> None:
        """Open a model; a fault in it is told when somebody wants to compose."""
        with suppress(LilyDeskError):
            self._shelf.take(bundle)
        load_rooms()


class ComposeRunner(QObject):
    """Runs one composition at a time on a worker thread; the only Qt between engine and panes.

    Call from the GUI thread only. A cancelled job may run on until its next patch.

    Signals:
        started(Job)
        measure_ready(job number, GeneratedMeasure): never after `finished` of the same job.
        progress(job number, measures done, of how many): while takes are written; likewise.
        takes_ready(job number, tuple of Take): all at once; likewise.
        finished(job number, Outcome): once per job, whether done, cancelled or failed.
    """

    started = Signal(object)
    measure_ready = Signal(int, object)
    progress = Signal(int, int, int)
    takes_ready = Signal(int, object)
    finished = Signal(int, object)
    _requested = Signal(object)
    _warm_up_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._job: Job | None = None
        self._last_number = 0
        self._n_delivered = 0  # measures of the job under way
        self._has_progress = False  # its takes have measures
        self._thread: QThread | None = None
        self._worker: _Worker | None = None

    @property
    def is_running(self) -> bool:
        """A job is under way and has not been cancelled."""
        return self._job is not None

    def warm_up(self, bundle: str) -> None:
        """Open a model now, so that the first measure need not wait for it."""
        if not self.is_running:  # else a model is being opened as it is
            self._start_thread()
            self._warm_up_requested.emit(bundle)

    def start(self, choices: ComposeChoices, prefix_text: str = "") -> Job:
        """Start a job; one under way is cancelled first."""
        return self._start(choices, prefix_text, None)

    def start_takes(self, choices: ComposeChoices, order: TakesOrder) -> Job:
        """Start a job that writes takes; one under way is cancelled first."""
        return self._start(choices, order.prefix_text, order)

    def _start(self, choices: ComposeChoices, prefix_text: str, order: TakesOrder | None) -> Job:
        self.cancel()
        self._n_delivered, self._has_progress = 0, False
        self._last_number += 1
        seed = draw_seed() if choices.seed is None else choices.seed
        stop = threading.Event()
        self._job = Job(self._last_number, choices, prefix_text, seed, stop, order)
        self._start_thread()
        self.started.emit(self._job)
        self._requested.emit(self._job)
        return self._job

    def stop(self) -> None:
        """End the job under way; takes that have measures come first, within a patch."""
        if self._job is not None and self._has_progress:
            self._job.stop.set()
        else:
            self.cancel()

    def cancel(self) -> None:
        """End the job under way; what it has delivered stays. `finished` comes at once."""
        if self._job is None:
            return
        self._job.stop.set()
        n_takes = None if self._job.order is None else 0
        self._finish(Outcome(State.CANCELLED, self._n_delivered, self._job.seed, None, n_takes))

    def shutdown(self) -> None:
        """Cancel, and wait until the thread has ended."""
        self.cancel()
        if self._thread is not None:
            self._thread.quit()
            self._thread.wait()
            self._thread = self._worker = None

    def _start_thread(self) -> None:
        if self._thread is not None:
            return
        self._thread = QThread()
        self._thread.setObjectName("composing")
        self._worker = _Worker()
        self._worker.moveToThread(self._thread)
        self._requested.connect(self._worker.on_job)
        self._warm_up_requested.connect(self._worker.on_warm_up)
        self._worker.measure_ready.connect(self._on_measure_ready)
        self._worker.progress.connect(self._on_progress)
        self._worker.takes_ready.connect(self._on_takes_ready)
        self._worker.ended.connect(self._on_ended)
        self._thread.start()

    @Slot(int, object)
    def _on_measure_ready(self, number: int, measure: GeneratedMeasure) -> None:
        if self._job is not None and self._job.number == number:
            self._n_delivered += 1
            self.measure_ready.emit(number, measure)

    @Slot(int, int, int)
    def _on_progress(self, number: int, n_done: int, n_total: int) -> None:
        if self._job is not None and self._job.number == number:
            self._has_progress = True
            self.progress.emit(number, n_done, n_total)

    @Slot(int, object)
    def _on_takes_ready(self, number: int, takes: tuple[Take, ...]) -> None:
        if self._job is not None and self._job.number == number:
            self.takes_ready.emit(number, takes)

    @Slot(int, object)
    def _on_ended(self, number: int, result: Outcome | Exception) -> None:
        is_wanted = self._job is not None and self._job.number == number
        if isinstance(result, Outcome):
            if is_wanted:
                self._finish(result)
            return
        if is_wanted:
            assert self._job is not None
            self._finish(Outcome(State.FAILED, self._n_delivered, self._job.seed, _our_fault()))
        raise result

    def _finish(self, outcome: Outcome) -> None:
        assert self._job is not None
        number, self._job = self._job.number, None
        self.finished.emit(number, outcome)


def _our_fault() -> LilyDeskError:
    return LilyDeskError("The model stopped because of a fault in LilyDesk.", "Your text is safe.")
