"""EncodingRunner: a document becomes MEI beside the GUI thread, where 500 measures take long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal, Slot

if TYPE_CHECKING:
    from lilydesk.notation import Document


class _Encoder(QObject):
    """Lives on the worker thread."""

    ended = Signal(int, object)  # number, MEI or the exception that is our own fault

    def __init__(self) -> None:
        super().__init__()
        self.newest = 0  # written by the GUI thread: older requests need not be answered

    @Slot(int, object)
    def on_request(self, number: int, document: Document) -> None:
        """Encode, unless a newer document waits already."""
        if number < self.newest:
            return
        try:
            self.ended.emit(number, _encode(document))
        except Exception as error:  # handed to the GUI thread, where the hook saves the text first
            self.ended.emit(number, error)


class EncodingRunner(QObject):
    """Encodes the newest document. Call from the GUI thread only.

    With `in_place` each request is answered before `request` returns, without a thread (tests).

    Signal: encoded(str): the MEI of the newest document.
    """

    encoded = Signal(str)
    _requested = Signal(int, object)

    def __init__(self, *, in_place: bool = False) -> None:
        super().__init__()
        self._is_in_place = in_place
        self._thread: QThread | None = None
        self._encoder: _Encoder | None = None
        self._newest = 0

    def request(self, document: Document) -> None:
        """Encode this document and forget the ones before."""
        if self._is_in_place:
            self.encoded.emit(_encode(document))
            return
        encoder = self._start_thread()
        self._newest += 1
        encoder.newest = self._newest
        self._requested.emit(self._newest, document)

    def forget(self) -> None:
        """Answer none of the requests so far."""
        self._newest += 1

    def shutdown(self) -> None:
        """End the thread; no signal comes afterwards."""
        self.forget()
        if self._thread is not None:
            self._thread.quit()
            self._thread.wait()
            self._thread = self._encoder = None

    def _start_thread(self) -> _Encoder:
        if self._encoder is None:
            self._thread = QThread()
            self._thread.setObjectName("encoding")
            self._encoder = _Encoder()
            self._encoder.moveToThread(self._thread)
            self._requested.connect(self._encoder.on_request)
            self._encoder.ended.connect(self._on_ended)
            self._thread.start()
        return self._encoder

    @Slot(int, object)
    def _on_ended(self, number: int, result: str | Exception) -> None:
        if isinstance(result, Exception):
            raise result
        if number == self._newest:
            self.encoded.emit(result)


def _encode(document: Document) -> str:
    from lilydesk.codecs.mei import write_mei

    return write_mei(document)
