"""The engraver's process, as seen from the program: requests go in, scores come out.

Only the newest request waits; one is with the process at a time, so that sending never blocks on
a process that is busy drawing. The process dies with its parent, and is started again if it dies
alone (a score may crash verovio; that score is not tried twice).
"""

from __future__ import annotations

import gc
import multiprocessing
import signal
from contextlib import suppress
from multiprocessing.connection import Connection

from lilydesk.engraving.display import EngravedScore
from lilydesk.engraving.request import EngravingFailure, EngravingRequest
from lilydesk.engraving.workshop import Packer, Parcel, Unpacker, Workshop
from lilydesk.errors import EngravingError

_PATIENCE_S = 2.0  # for a process that was asked to end; a drawing in progress is not waited for


class Engraver:
    """Owns the process. Call from one thread; `fileno()` becomes readable when an answer is there.

    The process starts with the first request (or `start`) and is gone after `close`.
    """

    def __init__(self) -> None:
        self._connection: Connection | None = None
        self._process: multiprocessing.process.BaseProcess | None = None
        self._unpacker = Unpacker()
        self._at_work: EngravingRequest | None = None
        self._waiting: EngravingRequest | None = None

    @property
    def is_busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._at_work is not None

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
        """Wait until `receive` would not block; False after `timeout_s`."""
        assert self._connection is not None
        try:
            return self._connection.poll(timeout_s)
        except OSError:  # Windows says so here if the process died; `receive` will tell
            return True

    def start(self) -> None:
        """Start the process, about a tenth of a second before it answers; no-op if it runs."""
        if self._connection is not None:
            return
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(
            target=serve, args=(theirs,), name="lilydesk-engraver", daemon=True
        )
        self._process.start()
        theirs.close()
        self._unpacker = Unpacker()

    def submit(self, request: EngravingRequest) -> None:
        """Ask for a score. Replaces a request that still waits."""
        self._waiting = request
        self._send_next()

    def receive(self) -> EngravedScore | EngravingFailure | None:
        """The answer that is there; blocks if there is none.

        None if the process died while it had nothing to do. Raises EngravingError if it died at
        work. Either way it is started again when a request waits or comes.
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
        self._at_work = None
        self._send_next()
        return self._unpacker.unpack(answer) if isinstance(answer, Parcel) else answer

    def close(self) -> None:
        """End the process, whatever it is doing. The engraver may be used again."""
        self._waiting = None
        self._bury()

    def _send_next(self) -> None:
        if self._at_work is not None or self._waiting is None:
            return
        self.start()
        assert self._connection is not None
        self._at_work, self._waiting = self._waiting, None
        with suppress(OSError):  # it died just now: `receive` will find out and say so
            self._connection.send(self._at_work)

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


def serve(connection: Connection) -> None:
    """The process: answer requests until the other end closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program, which then closes us
    # Display lists are many tuples and no cycles: collecting often costs half the time.
    gc.set_threshold(200_000, 50, 50)
    workshop, packer = Workshop(), Packer()
    with suppress(EOFError, OSError):
        while True:
            connection.send(_answer(connection.recv(), workshop, packer))


def _answer(
    request: EngravingRequest, workshop: Workshop, packer: Packer
) -> Parcel | EngravingFailure:
    try:
        return packer.pack(workshop.engrave(request))
    except EngravingError as error:
        return EngravingFailure(request.number, error.message, error.hint)
