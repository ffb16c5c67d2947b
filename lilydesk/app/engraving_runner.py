"""EngravingRunner: the engravers' processes, watched by the event loop.

Ask as often as you like: each process draws one score at a time and only the newest request waits
for it. Answers that arrive are shown although a newer one is asked for already, so that a score
which grows faster than it can be drawn still grows on the page.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal

from lilydesk.engraving import (
    EngravedScore,
    Engraver,
    EngravingFailure,
    EngravingRequest,
    Mei,
    Studio,
    Workshop,
)
from lilydesk.errors import EngravingError

_MOST_PAUSES = 4  # that a layout is put off while somebody writes without a stop


class EngravingRunner(QObject):
    """Owns the engravers. Call from the GUI thread only.

    With `in_place` each request is answered before `request` returns, without a process (tests).

    Signals:
        engraved(EngravedScore): a score to show, never an older one than shown before, and asked
            for after the last `forget`. One request may be answered more than once: the beginning
            of a long score before all of it, an edit in place before new line breaks.
        failed(EngravingError): the score could not be drawn; what is shown may stay.
        busy_changed(bool): whether an answer is still to come.
    """

    engraved = Signal(object)
    failed = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, *, in_place: bool = False) -> None:
        super().__init__()
        self.first_in_sight: Callable[[], int] = lambda: 0  # set by whoever shows the score
        self._studio: Studio | None = None if in_place else Studio()
        self._workshop: Workshop | None = None
        self._watches: dict[Engraver, _Watch] = {}
        self._last_number = 0
        self._last_shown = 0
        self._forgotten = 0
        self._was_busy = False
        self._is_shut_down = False
        self._wanted_s = 0.0  # when the layout that is put off was first wanted
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._on_pause_over)

    @property
    def is_busy(self) -> bool:
        """An answer is still to come."""
        return self._studio is not None and self._studio.is_busy

    @property
    def is_laying_out(self) -> bool:
        """Line breaks for the newest score are still to come."""
        return self._studio is not None and self._studio.is_laying_out

    @property
    def last_number(self) -> int:
        """Number of the newest request."""
        return self._last_number

    @property
    def engraver_pids(self) -> list[int]:
        """The processes, for reports and tests: for layouts, for retouching."""
        engravers = self._studio.engravers if self._studio else ()
        return [engraver.pid for engraver in engravers if engraver.pid is not None]

    def warm_up(self) -> None:
        """Start the processes before the first request, to have the first score sooner."""
        if self._studio is not None and not self._is_shut_down:
            for engraver in self._studio.engravers:
                engraver.start()
            self._follow_up()

    def request(self, mei: Mei, width_mm: float = 180) -> int:
        """Ask for a score with lines of this width; returns the number of the request."""
        self._last_number += 1
        request = EngravingRequest(self._last_number, mei, width_mm, self.first_in_sight())
        if self._is_shut_down:  # a window that closes may still change its width
            pass
        elif self._studio is None:
            self._engrave_here(request)
        else:
            self._studio.request(request)
            self._follow_up()
            self._put_off_layout()
        return request.number

    def forget(self) -> None:
        """Treat every request so far as stale: another document was opened."""
        self._forgotten = self._last_number
        if self._studio is not None:
            self._studio.forget()
            self._follow_up()

    def shutdown(self) -> None:
        """End the processes, whatever they are doing. No signal comes afterwards, nor a process."""
        self._is_shut_down = True
        self._pause.stop()
        for engraver in list(self._watches):
            self._unwatch(engraver)
        if self._studio is not None:
            self._studio.close()

    def _engrave_here(self, request: EngravingRequest) -> None:
        self._workshop = self._workshop or Workshop()
        try:
            self._deliver(self._workshop.engrave(request))
        except EngravingError as error:
            self.failed.emit(error)

    def _on_readable(self, engraver: Engraver) -> None:
        if self._studio is None or not engraver.is_running or not engraver.wait(0):
            return
        pid = engraver.pid
        try:
            answer = self._studio.receive(engraver)
        except EngravingError as error:
            answer = EngravingFailure(self._last_number, error.message, error.hint)
        if engraver.pid != pid:
            self._unwatch(engraver)
        self._follow_up()
        if answer is not None:
            self._deliver(answer)

    def _deliver(self, answer: EngravedScore | EngravingFailure) -> None:
        if answer.number <= self._forgotten:
            return
        if isinstance(answer, EngravingFailure):
            if answer.number == self._last_number:  # a newer text may have mended it already
                self.failed.emit(EngravingError(answer.message, answer.hint))
        elif answer.number > self._last_shown - answer.is_whole:
            self._last_shown = answer.number
            self.engraved.emit(answer)

    def _on_pause_over(self) -> None:
        if self._studio is not None:
            self._studio.lay_out()
            self._follow_up()

    def _put_off_layout(self) -> None:
        """A layout takes a core, which the next key may need: it comes when nobody writes."""
        waited_s = time.perf_counter() - self._wanted_s
        if (
            self._pause.isActive()
            and self._studio
            and waited_s < _MOST_PAUSES * self._studio.pause_s
        ):
            self._pause.start()

    def _follow_up(self) -> None:
        """Watch the processes that there are now, and see what is still to be done."""
        assert self._studio is not None
        for engraver in self._studio.engravers:
            if engraver in self._watches:
                self._watches[engraver].resume()
            elif engraver.is_running:
                watch_it = self._watches[engraver] = watch(engraver)
                watch_it.readable.connect(partial(self._on_readable, engraver))
        if self._studio.wants_layout and not self._pause.isActive():
            self._wanted_s = time.perf_counter()
            self._pause.start(round(1000 * self._studio.pause_s))
        if self._studio.is_busy != self._was_busy:
            self._was_busy = self._studio.is_busy
            self.busy_changed.emit(self._was_busy)

    def _unwatch(self, engraver: Engraver) -> None:
        found = self._watches.pop(engraver)
        found.stop()
        found.deleteLater()


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
                if self._stopped.is_set():
                    return
                self.readable.emit()
                self._received.wait()


def watch(engraver: Engraver) -> _Watch:
    """The way to watch a pipe on this system."""
    return _ThreadWatch(engraver) if sys.platform == "win32" else _SocketWatch(engraver)
