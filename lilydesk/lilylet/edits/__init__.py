"""Operations on a selection, as text edits that leave all other bytes as they are.

Pure functions: a ParsedText and a span of it give an EditResult, never an exception; where there
is nothing to do it says why. Everything outside the selection keeps its pitches and durations.
"""

from lilydesk.lilylet.edits.formatting import format_document, place_after_formatting
from lilydesk.lilylet.edits.pitches import (
    INTERVALS,
    Interval,
    interval_of_semitones,
    interval_to_key,
    practical_interval,
)
from lilydesk.lilylet.edits.result import EditResult, TextEdit, apply_edits
from lilydesk.lilylet.edits.rhythm import double_durations, halve_durations
from lilydesk.lilylet.edits.transpose import (
    invert,
    key_at,
    respell,
    shift_octaves,
    transpose,
    transpose_in_key,
    transpose_to_key,
)

__all__ = [
    "INTERVALS", "EditResult", "Interval", "TextEdit", "apply_edits", "double_durations",
    "format_document", "halve_durations", "interval_of_semitones", "interval_to_key", "invert",
    "key_at", "place_after_formatting", "practical_interval", "respell", "shift_octaves",
    "transpose", "transpose_in_key", "transpose_to_key",
]  # fmt: skip
