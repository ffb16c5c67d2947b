"""Messages: the one place where an error of the world becomes a sentence in the window.

Anything that is not a LilyDeskError is a fault of ours: `RescueHook` first saves the text, then
reports.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Signal

from lilydesk.app.files import write_bytes
from lilydesk.errors import LilyDeskError

SCORE = "score"  # it cannot be drawn
SOUND = "sound"  # there is none
UNSAVED = "unsaved"  # the text should be saved
EDIT = "edit"  # it is being worked out
PIECE = "piece"  # something about the piece in the window


class Tone(Enum):
    """How a message sounds: it informs, warns, or says what failed."""

    NOTICE = "notice"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Message:
    """One plain sentence, and what to do next."""

    text: str
    hint: str = ""
    tone: Tone = Tone.NOTICE
    topic: str = ""  # what it holds for, until that is over: SCORE ...; "": one action


@dataclass(frozen=True, slots=True)
class CrashReport:
    """What the composer is told when the program itself is at fault."""

    trace: str
    rescued: Path | None  # where the text lies now; None if there was none or it failed


class Messages(QObject):
    """Carries messages to whoever shows them.

    Signals:
        shown(Message)
        over(topic): what was said of it holds no more; "" is what the last action failed at.
    """

    shown = Signal(object)
    over = Signal(str)

    def notice(self, text: str, hint: str = "", topic: str = "") -> None:
        """Say something that is not a failure."""
        self.shown.emit(Message(text, hint, topic=topic))

    def warn(self, text: str, hint: str = "", topic: str = "") -> None:
        """Say that something is not as asked for."""
        self.shown.emit(Message(text, hint, Tone.WARNING, topic))

    def report(self, error: LilyDeskError, topic: str = "") -> None:
        """Say what failed in the world."""
        self.shown.emit(Message(error.message, error.hint, Tone.ERROR, topic))


class RescueHook(QObject):
    """Saves the text, then reports a fault of ours. Signal: crashed(CrashReport).

    `content` gives the suffix and the bytes of what is worth saving; empty ones are not saved.
    """

    crashed = Signal(object)

    def __init__(
        self, folder: Path, content: Callable[[], tuple[str, bytes]], messages: Messages
    ) -> None:
        super().__init__()
        self._folder = folder
        self._content = content
        self._messages = messages
        self._reported: set[str] = set()

    def install(self) -> None:
        """Take the place of sys.excepthook."""
        sys.excepthook = self.on_exception

    def uninstall(self) -> None:
        """Give sys.excepthook back."""
        sys.excepthook = sys.__excepthook__

    def on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Answer an exception that nobody caught."""
        if isinstance(error, LilyDeskError):
            self._messages.report(error)
            return
        sys.__excepthook__(kind, error, trace)
        report = "".join(traceback.format_exception(kind, error, trace))
        # a fault in a timer would come back with every tick: it is reported once
        if isinstance(error, Exception) and report not in self._reported:
            self._reported.add(report)
            self.crashed.emit(CrashReport(report, self._rescue()))

    def _rescue(self) -> Path | None:
        try:
            suffix, data = self._content()
            if not data.strip():
                return None
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / f"rescued-{datetime.now():%Y-%m-%d-%H%M%S-%f}{suffix}"
            write_bytes(path, data)
        except Exception:  # in the hook itself nothing may escape; the report still goes out
            return None
        return path
