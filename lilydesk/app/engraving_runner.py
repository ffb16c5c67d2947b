"""EngravingRunner: the engraver's process, watched by the event loop.

Ask as often as you like: the process draws one score at a time and only the newest request waits
for it. While it is busy, answers that arrive are shown although a newer one is asked for already,
so that a score which grows faster than it can be drawn still grows on the page.
"""

from __future__ import annotations

import sys
import threading

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot

from lilydesk.engraving import (
    EngravedScore,
    Engraver,
    EngravingFailure,
    EngravingRequest,
    Workshop,
)
from lilydesk.errors import EngravingError


class EngravingRunner(QObject):
    """Owns the engraver. Call from the GUI thread only.

    With `in_place` each request is answered before `request` returns, without a process (tests).

    Signals:
        engraved(EngravedScore): a score to show. Its number is larger than any shown before, and
            it was asked for after the last `forget`.
        failed(EngravingError): the score could not be drawn; what is shown may stay.
        busy_changed(bool): whether an answer is still to come.
    """

    engraved = Signal(object)
    failed = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None, *, in_place: bool = False) -> None:
        super().__init__(parent)
        self._engraver: Engraver | None = None if in_place else Engraver()
        self._workshop: Workshop | None = None
        self._watch: _Watch | None = None
        self._last_number = 0
        self._last_shown = 0
        self._was_busy = False

    @property
    def is_busy(self) -> bool:
        """An answer is still to come."""
        return self._engraver is not None and self._engraver.is_busy

    @property
    def engraver_pid(self) -> int | None:
        """The process, for reports and tests; None while there is none."""
        return self._engraver.pid if self._engraver else None

    def warm_up(self) -> None:
        """Start the process before the first request, to have the first score sooner."""
        if self._engraver is not None:
            self._engraver.start()
            self._follow_process()

    def request(self, mei: str, width_mm: float = 180) -> int:
        """Ask for a score with lines of this width; returns the number of the request."""
        self._last_number += 1
        request = EngravingRequest(self._last_number, mei, width_mm)
        if self._engraver is None:
            self._engrave_here(request)
        else:
            self._engraver.submit(request)
            self._follow_process()
        return request.number

    def forget(self) -> None:
        """Treat every request so far as stale: another document was opened."""
        self._last_shown = self._last_number

    def shutdown(self) -> None:
        """End the process, whatever it is doing. No signal comes afterwards."""
        self._unwatch()
        if self._engraver is not None:
            self._engraver.close()

    def _engrave_here(self, request: EngravingRequest) -> None:
        self._workshop = self._workshop or Workshop()
        try:
            self._deliver(self._workshop.engrave(request))
        except EngravingError as error:
            self.failed.emit(error)

    @Slot()
    def _on_readable(self) -> None:
        if self._engraver is None or not self._engraver.is_running or not self._engraver.wait(0):
            return
        try:
            answer = self._engraver.receive()
        except EngravingError as error:
            self._unwatch()
            self._follow_process()
            self.failed.emit(error)
            return
        if answer is None:
            self._unwatch()
        self._follow_process()
        if answer is not None:
            self._deliver(answer)

    def _deliver(self, answer: EngravedScore | EngravingFailure) -> None:
        if answer.number <= self._last_shown:
            return
        if isinstance(answer, EngravedScore):
            self._last_shown = answer.number
            self.engraved.emit(answer)
        elif answer.number == self._last_number:  # a newer text may have mended it already
            self.failed.emit(EngravingError(answer.message, answer.hint))

    def _follow_process(self) -> None:
        """Watch the pipe of the process that there is now, and report whether it works."""
        assert self._engraver is not None
        if self._watch is None and self._engraver.is_running:
            self._watch = watch(self._engraver)
            self._watch.readable.connect(self._on_readable)
        elif self._watch is not None:
            self._watch.resume()
        if self._engraver.is_busy != self._was_busy:
            self._was_busy = self._engraver.is_busy
            self.busy_changed.emit(self._was_busy)

    def _unwatch(self) -> None:
        if self._watch is not None:
            self._watch.stop()
            self._watch.deleteLater()
            self._watch = None


class _Watch(QObject):
    """Reports, in the GUI thread, that the engraver has something to receive."""

    readable = Signal()

    def resume(self) -> None:
        """What was reported has been received."""

    def stop(self) -> None:
        """Report nothing more."""
        raise NotImplementedError


class _SocketWatch(_Watch):
    """Lets Qt's event loop watch the pipe."""

    def __init__(self, engraver: Engraver) -> None:
        super().__init__()
        self._notifier = QSocketNotifier(engraver.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self.readable)

    def stop(self) -> None:
        self._notifier.setEnabled(False)


class _ThreadWatch(_Watch):
    """A thread that waits: pipes on Windows are nothing that Qt's event loop could watch."""

    _LOOK_UP_S = 0.2

    def __init__(self, engraver: Engraver) -> None:
        super().__init__()
        self._engraver = engraver
        self._stopped = threading.Event()
        self._received = threading.Event()
        self._thread = threading.Thread(target=self._run, name="engraver-watch", daemon=True)
        self._thread.start()

    def resume(self) -> None:
        self._received.set()

    def stop(self) -> None:
        self._stopped.set()
        self._received.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            if self._engraver.wait(self._LOOK_UP_S):
                self._received.clear()
                self.readable.emit()
                self._received.wait()


def watch(engraver: Engraver) -> _Watch:
    """The way to watch a pipe on this system."""
    return _ThreadWatch(engraver) if sys.platform == "win32" else _SocketWatch(engraver)
