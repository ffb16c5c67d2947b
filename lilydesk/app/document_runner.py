"""DocumentRunner: what takes long with a document, beside the GUI thread.

Writing MEI, working out a performance or an edit of the whole text take a good part of a second
for 500 measures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QThread, Signal, Slot

if TYPE_CHECKING:
    from lilydesk.codecs.mei import MeiEncoder, MeiMeasure
    from lilydesk.engraving import Cut, CutScore
    from lilydesk.lilylet import ParsedText
    from lilydesk.lilylet.edits import EditResult
    from lilydesk.notation import Document
    from lilydesk.notation.span import Span
    from lilydesk.playback import Plan
    from lilydesk.timeline import Performance

Work = Callable[[Any], Any]
"""A pure function of a document, or of another value that never changes."""


Edit = Callable[["ParsedText", "Span"], "EditResult"]
"""What an operation changes where this is selected; a pure function."""


@dataclass(frozen=True, slots=True)
class EditOrder:
    """An edit to be worked out."""

    parsed: ParsedText
    selection: Span
    edit: Edit

    def result(self) -> EditResult:
        """What it changes."""
        return self.edit(self.parsed, self.selection)


@dataclass(frozen=True, slots=True)
class EditOutcome:
    """What an edit changes, and the reading of the text that it gives."""

    result: EditResult
    parsed: ParsedText


def encoder() -> Work:
    """A function of a document that writes MEI, with accidentals as in printed music.

    The MEI is in pieces, as `CutScore`; measures that the call before had as well are the same
    objects. One thread only.
    """
    encoders: list[MeiEncoder] = []
    known: dict[int, tuple[MeiMeasure, Cut]] = {}

    def encode(document: Document) -> CutScore:
        from lilydesk.codecs.mei import AccidentalStyle, MeiEncoder
        from lilydesk.engraving import Cut, CutScore

        if not encoders:
            encoders.append(MeiEncoder(AccidentalStyle.CONVENTIONAL))
        pieces = encoders[0].encode_pieces(document)
        for index, measure in enumerate(pieces.measures):
            if index not in known or known[index][0] is not measure:
                known[index] = measure, Cut(*measure)
        cuts = (known[index][1] for index in range(len(pieces.measures)))
        return CutScore(pieces.head, pieces.definition, tuple(cuts))

    return encode


def perform(document: Document) -> tuple[Performance, Plan]:
    """What the document sounds like, and the plan to play it by."""
    from lilydesk.playback import Plan
    from lilydesk.timeline import perform

    performance = perform(document)
    return performance, Plan(performance)


def edit(order: EditOrder) -> EditOutcome:
    """Work out an edit, and read the text that it leads to."""
    from lilydesk.lilylet import reparse
    from lilydesk.lilylet.edits import apply_edits

    result = order.result()
    return EditOutcome(result, reparse(order.parsed, apply_edits(order.parsed.text, result.edits)))


class _Worker(QObject):
    """Lives on the worker thread."""

    ended = Signal(int, object)  # number, result or the exception that is our own fault

    def __init__(self, work: Work) -> None:
        super().__init__()
        self._work = work
        self.newest = 0  # written by the GUI thread: older requests need not be answered

    @Slot(int, object)
    def on_request(self, number: int, what: Any) -> None:
        """Do the work, unless a newer document waits already."""
        if number < self.newest:
            return
        try:
            self.ended.emit(number, self._work(what))
        except Exception as error:  # handed to the GUI thread, where the hook saves the text first
            self.ended.emit(number, error)


class DocumentRunner(QObject):
    """Does one kind of work with the newest document (or order). Call from the GUI thread only.

    With `in_place` each request is answered before `request` returns, without a thread (tests).

    Signal: done(object): the result for the newest document.
    """

    done = Signal(object)
    _requested = Signal(int, object)

    def __init__(self, work: Work, *, in_place: bool = False) -> None:
        super().__init__()
        self._work = work
        self._is_in_place = in_place
        self._thread: QThread | None = None
        self._worker: _Worker | None = None
        self._newest = 0

    def request(self, what: Any) -> None:
        """Work on this document and forget the ones before."""
        if self._is_in_place:
            self.done.emit(self._work(what))
            return
        worker = self._start_thread()
        self._newest += 1
        worker.newest = self._newest
        self._requested.emit(self._newest, what)

    def forget(self) -> None:
        """Answer none of the requests so far."""
        self._newest += 1

    def shutdown(self) -> None:
        """End the thread; no signal comes afterwards."""
        self.forget()
        if self._thread is not None:
            self._thread.quit()
            self._thread.wait()
            self._thread = self._worker = None

    def _start_thread(self) -> _Worker:
        if self._worker is None:
            self._thread = QThread()
            self._thread.setObjectName(f"document: {self._work.__name__}")
            self._worker = _Worker(self._work)
            self._worker.moveToThread(self._thread)
            self._requested.connect(self._worker.on_request)
            self._worker.ended.connect(self._on_ended)
            self._thread.start()
        return self._worker

    @Slot(int, object)
    def _on_ended(self, number: int, result: Any) -> None:
        if isinstance(result, Exception):
            raise result
        if number == self._newest:
            self.done.emit(result)
