"""The engraver's process, as seen from the program: requests go in, scores come out.

Of each kind of request only the newest waits; one is with the process at a time, so that sending
never blocks on a process that is busy drawing. The process dies with its parent, and is started
again if it dies alone (a score may crash verovio; that score is not tried twice).
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection

from lilydesk.engraving.display import EngravedScore
from lilydesk.engraving.parcel import Packer, Parcel, Portion, Unpacker, in_portions
from lilydesk.engraving.pieces import Receiver, Sender
from lilydesk.engraving.request import (
    Adopted,
    Adoption,
    EngravingFailure,
    EngravingRequest,
    Preview,
    Request,
    Retouch,
    Retouched,
)
from lilydesk.engraving.retoucher import Retoucher
from lilydesk.engraving.workshop import Workshop
from lilydesk.errors import EngravingError

Answer = EngravedScore | EngravingFailure | Adopted | Retouched | None

_PATIENCE_S = 2.0  # for a process that was asked to end; a drawing in progress is not waited for


class Engraver:
    """Owns the process. Call from one thread; `fileno()` becomes readable when an answer is there.

    The process starts with the first request (or `start`) and is gone after `close`.
    """

    def __init__(self, niceness: int = 0) -> None:
        """`niceness`: how far the process stands back for others, where there is such a thing."""
        self._niceness = niceness
        self._connection: Connection | None = None
        self._process: multiprocessing.process.BaseProcess | None = None
        self._unpacker = Unpacker()
        self._sender = Sender()
        self._at_work: Request | None = None
        self._waiting: dict[type[Request], Request] = {}

    @property
    def is_busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._at_work is not None

    @property
    def at_work(self) -> Request | None:
        """The request that the next answer will be to."""
        return self._at_work

    @property
    def is_running(self) -> bool:
        """Whether there is a process to ask."""
        return self._connection is not None

    @property
    def pid(self) -> int | None:
        """Process id, for reports and tests."""
        return self._process.pid if self._process else None

    def fileno(self) -> int:
        """File descriptor of the pipe, to be watched for reading; only while running."""
        assert self._connection is not None
        return self._connection.fileno()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until `receive` would not block; False after `timeout_s`, or without a process.

        The one method that another thread may call.
        """
        connection = self._connection
        if connection is None:
            return False
        try:
            return connection.poll(timeout_s)
        except OSError:  # Windows says so here if the process died; `receive` will tell
            return True

    def start(self) -> None:
        """Start the process, about a tenth of a second before it answers; no-op if it runs."""
        if self._connection is not None:
            return
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(
            target=serve, args=(theirs, self._niceness), name="lilydesk-engraver", daemon=True
        )
        self._process.start()
        theirs.close()
        self._unpacker, self._sender = Unpacker(), Sender()

    def submit(self, request: Request) -> None:
        """Ask. Takes the place of a request of the same kind that still waits."""
        self._waiting.pop(type(request), None)
        self._waiting[type(request)] = request
        self._send_next()

    def forget_waiting(self) -> None:
        """Drop the requests that still wait."""
        self._waiting.clear()

    def receive(self) -> Answer:
        """The answer that is there; blocks if there is none.

        None if there was nothing to draw, or if the process died while it had nothing to do; also
        where only a portion of a long answer came: then the same request is still at work.
        Raises EngravingError if it died at work. It is started again when a request waits or comes.
        """
        assert self._connection is not None
        try:
            answer = self._connection.recv()
        except (EOFError, OSError) as error:
            was_busy = self.is_busy
            self._bury()
            self._send_next()
            if not was_busy:
                return None
            raise EngravingError(
                "The engraver stopped while drawing this score.",
                "Your text is safe; the score is drawn again with your next change.",
            ) from error
        if isinstance(answer, Portion):
            self._unpacker.add(answer)
            return None
        self._at_work = None
        self._send_next()
        return self._unpacker.unpack(answer) if isinstance(answer, Parcel) else answer

    def close(self) -> None:
        """End the process, whatever it is doing. The engraver may be used again."""
        self.forget_waiting()
        self._bury()

    def _send_next(self) -> None:
        if self._at_work is not None or not self._waiting:
            return
        self.start()
        assert self._connection is not None
        self._at_work = self._waiting.pop(next(iter(self._waiting)))
        sent = self._sender.pack(self._at_work.mei)
        with suppress(OSError):  # it died just now: `receive` will find out and say so
            self._connection.send((replace(self._at_work, mei=""), sent))

    def _bury(self) -> None:
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.terminate()
            self._process.join(_PATIENCE_S)
            if self._process.is_alive():
                self._process.kill()
                self._process.join()
            self._process.close()
        self._connection = self._process = self._at_work = None


def serve(connection: Connection, niceness: int = 0) -> None:
    """The process: answer requests until the other end closes."""
    if niceness and sys.platform != "win32":
        os.nice(niceness)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program, which then closes us
    # Display lists are many tuples and no cycles: collecting often costs half the time.
    gc.set_threshold(200_000, 50, 50)
    bench, receiver = _Bench(), Receiver()
    with suppress(EOFError, OSError):
        while True:
            request, sent = connection.recv()
            answer = bench.answer(replace(request, mei=receiver.unpack(sent)))
            for message in in_portions(answer) if isinstance(answer, Parcel) else (answer,):
                connection.send(message)


class _Bench:
    """The process's one workshop, and what it remembers between requests."""

    def __init__(self) -> None:
        self._workshop = Workshop()
        self._retoucher = Retoucher(self._workshop)
        self._packer = Packer()

    def answer(self, request: Request) -> Parcel | EngravingFailure | Adopted | Retouched | None:
        try:
            return self._work_on(request)
        except EngravingError as error:
            return EngravingFailure(request.number, error.message, error.hint)

    def _work_on(self, request: Request) -> Parcel | Adopted | Retouched | None:
        match request:
            case EngravingRequest():
                return self._packer.pack(self._workshop.engrave(request))
            case Preview():
                score = self._workshop.preview(request)
                return self._packer.pack(score) if score else None
            case Adoption():
                self._retoucher.adopt(request)
                return Adopted(request.number)
            case Retouch():
                found = self._retoucher.retouch(request)
                return replace(found, glyphs=self._packer.pack_glyphs(found.glyphs))
