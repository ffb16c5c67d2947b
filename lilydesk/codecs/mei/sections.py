"""Sections and endings: measures put together in the order in which they are played."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from lilydesk.codecs.mei.joining import MeiMeasure
from lilydesk.codecs.mei.measures import MeasurePiece
from lilydesk.notation import Document
from lilydesk.timeline.playing_order import Ending, playing_order, written_order
from lilydesk.timeline.shown_order import ShownOrder


@dataclass(frozen=True, slots=True)
class _Segment:
    """Measures that are always played one after another."""

    first: int
    last: int
    ending: Ending | None

    @property
    def identifier(self) -> str:
        return f"s{self.first}"

    @property
    def tag(self) -> str:
        """The opening tag of an ending, "" outside."""
        if self.ending is None:
            return ""
        side = "none" if self.ending.is_final else "angledown"  # the last one stays open
        label = ", ".join(f"{number}." for number in self.ending.numbers)
        first = self.ending.numbers[0]
        return f'<ending xml:id="{self.identifier}" n="{first}" label="{label}" lendsym="{side}">'

    def wrap(self, content: str) -> str:
        if self.ending is None:
            return f'<section xml:id="{self.identifier}">\n{content}</section>\n'
        return f"{self.tag}\n{content}</ending>\n"


def ending_tags(document: Document, shown: ShownOrder) -> dict[int, str]:
    """The opening tag of the ending that holds a measure, by the measure's index."""
    if not shown.endings:
        return {}
    order = playing_order(document)
    segments = _segments(len(document.measures), order, shown.endings) if order else []
    return {
        index: segment.tag
        for segment in segments
        for index in range(segment.first, segment.last + 1)
        if segment.tag
    }


def write_sections(
    document: Document,
    pieces: Iterable[MeasurePiece],
    measures: Iterable[MeiMeasure],
    shown: ShownOrder,
) -> str:
    """All measures, in one section, or in as many as the order of playing asks for."""
    texts = [measure.with_change for measure in measures]
    is_said = written_order(document) is not None or _has_unopened_repeat(pieces)
    order = playing_order(document) if is_said else []
    if not order:
        return f"<section>\n{''.join(texts)}</section>\n"
    segments = _segments(len(texts), order, shown.endings)
    by_start = {segment.first: segment for segment in segments}
    plist = " ".join(f"#{by_start[index].identifier}" for index in order if index in by_start)
    content = "".join(
        segment.wrap("".join(texts[segment.first : segment.last + 1])) for segment in segments
    )
    return f'<section>\n<expansion xml:id="playing-order" plist="{plist}"/>\n{content}</section>\n'


def _has_unopened_repeat(pieces: Iterable[MeasurePiece]) -> bool:
    """Whether a repeat ends that began where the one before ended, without a sign there.

    Programs that unfold repeats by verovio (6.4.1) crash on that, unless the order is said.
    """
    is_open = True  # the first may begin with the score
    for sign in (sign for piece in pieces for sign in (piece.left, piece.right)):
        if sign in ("rptend", "rptboth") and not is_open:
            return True
        if sign.startswith("rpt"):
            is_open = sign != "rptend"
    return False


def _segments(n_measures: int, order: list[int], endings: tuple[Ending, ...]) -> list[_Segment]:
    """Cut the measures wherever an ending begins or ends, or the order of playing jumps."""
    starts = {0, order[0]}
    starts.update(ending.first for ending in endings)
    starts.update(ending.last + 1 for ending in endings)
    starts.add(order[-1] + 1)
    for here, after in pairwise(order):
        if after != here + 1:
            starts.update((here + 1, after))
    cuts = sorted(start for start in starts if start < n_measures)
    by_start = {ending.first: ending for ending in endings}
    return [
        _Segment(first, after - 1, by_start.get(first))
        for first, after in pairwise([*cuts, n_measures])
    ]
