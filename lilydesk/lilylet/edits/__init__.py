"""Operations on a selection, as text edits that leave all other bytes as they are.

Pure functions: a ParsedText and a span of it give an EditResult, never an exception; where there
is nothing to do it says why. Everything outside the selection keeps its pitches and durations.
"""

from lilydesk.lilylet.edits.extract import extract_part, extract_staff, part_and_staff_at
from lilydesk.lilylet.edits.fixes import NO_FIX, fix
from lilydesk.lilylet.edits.formatting import format_document, place_after_formatting
from lilydesk.lilylet.edits.measures import delete_measures, insert_measures
from lilydesk.lilylet.edits.pitches import (
    INTERVALS,
    Interval,
    interval_to_key,
    practical_interval,
)
from lilydesk.lilylet.edits.rebar import change_time
from lilydesk.lilylet.edits.result import EditResult, TextEdit, apply_edits
from lilydesk.lilylet.edits.retrograde import retrograde
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
from lilydesk.lilylet.edits.voices import add_voice, remove_voice

__all__ = [
    "INTERVALS", "NO_FIX", "EditResult", "Interval", "TextEdit", "add_voice", "apply_edits",
    "change_time", "delete_measures", "double_durations", "extract_part", "extract_staff",
    "fix", "format_document", "halve_durations", "insert_measures",
    "interval_to_key", "invert", "key_at", "part_and_staff_at", "place_after_formatting",
    "practical_interval", "remove_voice", "respell", "retrograde", "shift_octaves", "transpose",
    "transpose_in_key", "transpose_to_key",
]  # fmt: skip
