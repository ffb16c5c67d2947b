"""ExportRunner: writes a document in another format beside the GUI thread."""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from lilydesk.app.convert import check_suffix, write_document_as
from lilydesk.app.messages import Messages
from lilydesk.errors import LilyDeskError

if TYPE_CHECKING:
    from lilydesk.notation import Document


class ExportRunner(QObject):
    """One export at a time. Call from the GUI thread only; says in the message bar how it went.

    Signal: exported(bool): an export has ended, well or not.
    """

    exported = Signal(bool)
    _ended = Signal(object, object)  # paths, error

    def __init__(self, messages: Messages) -> None:
        super().__init__()
        self._messages = messages
        self._thread: Thread | None = None
        self._ended.connect(self._on_ended)

    def export(self, document: Document, target: Path, sound_font: str = "") -> None:
        """Begin to write, unless another export is still under way."""
        if self._thread is not None and self._thread.is_alive():
            self._messages.notice("Another file is still being written.", "Export it after that.")
            self.exported.emit(False)
            return
        try:
            check_suffix(target)
        except LilyDeskError as error:
            self._messages.report(error)
            self.exported.emit(False)
            return
        self.shutdown()
        self._messages.notice(f"Writing “{target.name}”…")
        self._thread = Thread(target=self._run, args=(document, target, sound_font), name="export")
        self._thread.start()

    def shutdown(self) -> None:
        """Wait until the file is written; half a file would be of no use."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self, document: Document, target: Path, sound_font: str) -> None:
        try:
            self._ended.emit(write_document_as(document, target, sound_font), None)
        except Exception as error:  # handed to the GUI thread, which knows whose fault it is
            self._ended.emit((), error)

    @Slot(object, object)
    def _on_ended(self, paths: tuple[Path, ...], error: Exception | None) -> None:
        self.exported.emit(error is None)
        if isinstance(error, LilyDeskError):
            self._messages.report(error)
        elif error is not None:
            raise error
        elif len(paths) == 1:
            self._messages.notice(f"Wrote “{paths[0]}”.")
        else:
            self._messages.notice(f"Wrote {len(paths)} pages, “{paths[0]}” and following.")
