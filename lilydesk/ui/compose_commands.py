"""Compose, Continue, Stop: what happens between the panel, the runner and the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from lilydesk.app.compose_runner import ComposeRunner, Job, Outcome, State
from lilydesk.app.continuation import continue_point
from lilydesk.app.messages import Messages
from lilydesk.app.session import Session
from lilydesk.ui.compose_panel import ComposePanel
from lilydesk.ui.editor_pane import EditorPane
from lilydesk.ui.file_commands import FileCommands

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
    ) -> None:
        super().__init__()
        self._session = session
        self._runner = runner
        self._files = files
        self._messages = messages
        self._panel = panel
        self._editor = editor
        self._is_over_text = False
        runner.started.connect(self._on_started)
        runner.measure_ready.connect(self._on_measure_ready)
        runner.finished.connect(self._on_finished)

    def compose(self) -> None:
        """Start a new piece. The old text goes when the first measure comes, and Undo has it."""
        if not self._files.may_compose_over(self._editor.is_all_generated()):
            return
        self._is_over_text = True
        self._editor.begin_generated_over()
        self._runner.start(self._panel.choices)

    def continue_(self) -> None:
        """Write on in the same staves, key and metre."""
        text = self._editor.text
        point = continue_point(text, self._editor.cursor_offset)
        self._is_over_text = False
        self._editor.begin_generated(point.offset)
        self._runner.start(self._panel.choices_to_continue, text[: point.offset])

    def stop(self) -> None:
        """Stop; what is there stays."""
        self._runner.cancel()

    def _on_started(self, job: Job) -> None:
        self._panel.show_start(job.seed)
        self.state_changed.emit()

    def _on_measure_ready(self, number: int, measure: GeneratedMeasure) -> None:
        if self._is_over_text:
            self._is_over_text = False
            # the new piece must not be saved over the file of the old one by habit
            self._session.forget_file()
        self._editor.add_generated(measure.text)
        self._panel.show_progress(measure.index + 1, measure.n_total)

    def _on_finished(self, number: int, outcome: Outcome) -> None:
        if outcome.error:
            self._messages.report(outcome.error)
        self._panel.show_end(_sentence(outcome))
        self.state_changed.emit()


def _sentence(outcome: Outcome) -> str:
    measures = "1 measure" if outcome.n_measures == 1 else f"{outcome.n_measures} measures"
    begin = {State.DONE: "", State.CANCELLED: "Stopped: ", State.FAILED: "Failed: "}[outcome.state]
    return f"{begin}{measures}, seed {outcome.seed}"
