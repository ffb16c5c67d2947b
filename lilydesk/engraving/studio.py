"""Two engravers for one score: one lays out all of it, the other retouches the lines just edited.

Laying out takes milliseconds per measure; retouching takes the same few in any score, because the
line breaks stay. So an edit is retouched at once, and laid out when a moment has passed; the new
layout is then the ground for the next retouching.
"""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import accumulate

from lilydesk.engraving.display import EngravedScore, Outline
from lilydesk.engraving.engraver import Engraver
from lilydesk.engraving.request import (
    Adopted,
    Adoption,
    EngravingFailure,
    EngravingRequest,
    Preview,
    Retouch,
    Retouched,
)
from lilydesk.errors import EngravingError

_LEAST_PAUSE_S, _MOST_PAUSE_S = 0.25, 10.0
_REST = 2.0  # pause after a layout, in times of what it took: leave the cores to others
_NICENESS = 5  # of the layouter: a key, and the line that it changes, go before


class Studio:
    """Owns both engravers. Call from one thread, `receive` whenever one of them is readable.

    Layouts wait for `lay_out`, which is to be called `pause_s` after `wants_layout` became true;
    where nothing can be retouched, the layout starts by itself.
    """

    def __init__(self) -> None:
        self.layouter = Engraver(niceness=_NICENESS)
        self.retoucher = Engraver()
        self.pause_s = _LEAST_PAUSE_S
        self._newest: EngravingRequest | None = None
        self._laid_out = 0  # number of the newest request given to the layouter
        self._forgotten = 0  # number of the newest request for another document
        self._began_s = 0.0
        self._glyphs: dict[str, Outline] = {}
        self._ground: EngravedScore | None = None  # what the retoucher's places refer to
        self._adopting: dict[int, EngravedScore] = {}

    @property
    def engravers(self) -> tuple[Engraver, Engraver]:
        """Both."""
        return self.layouter, self.retoucher

    @property
    def wants_layout(self) -> bool:
        """The newest score has only been retouched."""
        return self._newest is not None and self._newest.number > self._laid_out

    @property
    def is_laying_out(self) -> bool:
        """Line breaks for the newest score are still to come."""
        return self.wants_layout or self.layouter.is_busy

    @property
    def is_busy(self) -> bool:
        """An answer is still to come."""
        return self.wants_layout or any(engraver.is_busy for engraver in self.engravers)

    def request(self, request: EngravingRequest) -> None:
        """Ask for a score: the document after an edit, another one, or other lines."""
        self._newest = request
        if self._ground is not None and self._ground.width == request.width_mm * 100:
            self.retoucher.submit(_retouch(request))
            return
        if self._ground is None:
            self.retoucher.submit(Preview(request.number, request.mei, request.width_mm))
        self.lay_out()

    def lay_out(self) -> None:
        """Lay out the newest score, if that is still to be done."""
        if self._newest is not None and self.wants_layout:
            self._laid_out = self._newest.number
            if not self.layouter.is_busy:
                self._began_s = time.perf_counter()
            self.layouter.submit(self._newest)

    def receive(self, engraver: Engraver) -> EngravedScore | EngravingFailure | None:
        """What came from an engraver, if it is something new to show.

        Raises EngravingError if the engraver died and the score cannot be had from the other one.
        """
        if engraver is self.layouter:
            return self._receive_layout()
        return self._receive_retouch()

    def forget(self) -> None:
        """Another document: nothing so far is ground for it."""
        if self._newest is not None:
            self._forgotten = self._newest.number
        self._ground = self._newest = None
        self._adopting.clear()
        for engraver in self.engravers:
            engraver.forget_waiting()

    def close(self) -> None:
        """End both processes."""
        self.forget()
        for engraver in self.engravers:
            engraver.close()

    # ---- layouts

    def _receive_layout(self) -> EngravedScore | EngravingFailure | None:
        request, answer = self.layouter.at_work, self.layouter.receive()
        if request is not None and self.layouter.at_work is request:  # more of it is to come
            return None
        now_s = time.perf_counter()
        self.pause_s = min(max(_LEAST_PAUSE_S, _REST * (now_s - self._began_s)), _MOST_PAUSE_S)
        self._began_s = now_s
        if isinstance(answer, EngravedScore) and isinstance(request, EngravingRequest):
            return self._take_layout(request, answer)
        return answer if isinstance(answer, EngravingFailure) else None

    def _take_layout(self, request: EngravingRequest, score: EngravedScore) -> EngravedScore | None:
        if score.number <= self._forgotten or self._newest is None:
            return None
        self._glyphs = self._glyphs | score.glyphs
        score = _with_known(score, self._ground)
        if _is_same(score, self._ground):
            return None
        self._adopting[score.number] = score
        self.retoucher.submit(adoption_of(request, score))
        if request.width_mm == self._newest.width_mm and request.number < self._newest.number:
            self.retoucher.submit(_retouch(self._newest))
        return score

    # ---- retouches

    def _receive_retouch(self) -> EngravedScore | None:
        pid = self.retoucher.pid
        try:
            answer = self.retoucher.receive()
        except EngravingError:
            answer = None
        if self.retoucher.pid != pid:  # died, and what it knew with it; the layouter will do
            self._ground = None
            self._adopting.clear()
            self.lay_out()
        match answer:
            case EngravedScore():  # a preview
                self._glyphs = self._glyphs | answer.glyphs
                return answer if answer.number > self._forgotten else None
            case Adopted():
                self._ground = self._adopting.pop(answer.number, None)
            case Retouched():
                return self._take_retouch(answer)
            case EngravingFailure():
                self.lay_out()
        return None

    def _take_retouch(self, answer: Retouched) -> EngravedScore | None:
        self._glyphs = self._glyphs | answer.glyphs
        ground = self._ground
        if answer.systems is None or answer.is_part:
            self.lay_out()
        if ground is None or answer.systems is None:
            return None
        systems = tuple(
            ground.systems[one] if isinstance(one, int) else one for one in answer.systems
        )
        score = EngravedScore(
            answer.number, ground.width, systems, self._glyphs, is_whole=not answer.is_part
        )
        if answer.is_part:
            return score
        self._ground = _with_known(score, ground)
        return self._ground


def _retouch(request: EngravingRequest) -> Retouch:
    return Retouch(request.number, request.mei, request.first_in_sight)


def adoption_of(request: EngravingRequest, score: EngravedScore) -> Adoption:
    """What the retoucher has to know of a score that was laid out."""
    sizes = [len(system.measures) for system in score.systems if system.kind == "system"]
    breaks = tuple(accumulate(sizes, initial=0))
    n_headers = len(score.systems) - len(sizes)
    return Adoption(request.number, request.mei, request.width_mm, breaks, n_headers)


def _with_known(score: EngravedScore, known: EngravedScore | None) -> EngravedScore:
    """The score, with systems that equal one of those before replaced by it."""
    if known is None:
        return score
    before = {(system.kind, system.measures): system for system in known.systems}
    pairs = ((system, before.get((system.kind, system.measures))) for system in score.systems)
    systems = tuple(old if old is not None and old == new else new for new, old in pairs)
    return replace(score, systems=systems)


def _is_same(score: EngravedScore, known: EngravedScore | None) -> bool:
    """The very systems that are shown already, for the same request."""
    if known is None or (known.number, known.width) != (score.number, score.width):
        return False
    return len(score.systems) == len(known.systems) and all(
        new is old for new, old in zip(score.systems, known.systems, strict=True)
    )
