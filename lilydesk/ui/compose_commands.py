"""Compose, Continue, Stop: what happens between the panel, the runner and the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from lilydesk.app.compose_runner import ComposeRunner, Job, Outcome, State
from lilydesk.app.continuation import continue_point
from lilydesk.app.messages import PIECE, Messages
from lilydesk.app.session import Session
from lilydesk.ui.compose_panel import ComposePanel
from lilydesk.ui.editor_pane import EditorPane
from lilydesk.ui.file_commands import FileCommands
from lilydesk.ui.takes_commands import SEVERAL, TakesCommands

if TYPE_CHECKING:
    from lilydesk.composing import GeneratedMeasure


class ComposeCommands(QObject):
    """Starts jobs and puts what they deliver into the text.

    Signal: state_changed(): a job has begun or ended.
    """

    state_changed = Signal()

    def __init__(
        self,
        session: Session,
        runner: ComposeRunner,
        files: FileCommands,
        messages: Messages,
        panel: ComposePanel,
        editor: EditorPane,
        takes: TakesCommands,
    ) -> None:
        super().__init__()
        self._session = session
        self._runner = runner
        self._files = files
        self._messages = messages
        self._panel = panel
        self._editor = editor
        self._takes = takes
        self._is_over_text = False
        session.text_replaced.connect(lambda _: panel.show_end(""))  # it told of another text
        runner.started.connect(self._on_started)
        runner.measure_ready.connect(self._on_measure_ready)
        runner.progress.connect(lambda _, done, total: panel.show_progress(done, total))
        runner.finished.connect(self._on_finished)

    def compose(self) -> None:
        """Start a new piece. The old text goes when the first measure comes, and Undo has it.

        Several takes are listed instead, and the text stays until one of them is used.
        """
        if self._panel.n_takes > 1:
            self._takes.compose(self._panel.choices, self._panel.n_takes)
            return
        if not self._files.may_compose_over(self._editor.is_all_generated()):
            return
        self._takes.end_preview()
        self._is_over_text = True
        self._editor.begin_generated_over()
        self._runner.start(self._panel.choices)

    def continue_(self) -> None:
        """Write on in the same staves, key and time signature."""
        if self._panel.n_takes > 1:
            self._takes.continue_(self._panel.choices_to_continue, self._panel.n_takes)
            return
        self._takes.end_preview()
        text = self._editor.text
        point = continue_point(text, self._editor.cursor_offset)
        self._is_over_text = False
        self._editor.begin_generated(point)
        self._runner.start(self._panel.choices_to_continue, text[:point])

    def compose_takes(self) -> None:
        """Several new pieces, whatever the panel says."""
        self._takes.compose(self._panel.choices, self._n_several)

    def continue_takes(self) -> None:
        """Several ways to go on."""
        self._takes.continue_(self._panel.choices_to_continue, self._n_several)

    def regenerate(self) -> None:
        """Ask which measures, and write them anew."""
        self._takes.regenerate(self._panel.choices_to_continue, self._n_several)

    @property
    def _n_several(self) -> int:
        n_takes = self._panel.n_takes
        return n_takes if n_takes > 1 else SEVERAL

    def stop(self) -> None:
        """Stop; what is there stays."""
        self._runner.stop()

    def give_up(self) -> None:
        """End it at once: what would still come belongs to another text."""
        self._runner.cancel()

    def _on_started(self, job: Job) -> None:
        self._panel.show_start(job.seed)
        self.state_changed.emit()

    def _on_measure_ready(self, number: int, measure: GeneratedMeasure) -> None:
        if self._is_over_text:
            self._is_over_text = False
            # the new piece must not be saved over the file of the old one by habit
            self._session.forget_file()
            self._takes.on_new_piece()
        self._editor.add_generated(measure.text)
        self._panel.show_progress(measure.index + 1, measure.n_total)

    def _on_finished(self, number: int, outcome: Outcome) -> None:
        if outcome.error:
            self._messages.report(outcome.error)
        if outcome.familiar:
            self._messages.warn(outcome.familiar, "The model knows this passage by heart.", PIECE)
        if outcome.note:
            self._messages.notice(outcome.note)
        self._panel.show_end(sentence_of(outcome))
        self.state_changed.emit()


def sentence_of(outcome: Outcome) -> str:
    """What came of a job, in a few words."""
    measures = _counted(outcome.n_measures, "measure")
    if outcome.n_takes is not None:
        measures = _counted(outcome.n_takes, "take")
    if not (outcome.n_takes or outcome.n_measures):
        return "Stopped: nothing written" if outcome.state is State.CANCELLED else "Nothing written"
    begin = {State.DONE: "", State.CANCELLED: "Stopped: ", State.FAILED: "Failed: "}[outcome.state]
    return f"{begin}{measures}, seed {outcome.seed}"


def _counted(number: int, word: str) -> str:
    return f"1 {word}" if number == 1 else f"{number} {word}s"
