"""The whole score as MEI: measures put together, in sections and endings."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, zip_longest

from lilydesk.codecs.mei.accidentals import AccidentalStyle
from lilydesk.codecs.mei.context import (
    EntryContext,
    ScoreFacts,
    first_context,
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
from lilydesk.notation import Document, Key, Pitch, TimeSignature
from lilydesk.timeline.playing_order import (
    Ending,
    playing_order,
    visible_endings,
    written_order,
)

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
    facts = score_facts(document, accidentals)
    entry = first_context(document, facts)
    definition = score_definition(document, entry)
    pieces = encode_measures(document, facts, entry)
    body = _sections(document, join_measures(pieces))
    return (
        f"{_OPENING}{head(document.headers)}<music><body><mdiv><score>\n"
        f"{definition}{body}</score></mdiv></body></music>\n</mei>\n"
    )


def score_definition(document: Document, entry: EntryContext) -> str:
    """<scoreDef> with the page head, the staves, and key, time and clefs of `entry`."""
    attributes = signature_attributes(entry.key or _C_MAJOR, entry.time or _COMMON_TIME)
    return (
        f"<scoreDef{attributes}>{page_head(document.headers)}"
        f"{staff_group(document, entry)}</scoreDef>\n"
    )


def encode_measures(
    document: Document, facts: ScoreFacts, entry: EntryContext
) -> list[MeasurePiece]:
    """Every measure by itself, in order."""
    pieces = []
    for index, measure in enumerate(document.measures):
        pieces.append(encode_measure(measure, index, entry, facts))
        entry = next_context(measure, entry, facts)
    return pieces


def join_measures(pieces: list[MeasurePiece]) -> list[str]:
    """Every measure as text, what leads from one to another included."""
    linker = Linker()
    for piece in pieces:
        linker.add_measure(piece.index, piece.links, set(piece.voices))
    linker.finish()
    texts = []
    for piece, after, sides in zip_longest(pieces, pieces[1:], _boundaries(pieces)):
        linked = linker.elements.get(piece.index, [])
        clefs = after.leading_clefs if after else {}
        texts.append(piece.changes + join_measure(piece, clefs, linked, *sides))
    return texts


def _boundaries(pieces: list[MeasurePiece]) -> list[list[str]]:
    """Barlines left and right of each measure. A `|:` belongs to the measure that it opens."""
    sides = [[piece.left, piece.right] for piece in pieces]
    for here, after in pairwise(sides):
        if here[1] == "rptboth":
            here[1], after[0] = "rptend", "rptstart"
        elif here[1] == "rptstart":
            here[1], after[0] = "", "rptstart"
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
        number = self.ending.number
        return (
            f'<ending xml:id="{self.identifier}" n="{number}" label="{number}." lendsym="{side}">\n'
            f"{content}</ending>\n"
        )


def _sections(document: Document, measures: list[str]) -> str:
    order = playing_order(document)
    if not order or written_order(document) is None:
        return f"<section>\n{''.join(measures)}</section>\n"
    segments = _segments(len(measures), order, visible_endings(document))
    by_start = {segment.first: segment for segment in segments}
    plist = " ".join(f"#{by_start[index].identifier}" for index in order if index in by_start)
    content = "".join(
        segment.wrap("".join(measures[segment.first : segment.last + 1])) for segment in segments
    )
    return f'<section>\n<expansion xml:id="playing-order" plist="{plist}"/>\n{content}</section>\n'


def _segments(n_measures: int, order: list[int], endings: list[Ending]) -> list[_Segment]:
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
