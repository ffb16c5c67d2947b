"""Ids that lead from an engraved element back to its place in the text.

`m3` is measure 3 (from 0); `m3-n17` the note head that starts 17 code points into measure 3.
No table is needed: the id is the place, so encoder, engraver, player and score view agree
without sharing anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lilydesk.notation.document import Document

# n note head, c chord, r rest, t tuplet, d double tremolo, v voice, x context change or mark
_ID = re.compile(r"m(\d+)(?:-([a-z])(\d+)(?:\.\w+)*)?$")


@dataclass(frozen=True, slots=True)
class Place:
    """A measure, and the code points from its start; kind is "m" for the measure itself."""

    measure_index: int
    kind: str
    offset: int


def element_id(measure_index: int, kind: str, offset: int) -> str:
    """Id of the element of this kind that starts `offset` code points into the measure."""
    return f"m{measure_index}-{kind}{offset}"


def measure_id(measure_index: int) -> str:
    """Id of a measure."""
    return f"m{measure_index}"


def place_of(identifier: str) -> Place | None:
    """The place that an id stands for; None for ids that are not ours (verovio makes some)."""
    match = _ID.match(identifier)
    if match is None:
        return None
    measure, kind, offset = match.groups()
    return Place(int(measure), kind or "m", int(offset or 0))


def text_offset(document: Document, identifier: str) -> int | None:
    """Code point offset in the whole text of the element with this id, if it has one."""
    place = place_of(identifier)
    if place is None or place.measure_index >= len(document.starts):
        return None
    return document.starts[place.measure_index] + place.offset
