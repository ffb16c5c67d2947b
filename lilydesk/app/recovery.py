"""Recovery: a copy of the unsaved text and its takes outlives the process, whatever ends it.

A crash in native code (a model's, the engraver's, Qt's) asks nobody. So the text is kept beside
the settings while it is not saved: a second after a change at the latest, and before a model
begins to write. The next start finds the copies whose process is gone.
"""

from __future__ import annotations

import json
import os
import uuid
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, QTimer

from lilydesk.app.files import new_text_file
from lilydesk.app.messages import UNSAVED, Messages
from lilydesk.app.project_file import new_project, project_bytes
from lilydesk.app.session import Session
from lilydesk.errors import LilyDeskError

if TYPE_CHECKING:
    from lilydesk.composing.takes import TakesBook

PAUSE_MS = 1000


@dataclass(frozen=True, slots=True)
class LeftText:
    """A text that was not saved when its process ended."""

    text: str
    path: Path | None  # the file it belongs to
    kept_at: float  # seconds since the epoch
    takes: TakesBook | None = None


class Recovery(QObject):
    """Keeps the session's unsaved text in a file of this process. GUI thread only.

    Nothing is written before `start`. A disk that cannot be written is no reason to disturb.
    """

    def __init__(self, folder: Path, session: Session, messages: Messages) -> None:
        super().__init__()
        self._folder = folder
        self._session = session
        self._messages = messages
        self._file = folder / f"{uuid.uuid4().hex}.json"
        self._lock: QLockFile | None = None
        self._kept: tuple[str, TakesBook | None] | None = None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.keep_now)

    def start(self) -> None:
        """Follow the session from now on."""
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
        self._lock = _lock_of(self._file)
        self._lock.tryLock(0)
        self._session.parsed.connect(self._on_change)
        self._session.takes_changed.connect(self._on_change)
        self._session.file_changed.connect(self._on_change)

    def shutdown(self) -> None:
        """The program ends as it should: nothing is left behind."""
        self._pause.stop()
        if self._lock is not None:
            self._forget()
            self._lock.unlock()
            self._lock = None

    def keep_now(self) -> None:
        """Write the text if it is not saved; without waiting for the disk to confirm it."""
        self._pause.stop()
        if self._lock is None:
            return
        text = self._session.text
        takes = self._session.takes if self._session.has_takes else None
        if not (self._is_needed and (text.strip() or takes)):
            self._forget()
        elif (text, takes) != self._kept:
            with suppress(OSError):
                _write(self._file, text, self._session.path, takes)
                self._kept = (text, takes)

    def take_back(self, *, into_session: bool) -> None:
        """Bring back what processes that are gone had not saved: the newest into the session.

        The others, or all, are put into a folder, and the composer is told where.
        """
        left = sorted(self._leftovers().items(), key=lambda item: -item[1].kept_at)
        for file, text in left:
            if into_session:
                self._session.recover(text.text, text.path, text.takes)
                self.keep_now()
                self._messages.warn(
                    "LilyDesk ended unexpectedly; your text is back.",
                    "Save it to keep it.",
                    UNSAVED,
                )
            elif not self._put_aside(text):
                continue
            into_session = False
            for path in (file, file.with_suffix(".lock")):
                with suppress(OSError):
                    path.unlink(missing_ok=True)

    @property
    def _is_needed(self) -> bool:
        return self._session.is_modified or self._session.has_unsaved_takes

    def _on_change(self) -> None:
        if not self._is_needed:
            self.keep_now()
        elif not self._pause.isActive():
            self._pause.start()

    def _forget(self) -> None:
        self._kept = None
        with suppress(OSError):
            self._file.unlink(missing_ok=True)

    def _leftovers(self) -> dict[Path, LeftText]:
        found = {}
        for file in self._folder.glob("*.json"):
            lock = _lock_of(file)
            if file != self._file and lock.tryLock(0):
                with suppress(OSError, ValueError, KeyError, TypeError):
                    found[file] = _read(file)
                lock.unlock()
        return found

    def _put_aside(self, left: LeftText) -> bool:
        kept_at = datetime.fromtimestamp(left.kept_at)
        path = self._folder.parent / "rescued" / f"rescued-{kept_at:%Y-%m-%d-%H%M%S-%f}.lyl"
        data = left.text.encode("utf-8", "surrogatepass")
        if left.takes is not None:
            path = path.with_suffix(".lilydesk")
            score = replace(new_text_file(path, ""), raw=data)
            data = project_bytes(new_project(path, score, left.takes))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError:
            return False
        self._messages.warn(
            "LilyDesk ended unexpectedly with a text that was not saved.", f"It lies at {path}."
        )
        return True


def _lock_of(file: Path) -> QLockFile:
    """Free once the process that held it is gone, however long it lives."""
    lock = QLockFile(str(file.with_suffix(".lock")))
    lock.setStaleLockTime(0)
    return lock


def _write(file: Path, text: str, path: Path | None, takes: TakesBook | None) -> None:
    """The old copy or the new one is there at any time."""
    new = file.with_suffix(".new")
    content = {"text": text, "path": str(path) if path else None}
    if takes is not None:
        from lilydesk.composing.takes_json import write_takes

        content["takes"] = write_takes(takes)
    new.write_text(json.dumps(content), encoding="utf-8")
    os.replace(new, file)


def _read(file: Path) -> LeftText:
    content = json.loads(file.read_text(encoding="utf-8"))
    path = Path(content["path"]) if content["path"] else None
    takes = None
    if content.get("takes"):
        from lilydesk.composing.takes_json import read_takes

        with suppress(LilyDeskError):
            takes = read_takes(content["takes"])
    return LeftText(str(content["text"]), path, file.stat().st_mtime, takes)
