"""The document: pitch, duration, event, voice, part, measure, document. Frozen values.

Knows errors. Must not know: any file format, any text syntax, seconds, numpy, Qt.
"""

from lilydesk.notation.document import Document, Headers, Measure, Part, Voice
from lilydesk.notation.duration import Duration
from lilydesk.notation.element_id import Place, element_id, measure_id, place_of, text_offset
from lilydesk.notation.event import Chord, Event, Key, NoteHead, Rest, TimeSignature, Tuplet
from lilydesk.notation.mark import Mark, MarkKind, Placement
from lilydesk.notation.pitch import Pitch
from lilydesk.notation.span import Span

__all__ = [
    "Chord", "Document", "Duration", "Event", "Headers", "Key", "Mark", "MarkKind", "Measure",
    "NoteHead", "Part", "Pitch", "Place", "Placement", "Rest", "Span", "TimeSignature", "Tuplet",
    "Voice", "element_id", "measure_id", "place_of", "text_offset",
]  # fmt: skip
