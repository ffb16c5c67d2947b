"""Session: the text being worked on, what it means, and the file it belongs to.

The editor's own document holds the text and its undo history; it tells the session each change.
"""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from lilydesk.app.files import (
    TextFile,
    is_changed_on_disk,
    new_text_file,
    open_text_file,
    save_text_file,
)
from lilydesk.errors import FileError

if TYPE_CHECKING:
    from lilydesk.app.problems import Problem
    from lilydesk.lilylet import ParsedText

_SHORTEST_PAUSE_MS = 30
_LONGEST_PAUSE_MS = 600


class Session(QObject):
    """One text and its file. GUI thread only.

    Signals:
        text_replaced(str): another text takes the place of the whole; undo starts afresh.
        parsed(ParsedText): the text has been read again.
        file_changed(): path, or whether there is something to save, may have changed.
    """

    text_replaced = Signal(str)
    parsed = Signal(object)
    file_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._file: TextFile | None = None
        self._saved_text = ""
        self._parsed: ParsedText | None = None
        self._pause = QTimer(self, singleShot=True, interval=_SHORTEST_PAUSE_MS)
        self._pause.timeout.connect(self.parse_now)

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
        """Something would be lost without saving."""
        return self._text != self._saved_text

    @property
    def is_changed_on_disk(self) -> bool:
        """Another program has written the file since. Raises FileError."""
        return self._file is not None and is_changed_on_disk(self._file)

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

    def set_text(self, text: str) -> None:
        """The editor has changed; the text is read again after a short pause."""
        if text == self._text:
            return
        was_modified = self.is_modified
        self._text = text
        if self._pause.interval() > _SHORTEST_PAUSE_MS or not self._pause.isActive():
            self._pause.start()  # a short text is read while typing goes on, a long one after it
        if was_modified != self.is_modified:
            self.file_changed.emit()

    def parse_now(self) -> None:
        """Read the text without waiting for the pause."""
        from lilydesk.lilylet import parse_document, reparse

        self._pause.stop()
        begin_s = time.perf_counter()
        before, text = self._parsed, self._text
        self._parsed = reparse(before, text) if before else parse_document(text)
        taken_ms = int(1000 * (time.perf_counter() - begin_s))
        # a long text is read less often, so that typing never waits twice for one word
        self._pause.setInterval(min(max(_SHORTEST_PAUSE_MS, 2 * taken_ms), _LONGEST_PAUSE_MS))
        self.parsed.emit(self._parsed)

    def start_new(self) -> None:
        """An empty text without a file."""
        self._take(None, "")

    def open(self, path: Path) -> None:
        """Open a file. Raises FileError; the session is then as before."""
        file = open_text_file(path)
        self._take(file, file.text)

    def recover(self, text: str, path: Path | None) -> None:
        """Take back a text that was not saved; it counts as changed since its file, if any."""
        self._file = None
        if path is not None:
            with suppress(FileError):
                self._file = open_text_file(path)
        self._text, self._saved_text = text, self._file.text if self._file else ""
        self.text_replaced.emit(text)
        self.parse_now()
        self.file_changed.emit()

    def save(self) -> None:
        """Save to the file in use. Raises FileError; there must be one."""
        assert self._file is not None
        self._write(self._file.with_text(self._text))

    def save_as(self, path: Path) -> None:
        """Save to another file, which becomes the one in use. Raises FileError."""
        # the line ends of the text go with it, whatever the other file held
        like = self._file or new_text_file(path, "")
        self._write(TextFile(path, like.with_text(self._text).raw))

    def forget_file(self) -> None:
        """The text becomes a piece without a name; its file stays as it is on the disk."""
        self._file, self._saved_text = None, ""
        self.file_changed.emit()

    def shutdown(self) -> None:
        """Read no more."""
        self._pause.stop()

    def _write(self, file: TextFile) -> None:
        save_text_file(file)
        self._file, self._saved_text = file, self._text
        self.file_changed.emit()

    def _take(self, file: TextFile | None, text: str) -> None:
        self._file, self._saved_text, self._text = file, text, text
        self.text_replaced.emit(text)
        self.parse_now()
        self.file_changed.emit()
