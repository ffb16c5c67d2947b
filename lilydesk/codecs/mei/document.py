"""The whole score as MEI: measures put together, in sections and endings."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, zip_longest
from typing import NamedTuple

from lilydesk.codecs.mei.accidentals import AccidentalStyle
from lilydesk.codecs.mei.context import (
    EntryContext,
    MeasureFacts,
    ScoreFacts,
    first_context,
    measure_facts,
    next_context,
    score_facts,
)
from lilydesk.codecs.mei.header import head, page_head
from lilydesk.codecs.mei.links import Linker
from lilydesk.codecs.mei.measures import (
    MeasurePiece,
    encode_measure,
    join_measure,
    signature_attributes,
)
from lilydesk.codecs.mei.staff_group import staff_group
from lilydesk.notation import Document, Key, Measure, Pitch, TimeSignature
from lilydesk.timeline.playing_order import (
    Ending,
    playing_order,
    written_order,
)
from lilydesk.timeline.shown_order import ShownOrder, shown_order

_OPENING = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<mei xmlns="http://www.music-encoding.org/ns/mei" meiversion="5.0">\n'
)
_C_MAJOR = Key(Pitch("c"), "major")
_COMMON_TIME = TimeSignature(4, 4)


def write_mei(document: Document, accidentals: AccidentalStyle = AccidentalStyle.EVERY_NOTE) -> str:
    """Encode a score as MEI 5. Ids are those of notation.element_id.

    Raises nothing for a document of any content; without measures the score has an empty section.
    """
    return MeiEncoder(accidentals).encode(document)


class MeiEncoder:
    """Encodes one state of a score after another; measures that did not change are taken over.

    For one thread. What comes out is what write_mei would give.
    """

    def __init__(self, accidentals: AccidentalStyle = AccidentalStyle.EVERY_NOTE) -> None:
        self._accidentals = accidentals
        self._facts: ScoreFacts | None = None
        self._encoded: list[_EncodedMeasure] = []

    def encode(self, document: Document) -> str:
        """Encode a document."""
        found = [self._measure_facts(index, m) for index, m in enumerate(document.measures)]
        facts = score_facts(document.headers, found, self._accidentals)
        entry = first_context(document, facts)
        definition = score_definition(document, entry)
        self._encode_measures(document, facts, found, entry)
        shown = shown_order(document)
        pieces = [encoded.piece for encoded in self._encoded]
        sections = _sections(document, pieces, join_measures(pieces, shown), shown)
        return (
            f"{_OPENING}{head(document.headers)}<music><body><mdiv><score>\n"
            f"{definition}{sections}</score></mdiv></body></music>\n</mei>\n"
        )

    def _measure_facts(self, index: int, measure: Measure) -> MeasureFacts:
        if index < len(self._encoded) and _is_same(self._encoded[index].measure, measure):
            return self._encoded[index].facts
        return measure_facts(measure)

    def _encode_measures(
        self,
        document: Document,
        facts: ScoreFacts,
        found: list[MeasureFacts],
        entry: EntryContext,
    ) -> None:
        known = self._encoded if facts == self._facts else []
        encoded: list[_EncodedMeasure] = []
        for index, measure in enumerate(document.measures):
            old = known[index] if index < len(known) else None
            if old is not None and _is_same(old.measure, measure) and old.entry == entry:
                encoded.append(old)
            else:
                piece = encode_measure(measure, index, entry, facts)
                after = next_context(measure, entry, facts)
                encoded.append(_EncodedMeasure(measure, found[index], entry, piece, after))
            entry = encoded[-1].exit
        self._facts = facts
        self._encoded = encoded


class _EncodedMeasure(NamedTuple):
    """A measure and all that came of it."""

    measure: Measure
    facts: MeasureFacts
    entry: EntryContext
    piece: MeasurePiece
    exit: EntryContext


def _is_same(old: Measure, new: Measure) -> bool:
    return old is new or old == new


def score_definition(document: Document, entry: EntryContext) -> str:
    """<scoreDef> with the page head, the staves, and key, time and clefs of `entry`."""
    attributes = signature_attributes(entry.key or _C_MAJOR, entry.time or _COMMON_TIME)
    return (
        f"<scoreDef{attributes}>{page_head(document.headers)}"
        f"{staff_group(document, entry)}</scoreDef>\n"
    )


def join_measures(pieces: list[MeasurePiece], shown: ShownOrder) -> list[str]:
    """Every measure as text, with the repeat signs of `shown` and what leads to the next one."""
    linker = Linker()
    for piece in pieces:
        linker.add_measure(piece.index, piece.links, set(piece.voices))
    linker.finish()
    texts = []
    for piece, after, sides in zip_longest(pieces, pieces[1:], _boundaries(pieces, shown)):
        linked = linker.elements.get(piece.index, [])
        clefs = after.leading_clefs if after else {}
        texts.append(piece.changes + join_measure(piece, clefs, linked, *sides))
    return texts


def _boundaries(pieces: list[MeasurePiece], shown: ShownOrder) -> list[list[str]]:
    """Barlines left and right of each measure. A `|:` belongs to the measure that it opens.

    Signs of the playing order join those of the text; where one is there already nothing changes.
    """
    sides = [[piece.left, piece.right] for piece in pieces]
    for here, after in pairwise(sides):
        if here[1] == "rptboth":
            here[1], after[0] = "rptend", "rptstart"
        elif here[1] == "rptstart":
            here[1], after[0] = "", "rptstart"
        elif after[0] in ("rptend", "rptboth"):
            here[1], after[0] = "rptend", "rptstart" if after[0] == "rptboth" else ""
    for index in shown.starts:
        sides[index][0] = "rptstart"
    for index in shown.ends:
        sides[index][1] = "rptend"
    return sides


# -- sections, endings, and the order of playing


@dataclass(frozen=True, slots=True)
class _Segment:
    """Measures that are always played one after another."""

    first: int
    last: int
    ending: Ending | None

    @property
    def identifier(self) -> str:
        return f"s{self.first}"

    def wrap(self, content: str) -> str:
        if self.ending is None:
            return f'<section xml:id="{self.identifier}">\n{content}</section>\n'
        side = "none" if self.ending.is_final else "angledown"  # the last one stays open
        label = ", ".join(f"{number}." for number in self.ending.numbers)
        first = self.ending.numbers[0]
        return (
            f'<ending xml:id="{self.identifier}" n="{first}" label="{label}" lendsym="{side}">\n'
            f"{content}</ending>\n"
        )


def _sections(
    document: Document, pieces: list[MeasurePiece], measures: list[str], shown: ShownOrder
) -> str:
    is_said = written_order(document) is not None or _has_unopened_repeat(pieces)
    order = playing_order(document) if is_said else []
    if not order:
        return f"<section>\n{''.join(measures)}</section>\n"
    segments = _segments(len(measures), order, shown.endings)
    by_start = {segment.first: segment for segment in segments}
    plist = " ".join(f"#{by_start[index].identifier}" for index in order if index in by_start)
    content = "".join(
        segment.wrap("".join(measures[segment.first : segment.last + 1])) for segment in segments
    )
    return f'<section>\n<expansion xml:id="playing-order" plist="{plist}"/>\n{content}</section>\n'


def _has_unopened_repeat(pieces: list[MeasurePiece]) -> bool:
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
