"""Operations on the text: from an action to edits in the pane, each one step to undo.

What may take long is worked out beside the window; if the text changes meanwhile it is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit

from lilydesk.app.document_runner import DocumentRunner, Edit, EditOrder, EditOutcome
from lilydesk.app.edit_operations import (
    SIMPLE_OPERATIONS,
    Extract,
    part_text,
    place_after_format,
    run_fix,
    run_format,
    run_insertion,
    run_operation,
    run_time_change,
    run_transposition,
    staff_text,
)
from lilydesk.app.files import write_bytes
from lilydesk.app.messages import EDIT, Messages
from lilydesk.app.problems import Problem, problems_of
from lilydesk.app.session import Session
from lilydesk.errors import LilyDeskError
from lilydesk.notation.span import Span
from lilydesk.ui.actions import Actions
from lilydesk.ui.dialogs import Dialogs
from lilydesk.ui.editor_pane import EditorPane
from lilydesk.ui.problems_strip import ProblemsStrip
from lilydesk.ui.text_edits import apply_to, selection_of

if TYPE_CHECKING:
    from lilydesk.lilylet import ParsedText
    from lilydesk.lilylet.edits import EditResult

_SHORT = 2_000  # characters: their edits are worked out at once, in some 30 ms at the most
_PATIENCE_MS = 400
_WAIT = "The change is being worked out. You can go on reading and listening."
_LEFT_OUT = "The text was changed in the meantime, so the other change was left out."

_CLIPBOARD = {"cut": "cut", "copy": "copy", "paste": "paste", "select_all": "selectAll"}


class EditCommands(QObject):
    """Runs operations on what is selected and says so where there is nothing to do."""

    def __init__(
        self, session: Session, messages: Messages, dialogs: Dialogs, editor: EditorPane,
        problems: ProblemsStrip, runner: DocumentRunner,
    ) -> None:  # fmt: skip
        super().__init__()
        self._runner = runner
        self._text = ""  # for which an edit is being worked out
        self._then: Callable[[], None] | None = None
        self._queue: list[Callable[[], None]] = []  # asked for meanwhile
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._on_long)
        runner.done.connect(self._on_done)
        session.text_replaced.connect(lambda _: self._forget())
        self._session = session
        self._messages = messages
        self._dialogs = dialogs
        self._editor = editor
        self._problems = problems

    def connect_actions(self, actions: Actions) -> None:
        """Connect the actions that change the text."""
        for name, method in _CLIPBOARD.items():
            actions[name].triggered.connect(partial(self._on_clipboard, method))
        for name in SIMPLE_OPERATIONS:
            actions[name].triggered.connect(partial(self._on_operation, name))
        actions["transpose"].triggered.connect(lambda _=False: self.transpose())
        actions["insert_measures"].triggered.connect(lambda _=False: self.insert_measures())
        actions["change_time"].triggered.connect(lambda _=False: self.change_time())
        actions["extract_part"].triggered.connect(lambda _=False: self.extract_part())
        actions["extract_staff"].triggered.connect(lambda _=False: self.extract_staff())
        actions["format"].triggered.connect(lambda _=False: self.format())
        actions["first_problem"].triggered.connect(lambda _=False: self.go_to_next_problem())
        actions["fix_problem"].triggered.connect(lambda _=False: self.fix_problem())

    def go_to(self, offset: int) -> None:
        """Show the text at a code point, ready to be changed there."""
        self._editor.go_to(offset)
        self._editor.setFocus()

    def go_to_next_problem(self) -> None:
        """Show the first problem behind the cursor, or the first of all."""
        problems = self._session.problems
        if problems:
            after = [p for p in problems if p.start > self._editor.cursor_offset]
            self.go_to((after or problems)[0].start)

    def transpose(self) -> None:
        """Ask how, and transpose the selection; without one the whole piece."""
        is_whole = not self._n_selected
        how = self._dialogs.ask_transposition(is_whole)
        if how is not None:

            def transpose(parsed: ParsedText, selection: Span) -> EditResult:
                what = Span(0, len(parsed.text)) if is_whole else selection
                return run_transposition(parsed, what, how)

            self._run(transpose, len(self._editor.text) if is_whole else self._n_selected)

    def insert_measures(self) -> None:
        """Ask how many, and put them in after the measure of the cursor."""
        n_measures = self._dialogs.ask_n_measures()
        if n_measures is not None:
            self._run(partial(run_insertion, n_measures=n_measures))

    def change_time(self) -> None:
        """Ask for a time signature, and arrange the music from the cursor on in it."""
        time = self._dialogs.ask_time()
        if time is not None:
            n_after = len(self._editor.text) - self._editor.cursor_offset
            self._run(partial(run_time_change, time=time), n_after + self._n_selected)

    def extract_part(self) -> None:
        """Save the part at the cursor as a text of its own; the text here stays."""
        self._save(part_text(self._session.current, selection_of(self._editor)))

    def extract_staff(self) -> None:
        """Save the staff at the cursor as a text of its own; the text here stays."""
        self._save(staff_text(self._session.current, selection_of(self._editor)))

    def _save(self, extract: Extract) -> None:
        here = self._session.path or Path("part.lyl")
        suggestion = here.with_name(f"{here.stem}-{extract.file_name}.lyl")
        path = self._dialogs.ask_save_path(str(suggestion))
        if path is None:
            return
        try:
            write_bytes(path, extract.text.encode("utf-8", "surrogatepass"))
        except LilyDeskError as error:
            self._messages.report(error)
        else:
            self._messages.notice(f"{extract.name} was saved as {path.name}.")

    def format(self) -> None:
        """The whole text in canonical form; the cursor stays at its note."""
        parsed, offset = self._session.current, self._editor.cursor_offset

        def go_back() -> None:
            self._editor.go_to(place_after_format(parsed, self._editor.text, offset))

        self._run(lambda parsed, selection: run_format(parsed), len(parsed.text), go_back)

    def fix_problem(self) -> None:
        """Apply the fix of the problem chosen in the strip, or else of one at the cursor."""
        chosen = self._problems.current_problem if self._problems.list.hasFocus() else None
        self.fix(chosen or self._fixable_at(self._editor.cursor_offset))

    def fix(self, problem: Problem | None) -> None:
        """Apply the fix of a problem, if it is still one."""
        current = self._session.current
        if (problem is None or problem in self._current_problems()) and self._apply(
            run_fix(current, problem)
        ):
            self._editor.setFocus()

    def _fixable_at(self, offset: int) -> Problem | None:
        here = (one for one in self._current_problems() if one.start <= offset <= one.end)
        fixable = (one for one in here if one.fix_name)
        return min(fixable, key=lambda one: one.end - one.start, default=None)

    def _current_problems(self) -> tuple[Problem, ...]:
        return problems_of(self._editor.text, self._session.current)

    def _on_clipboard(self, method: str, _is_checked: bool = False) -> None:
        """Cut, copy, paste in the field that has the keys; elsewhere in the text."""
        field: QObject | None = QApplication.focusWidget()
        if isinstance(field, QComboBox | QAbstractSpinBox):
            field = field.findChild(QLineEdit)
        getattr(field if isinstance(field, QLineEdit) else self._editor, method)()

    def _on_operation(self, name: str, _is_checked: bool = False) -> None:
        self._run(partial(run_operation, name), self._n_selected)

    def _apply(self, result: EditResult) -> bool:
        if not result:
            self._messages.notice(result.reason)
            return False
        apply_to(self._editor, result.edits)
        return True

    # --- what takes long

    @property
    def _n_selected(self) -> int:
        start, end = selection_of(self._editor)
        return end - start

    def _run(self, edit: Edit, reach: int = 0, then: Callable[[], None] | None = None) -> None:
        """Do an edit that reaches over so many characters: now, or when it has been worked out."""
        if self._text:
            self._queue.append(partial(self._run, edit, reach, then))
            return
        parsed = self._session.current
        order = EditOrder(parsed, selection_of(self._editor), edit)
        if reach > _SHORT:
            self._text, self._then = parsed.text, then
            self._patience.start()
            self._runner.request(order)
        elif self._apply(order.result()) and then is not None:
            then()

    def _on_done(self, outcome: EditOutcome) -> None:
        text, then, queue = self._text, self._then, self._queue
        self._forget()
        if text != self._editor.text:
            self._messages.notice(_LEFT_OUT)
            return
        self._session.expect(outcome.parsed)
        if self._apply(outcome.result) and then is not None:
            then()
        for step in queue:  # the first that takes long lets the others wait again
            step()

    def _on_long(self) -> None:
        self._messages.notice(_WAIT, topic=EDIT)

    def _forget(self) -> None:
        """Nothing is being worked out any more."""
        self._runner.forget()
        self._patience.stop()
        self._messages.over.emit(EDIT)
        self._text, self._then, self._queue = "", None, []
