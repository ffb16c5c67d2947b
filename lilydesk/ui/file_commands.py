"""New, Open, Save, Save As, Export: what happens between the action and the session."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from lilydesk.app.imports import import_text, is_foreign, losses_in_words
from lilydesk.app.messages import PIECE, Messages
from lilydesk.app.project_file import SUFFIX
from lilydesk.app.session import Session
from lilydesk.app.settings import Settings
from lilydesk.errors import LilyDeskError
from lilydesk.ui.dialogs import Answer, Dialogs

_N_RECENT = 10
UNTITLED = "Untitled"


class FileCommands(QObject):
    """Asks before anything is lost. Errors of the world go to the message bar.

    Signals:
        recent_changed(): the list of files opened last.
        export_requested(Path): write the music to this file.
    """

    recent_changed = Signal()
    export_requested = Signal(object)

    def __init__(
        self, session: Session, settings: Settings, messages: Messages, dialogs: Dialogs
    ) -> None:
        super().__init__()
        self._session = session
        self._settings = settings
        self._messages = messages
        self._dialogs = dialogs
        self._has_told_of_takes = False  # once is enough
        self._imported: Path | None = None  # where a translated score would be saved

    @property
    def name(self) -> str:
        """What the piece is called in titles and questions."""
        path = self._session.path or self._imported
        return path.name if path else UNTITLED

    def new(self) -> None:
        """Start with an empty text."""
        if self.may_leave():
            self._imported = None
            self._session.start_new()

    def open(self) -> None:
        """Ask for a file and open it."""
        if self.may_leave():
            path = self._dialogs.ask_open_path(self._folder())
            if path:
                self._open(path)

    def open_path(self, path: Path) -> None:
        """Open a file that was named elsewhere: dropped, recent, on the command line."""
        if self.may_leave():
            self._open(path)

    def save(self) -> bool:
        """Save, asking for a name if there is none; False if it was not saved."""
        if self._session.path is None:
            return self.save_as()
        return self._try(self._save)

    def save_as(self) -> bool:
        """Save under a name that is asked for; False if it was not saved."""
        suffix = SUFFIX if self._session.is_project or self._session.has_unsaved_takes else ".lyl"
        path = self._dialogs.ask_save_path(self._suggestion(suffix))
        return path is not None and self._try(lambda: self._save_as(path))

    def export(self) -> None:
        """Ask for a file to export to."""
        path = self._dialogs.ask_export_path(self._suggestion(".mid"))
        if path:
            self._settings.put("last_folder", str(path.parent))
            self.export_requested.emit(path)

    def may_leave(self) -> bool:
        """Ask about unsaved changes; True if the text may go."""
        if self._session.is_modified:
            answer = self._dialogs.ask_unsaved(self.name)
            if answer is Answer.GO_ON or not self._may_go(answer):
                return answer is Answer.GO_ON
        return not self._session.has_unsaved_takes or self._may_lose_takes()

    def _may_lose_takes(self) -> bool:
        """Ask about takes that the file in use, a plain text, does not hold."""
        answer = self._dialogs.ask_unsaved_takes(self.name)
        return self.save_as() if answer is Answer.SAVE else answer is Answer.GO_ON

    def may_compose_over(self, is_all_generated: bool) -> bool:
        """Ask before a new piece takes the place of the composer's own unsaved work.

        A take of the model that nobody touched goes without a question; Undo brings it back.
        """
        is_unasked = not self._session.is_modified or is_all_generated
        may_go = is_unasked or self._may_go(self._dialogs.ask_compose_over(self.name))
        if may_go:
            self._imported = None  # the new piece is another one
        return may_go

    def _may_go(self, answer: Answer) -> bool:
        return self.save() if answer is Answer.SAVE else answer is Answer.GO_ON

    def _open(self, path: Path) -> None:
        if is_foreign(path):
            self._import(path)
        elif self._try(lambda: self._session.open(path)):
            self._imported = None
            self._note_recent(path)

    def _import(self, path: Path) -> None:
        """Open a score in a foreign format as a new text; its own file still holds it."""
        try:
            imported = import_text(path)
        except LilyDeskError as error:
            self._messages.report(error)
            return
        self._imported = imported.suggested_path
        self._session.start_new(imported.text)
        self._note_recent(path)
        self._say_what_is_lost(path.name, imported.losses)

    def _say_what_is_lost(self, name: str, losses: tuple[str, ...]) -> None:
        if losses:
            words = losses_in_words(losses)
            self._messages.warn(f"“{name}” is now a new text.", words, PIECE)
        else:
            self._messages.notice(f"“{name}” is now a new text, with all that it said.")

    def _save(self) -> None:
        if not self._session.is_changed_on_disk or self._dialogs.ask_changed_on_disk(self.name):
            self._session.save()
            self._say_where_takes_are()

    def _say_where_takes_are(self) -> None:
        if self._session.has_unsaved_takes and not self._has_told_of_takes:
            self._has_told_of_takes = True
            self._messages.notice(
                "The score is saved; a .lyl file does not hold the takes.",
                "To keep them, use Save As with the suffix .lilydesk.",
            )

    def _save_as(self, path: Path) -> None:
        self._session.save_as(path)
        self._note_recent(path)
        self._say_where_takes_are()

    def _try(self, step: Callable[[], None]) -> bool:
        """Do a step; False if the world was against it, or the composer."""
        try:
            step()
        except LilyDeskError as error:
            self._messages.report(error)
            return False
        if self._session.is_modified:
            return False
        self._messages.over.emit("")
        return True

    def _note_recent(self, path: Path) -> None:
        name = str(path.resolve())
        others = [other for other in self._settings.items("recent_files") if other != name]
        self._settings.put("recent_files", [name, *others][:_N_RECENT])
        self._settings.put("last_folder", str(path.resolve().parent))
        self.recent_changed.emit()

    def _folder(self) -> str:
        folder = self._settings.text("last_folder")
        documents = Path.home() / "Documents"
        if folder and Path(folder).is_dir():
            return folder
        return str(documents if documents.is_dir() else Path.home())

    def _suggestion(self, suffix: str) -> str:
        path = self._session.path or self._imported
        if path:
            return str(path.with_suffix(suffix))
        return str(Path(self._folder()) / f"{UNTITLED}{suffix}")
