"""Operations on the text: from an action to edits in the pane, each one step to undo."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

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
from lilydesk.app.messages import Messages
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
    from lilydesk.lilylet.edits import EditResult


class EditCommands(QObject):
    """Runs operations on what is selected and says so where there is nothing to do."""

    def __init__(
        self, session: Session, messages: Messages, dialogs: Dialogs, editor: EditorPane,
        problems: ProblemsStrip,
    ) -> None:  # fmt: skip
        super().__init__()
        self._session = session
        self._messages = messages
        self._dialogs = dialogs
        self._editor = editor
        self._problems = problems

    def connect_actions(self, actions: Actions) -> None:
        """Connect the actions that change the text."""
        for name in SIMPLE_OPERATIONS:
            actions[name].triggered.connect(partial(self._on_operation, name))
        actions["transpose"].triggered.connect(lambda _=False: self.transpose())
        actions["insert_measures"].triggered.connect(lambda _=False: self.insert_measures())
        actions["change_time"].triggered.connect(lambda _=False: self.change_time())
        actions["extract_part"].triggered.connect(lambda _=False: self.extract_part())
        actions["extract_staff"].triggered.connect(lambda _=False: self.extract_staff())
        actions["format"].triggered.connect(lambda _=False: self.format())
        actions["fix_problem"].triggered.connect(lambda _=False: self.fix_problem())

    def transpose(self) -> None:
        """Ask how, and transpose the selection; without one the whole piece."""
        selection = selection_of(self._editor)
        is_whole = selection.start == selection.end
        how = self._dialogs.ask_transposition(is_whole)
        if how is not None:
            selection = Span(0, len(self._editor.text)) if is_whole else selection
            self._apply(run_transposition(self._session.current, selection, how))

    def insert_measures(self) -> None:
        """Ask how many, and put them in after the measure of the cursor."""
        n_measures = self._dialogs.ask_n_measures()
        if n_measures is not None:
            selection = selection_of(self._editor)
            self._apply(run_insertion(self._session.current, selection, n_measures))

    def change_time(self) -> None:
        """Ask for a time signature, and arrange the music from the cursor on in it."""
        time = self._dialogs.ask_time()
        if time is not None:
            selection = selection_of(self._editor)
            self._apply(run_time_change(self._session.current, selection, time))

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
        if self._apply(run_format(parsed)):
            self._editor.go_to(place_after_format(parsed, self._editor.text, offset))

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

    def _on_operation(self, name: str, _is_checked: bool = False) -> None:
        self._apply(run_operation(name, self._session.current, selection_of(self._editor)))

    def _apply(self, result: EditResult) -> bool:
        if not result:
            self._messages.notice(result.reason)
            return False
        apply_to(self._editor, result.edits)
        return True
