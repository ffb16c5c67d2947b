"""The whole score as MEI: measures encoded, put together, in sections and endings."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
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
from lilydesk.codecs.mei.measures import MeasurePiece, encode_measure, signature_attributes
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
    return MeiEncoder(accidentals).encode(document)


@dataclass(frozen=True, slots=True)
class MeiPieces:
    """A score in pieces. Measures that did not change are the same objects as before."""

    head: str  # what stands before the definition
    definition: str  # the first <scoreDef>
    measures: tuple[MeiMeasure, ...]


class MeiEncoder:
    """Encodes one state of a score after another; measures that did not change are taken over.

    For one thread. What comes out is what write_mei would give.
    """

    def __init__(self, accidentals: AccidentalStyle = AccidentalStyle.EVERY_NOTE) -> None:
        self._accidentals = accidentals
        self._facts: ScoreFacts | None = None
        self._encoded: list[_EncodedMeasure] = []
        self._joiner = Joiner()

    def encode(self, document: Document) -> str:
        """Encode a document."""
        pieces = self.encode_pieces(document)
        encoded = (one.piece for one in self._encoded)
        sections = write_sections(document, encoded, pieces.measures, shown_order(document))
        return (
            f"{pieces.head}{pieces.definition}\n{sections}</score></mdiv></body></music>\n</mei>\n"
        )

    def encode_pieces(self, document: Document) -> MeiPieces:
        """Encode a document; what takes time is only what has changed since the call before."""
        found = self._measure_facts(document)
        facts = score_facts(document.headers, found, self._accidentals)
        entry = first_context(document, facts)
        changed = self._encode_measures(document, facts, found, entry)
        shown = shown_order(document)
        pieces = [one.piece for one in self._encoded]
        self._joiner.join(pieces, changed, shown, ending_tags(document, shown))
        return MeiPieces(
            f"{_OPENING}{head(document.headers)}<music><body><mdiv><score>\n",
            score_definition(document, facts, entry),
            self._joiner.measures,
        )

    def _measure_facts(self, document: Document) -> list[MeasureFacts]:
        pairs = zip_longest(document.measures, self._encoded[: len(document.measures)])
        return [
            old.facts if old is not None and old.measure is measure else measure_facts(measure)
            for measure, old in pairs
        ]

    def _encode_measures(
        self,
        document: Document,
        facts: ScoreFacts,
        found: list[MeasureFacts],
        entry: EntryContext,
    ) -> range:
        """Bring the encoded measures up to date; returns those that could not be taken over."""
        known = self._encoded if facts == self._facts else []
        encoded: list[_EncodedMeasure] = []
        new: list[int] = []
        for index, measure in enumerate(document.measures):
            old = known[index] if index < len(known) else None
            if old is None or not _is_same(old, measure, entry):
                piece = encode_measure(measure, index, entry, facts)
                after = next_context(measure, entry, facts)
                old = _EncodedMeasure(measure, found[index], entry, piece, after)
                new.append(index)
            elif old.measure is not measure:
                old = old._replace(measure=measure)
            encoded.append(old)
            entry = old.exit
        n_before, n_now = len(known), len(encoded)
        self._facts, self._encoded = facts, encoded
        if n_before != n_now:
            return range(min([*new[:1], n_before, n_now]), n_now)
        return range(new[0], new[-1] + 1) if new else range(n_now, n_now)


class _EncodedMeasure(NamedTuple):
    """A measure and all that came of it."""

    measure: Measure
    facts: MeasureFacts
    entry: EntryContext
    piece: MeasurePiece
    exit: EntryContext


def _is_same(old: _EncodedMeasure, measure: Measure, entry: EntryContext) -> bool:
    is_same_measure = old.measure is measure or old.measure == measure
    return is_same_measure and (old.entry is entry or old.entry == entry)


def score_definition(document: Document, facts: ScoreFacts, entry: EntryContext) -> str:
    """<scoreDef> with the page head, the staves, and key, time and clefs of `entry`."""
    attributes = signature_attributes(entry.key or _C_MAJOR, entry.time or _COMMON_TIME)
    return (
        f"<scoreDef{attributes}>{page_head(document.headers)}"
        f"{staff_group(document.headers, facts, entry)}</scoreDef>"
    )
