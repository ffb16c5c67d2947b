"""Session: the text being worked on, what it means, and the file it belongs to.

The editor's own document holds the text and its undo history; it tells the session each change.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from lilydesk.app.files import (
    TextFile,
    is_changed_on_disk,
    new_text_file,
    open_text_file,
    save_text_file,
)
from lilydesk.app.project_file import (
    Project,
    is_project,
    new_project,
    project_bytes,
    read_project,
)
from lilydesk.errors import FileError

if TYPE_CHECKING:
    from lilydesk.app.problems import Problem
    from lilydesk.composing.takes import TakesBook
    from lilydesk.lilylet import ParsedText

_SOON_READ_MS = 20  # what takes no longer is read after every key
_LONGEST_PAUSE_MS = 600


class _Holding(NamedTuple):
    """What a session knows of its file."""

    file: TextFile | None
    disk: TextFile | None
    project: Project | None
    saved_text: str
    saved_takes: TakesBook | None


class _PutAside(NamedTuple):
    """A file that is no longer in use, the text it was in use for, and the one after that."""

    text: str
    holding: _Holding
    other: str | None = None


class Session(QObject):
    """One text with its takes, and their file: a text alone, or a project. GUI thread only.

    Signals:
        text_replaced(str): another text takes the place of the whole; undo starts afresh.
        takes_replaced(TakesBook or None): those of another text, before `text_replaced`.
        takes_changed(): the takes of this text.
        takes_lost(str): a sentence: the project that was opened has takes that cannot be read.
        parsed(ParsedText): the text has been read again.
        file_changed(): path, or whether there is something to save, may have changed.
    """

    text_replaced = Signal(str)
    takes_replaced = Signal(object)
    takes_changed = Signal()
    takes_lost = Signal(str)
    parsed = Signal(object)
    file_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._file: TextFile | None = None
        self._saved_text = ""
        self._project: Project | None = None  # as it was opened or saved last
        self._disk: TextFile | None = None  # the file as it lies on the disk
        self._put_aside: _PutAside | None = None
        self._takes: TakesBook | None = None
        self._saved_takes: TakesBook | None = None
        self._parsed: ParsedText | None = None
        self._expected: ParsedText | None = None
        self._reading_s = 0.0  # what the last reading took
        self._pause = QTimer(self, singleShot=True, interval=0)
        self._pause.timeout.connect(self._read_after_keys)

    @property
    def text(self) -> str:
        """The text as it stands in the editor, lines ended by line feeds."""
        return self._text

    @property
    def path(self) -> Path | None:
        """Where the text is saved; None for a piece without a name."""
        return self._file.path if self._file else None

    @property
    def is_modified(self) -> bool:
        """Something that the file can hold would be lost without saving."""
        return self._text != self._saved_text or (self.is_project and self.has_unsaved_takes)

    @property
    def is_project(self) -> bool:
        """The file in use keeps takes as well."""
        return self._project is not None

    @property
    def takes(self) -> TakesBook:
        """The takes of this text."""
        if self._takes is None:
            from lilydesk.composing.takes import TakesBook

            self._takes = TakesBook()
        return self._takes

    @property
    def has_takes(self) -> bool:
        """There are takes; asking this loads nothing."""
        return self._takes is not None and bool(self._takes.takes)

    @property
    def has_unsaved_takes(self) -> bool:
        """There are takes, or names of takes, that no project file holds."""
        saved = self._saved_takes.takes if self._saved_takes else ()
        return self._takes is not None and self._takes.takes != saved

    @property
    def is_changed_on_disk(self) -> bool:
        """Another program has written the file since. Raises FileError."""
        return self._disk is not None and is_changed_on_disk(self._disk)

    @property
    def current(self) -> ParsedText:
        """What the text means; read now if a change is still waiting."""
        if self._parsed is None or self._pause.isActive():
            self.parse_now()
        assert self._parsed is not None
        return self._parsed

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Faults in the text, as last read."""
        from lilydesk.app.problems import problems_of

        return problems_of(self._text, self.current)

    def set_text(self, text: str, *, is_undone: bool = False) -> None:
        """The editor has changed; it is read once the keys pressed so far are in.

        `is_undone`: something can be done again, so it was an undo (or not the last redo).
        """
        if text == self._text:
            return
        was_modified = self.is_modified
        before, self._text = self._text, text
        self._follow_undo(before, is_undone)
        if self._pause.interval() or not self._pause.isActive():
            self._pause.start()  # what is read soon is read while typing goes on
        if was_modified != self.is_modified:
            self.file_changed.emit()

    def set_takes(self, takes: TakesBook) -> None:
        """The takes of this text have changed."""
        was_modified = self.is_modified
        self._takes = takes
        self.takes_changed.emit()
        if was_modified != self.is_modified:
            self.file_changed.emit()

    def expect(self, parsed: ParsedText) -> None:
        """The text is about to become what is read here already."""
        self._expected = parsed

    def parse_now(self) -> None:
        """Read the text without waiting for the pause."""
        from lilydesk.lilylet import parse_document, reparse

        self._pause.stop()
        begin_s = time.perf_counter()
        before, text = self._expected or self._parsed, self._text
        self._expected = None
        self._parsed = reparse(before, text) if before else parse_document(text)
        self._reading_s = time.perf_counter() - begin_s
        self.parsed.emit(self._parsed)

    def _read_after_keys(self) -> None:
        self.parse_now()
        taken_ms = int(1000 * self._reading_s)
        # what takes long is read less often, so that typing never waits twice for one word
        pause_ms = 0 if taken_ms <= _SOON_READ_MS else min(2 * taken_ms, _LONGEST_PAUSE_MS)
        self._pause.setInterval(pause_ms)

    def start_new(self, text: str = "") -> None:
        """A text without a file, with nothing in it to save: empty, or a score translated."""
        self._take(None, None, text)

    def open(self, path: Path) -> None:
        """Open a text or a project. Raises FileError; the session is then as before."""
        file, project = _opened(path)
        self._take(file, project, file.text)
        if project is not None and project.problem:
            self.takes_lost.emit(project.problem)

    def recover(self, text: str, path: Path | None, takes: TakesBook | None = None) -> None:
        """Take back a text that was not saved; it counts as changed since its file, if any."""
        file, project = None, None
        if path is not None:
            with suppress(FileError):
                file, project = _opened(path)
        self._hold(file, project)
        self._text, self._saved_text = text, file.text if file else ""
        self._takes = takes or self._saved_takes
        self._announce()

    def save(self) -> None:
        """Save to the file in use. Raises FileError; there must be one."""
        assert self._file is not None
        self._write(self._file.with_text(self._text))

    def save_as(self, path: Path) -> None:
        """Save to another file, which becomes the one in use. Raises FileError.

        The suffix .lilydesk makes it a project, which keeps the takes as well.
        """
        # the line ends of the text go with it, whatever the other file held
        like = self._file or new_text_file(path, "")
        self._write(TextFile(path, like.with_text(self._text).raw))

    def forget_file(self) -> None:
        """The text becomes a piece without a name; its file stays as it is on the disk.

        Where Undo brings the text of now back, its file comes back with it, until Redo.
        """
        self._put_aside = _PutAside(self._text, self._holding)
        self._hold_nothing()

    @property
    def _holding(self) -> _Holding:
        return _Holding(self._file, self._disk, self._project, self._saved_text, self._saved_takes)

    def _hold_nothing(self) -> None:
        self._take_up(_Holding(None, None, None, "", None))

    def _take_up(self, holding: _Holding) -> None:
        self._file, self._disk, self._project, self._saved_text, self._saved_takes = holding
        self.file_changed.emit()

    def _follow_undo(self, before: str, is_undone: bool) -> None:
        """The text was `before`: it may be the one again that had a file, or no longer."""
        aside = self._put_aside
        if aside is None:
            return
        if self._file is None and is_undone and self._text == aside.text:
            self._put_aside = aside._replace(other=before)
            self._take_up(aside.holding)
        elif self._file is not None and self._text == aside.other and before == aside.text:
            self._put_aside = _PutAside(before, self._holding)
            self._hold_nothing()

    def project_bytes(self) -> bytes:
        """Text and takes as they stand, as the bytes of a project file."""
        like = self._file or new_text_file(Path(), "")
        return project_bytes(new_project(Path(), like.with_text(self._text), self.takes))

    def shutdown(self) -> None:
        """Read no more."""
        self._pause.stop()

    def _write(self, file: TextFile) -> None:
        self._put_aside = None
        disk, project = file, None
        if is_project(file.path):
            project = replace(
                self._project or new_project(file.path, file, self.takes),
                score=file, takes=self.takes, problem="",
            )  # fmt: skip
            disk = TextFile(file.path, project_bytes(project))
        save_text_file(disk)
        if project is not None:
            self._saved_takes = project.takes
        self._file, self._disk, self._project = file, disk, project
        self._saved_text = self._text
        self.file_changed.emit()

    def _take(self, file: TextFile | None, project: Project | None, text: str) -> None:
        self._hold(file, project)
        self._saved_text = self._text = text
        self._takes = self._saved_takes
        self._announce()

    def _hold(self, file: TextFile | None, project: Project | None) -> None:
        self._file, self._disk, self._project = file, file, project
        self._saved_takes = self._put_aside = None
        if project is not None:
            self._disk = TextFile(project.score.path, project.raw)
            self._saved_takes = project.takes

    def _announce(self) -> None:
        self.takes_replaced.emit(self._takes)
        self.text_replaced.emit(self._text)
        self.parse_now()
        self._pause.setInterval(0)
        self.file_changed.emit()


def _opened(path: Path) -> tuple[TextFile, Project | None]:
    if is_project(path):
        project = read_project(path)
        return project.score, project
    return open_text_file(path), None
