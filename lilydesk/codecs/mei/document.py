"""The whole score as MEI: measures encoded, put together, in sections and endings."""

from __future__ import annotations

from dataclasses import dataclass
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
from lilydesk.codecs.mei.joining import Joiner, MeiMeasure
from lilydesk.codecs.mei.measures import MeasurePiece, Place, encode_measure, signature_attributes
from lilydesk.codecs.mei.sections import ending_tags, write_sections
from lilydesk.codecs.mei.staff_group import staff_group
from lilydesk.notation import Document, Key, Measure, Pitch, TimeSignature
from lilydesk.timeline.shown_order import shown_order

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
    encoder = MeiEncoder(accidentals)
    pieces = encoder.encode_pieces(document)
    sections = write_sections(document, encoder.pieces, pieces.measures, shown_order(document))
    return f"{pieces.head}{pieces.definition}\n{sections}</score></mdiv></body></music>\n</mei>\n"


@dataclass(frozen=True, slots=True)
class MeiPieces:
    """A score in pieces. Measures that did not change are the same objects as before."""

    head: str  # what stands before the definition
    definition: str  # the first <scoreDef>
    measures: tuple[MeiMeasure, ...]


class MeiEncoder:
    """Encodes one state of a score after another; measures that did not change are taken over.

    For one thread.
    """

    def __init__(self, accidentals: AccidentalStyle = AccidentalStyle.EVERY_NOTE) -> None:
        self._accidentals = accidentals
        self._facts: ScoreFacts | None = None
        self._encoded: list[_EncodedMeasure] = []
        self._joiner = Joiner()
        self._n_named = 0  # names given so far

    @property
    def pieces(self) -> list[MeasurePiece]:
        """The measures of the last document, not yet joined."""
        return [one.piece for one in self._encoded]

    def encode_pieces(self, document: Document) -> MeiPieces:
        """Encode a document; what takes time is only what has changed since the call before.

        Measures are named by what they were before: `m7` stays `m7` where another one goes in
        ahead of it, so ids and numbers are those of `encode` only for a first document.
        """
        aligned, changed = self._aligned(document.measures)
        facts, entry, changed = self._encode_measures(document, aligned, changed)
        shown = shown_order(document)
        self._joiner.join(self.pieces, changed, shown, ending_tags(document, shown))
        return MeiPieces(
            f"{_OPENING}{head(document.headers)}<music><body><mdiv><score>\n",
            score_definition(document, facts, entry),
            self._joiner.measures,
        )

    def _aligned(self, measures: tuple[Measure, ...]) -> tuple[list[_EncodedMeasure | None], range]:
        """What each measure was before, and the range of those that are not the same objects."""
        known = self._encoded
        most = min(len(known), len(measures))
        first = _n_common(known, measures, range(most))
        n_after = _n_common(known, measures, range(-1, first - most - 1, -1))
        last = len(measures) - n_after
        replaced = known[first : len(known) - n_after][: last - first]
        fresh: list[_EncodedMeasure | None] = [None] * (last - first - len(replaced))
        after = known[len(known) - n_after :]
        return [*known[:first], *replaced, *fresh, *after], range(first, last)

    def _named(self, aligned: list[_EncodedMeasure | None], changed: range) -> list[int]:
        """The name of each measure: kept where others come or go, fresh for what is new."""
        if len(changed) == len(aligned):  # another score
            self._n_named = len(aligned)
            return list(changed)
        names = []
        for index, old in enumerate(aligned):
            if old is None or old.piece.is_first != (index == 0):
                names.append(self._n_named)
                self._n_named += 1
            else:
                names.append(old.piece.name)
        return names

    def _encode_measures(
        self, document: Document, aligned: list[_EncodedMeasure | None], changed: range
    ) -> tuple[ScoreFacts, EntryContext, range]:
        """Bring the encoded measures up to date; returns which ones could not be taken over."""
        names = self._named(aligned, changed)
        found = [
            old.facts if old is not None and old.measure is measure else measure_facts(measure)
            for measure, old in zip(document.measures, aligned, strict=True)
        ]
        facts = score_facts(document.headers, found, self._accidentals)
        first = entry = first_context(document, facts)
        is_other = facts != self._facts
        encoded: list[_EncodedMeasure] = []
        edges = [changed.start, changed.stop]
        for index, measure in enumerate(document.measures):
            old = aligned[index]
            if old is None or is_other or not _is_same(old, measure, names[index], entry):
                place = Place(names[index], is_first=index == 0)
                piece = encode_measure(measure, place, entry, facts)
                after = next_context(measure, entry, facts)
                old = _EncodedMeasure(measure, found[index], entry, piece, after)
                edges += (index, index + 1)
            elif old.measure is not measure:
                old = old._replace(measure=measure)
            encoded.append(old)
            entry = old.exit
        self._facts, self._encoded = facts, encoded
        return facts, first, range(min(edges), max(edges))


class _EncodedMeasure(NamedTuple):
    """A measure and all that came of it."""

    measure: Measure
    facts: MeasureFacts
    entry: EntryContext
    piece: MeasurePiece
    exit: EntryContext


def _n_common(known: list[_EncodedMeasure], measures: tuple[Measure, ...], places: range) -> int:
    """At how many places, in this order, the measures are the same."""
    for count, place in enumerate(places):
        old, new = known[place].measure, measures[place]
        if old is not new and old != new:
            return count
    return len(places)


def _is_same(old: _EncodedMeasure, measure: Measure, name: int, entry: EntryContext) -> bool:
    return (
        (old.measure is measure or old.measure == measure)
        and old.piece.name == name
        and (old.entry is entry or old.entry == entry)
    )


def score_definition(document: Document, facts: ScoreFacts, entry: EntryContext) -> str:
    """<scoreDef> with the page head, the staves, and key, time and clefs of `entry`."""
    attributes = signature_attributes(entry.key or _C_MAJOR, entry.time or _COMMON_TIME)
    return (
        f"<scoreDef{attributes}>{page_head(document.headers)}"
        f"{staff_group(document.headers, facts, entry)}</scoreDef>"
    )
