"""Edit operations by name, for the window: what is selected, and what is changed then.

The language is loaded with the first of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from lilydesk.notation import Pitch
from lilydesk.notation.span import Span
from lilydesk.notation.staves import part_staves

if TYPE_CHECKING:
    from lilydesk.app.problems import Problem
    from lilydesk.lilylet import ParsedText
    from lilydesk.lilylet.edits import EditResult

INTERVAL_NAMES = (
    "minor second", "major second", "minor third", "major third", "perfect fourth",
    "augmented fourth", "diminished fifth", "perfect fifth", "minor sixth", "major sixth",
    "minor seventh", "major seventh", "octave",
)  # fmt: skip
STEP_NAMES = ("second", "third", "fourth", "fifth", "sixth", "seventh", "octave")
# Shown -> pitch, round the circle of fifths.
TONICS = {
    "C": Pitch("c"), "G": Pitch("g"), "D": Pitch("d"), "A": Pitch("a"), "E": Pitch("e"),
    "B": Pitch("b"), "F♯": Pitch("f", 1), "C♯": Pitch("c", 1), "F": Pitch("f"),
    "B♭": Pitch("b", -1), "E♭": Pitch("e", -1), "A♭": Pitch("a", -1), "D♭": Pitch("d", -1),
    "G♭": Pitch("g", -1),
}  # fmt: skip


_TIME = re.compile(r"\s*([0-9]{1,3})\s*/\s*([0-9]{1,3})\s*")


class TransposeBy(Enum):
    """What a transposition goes by."""

    INTERVAL = "interval"
    SCALE = "scale"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Transposition:
    """How to transpose; `name` is from INTERVAL_NAMES, STEP_NAMES or TONICS."""

    by: TransposeBy
    name: str
    is_up: bool = True


@dataclass(frozen=True, slots=True)
class Extract:
    """A part or staff as a text of its own."""

    name: str  # as a sentence begins with it
    file_name: str  # what is added to the name of the piece
    text: str


def run_transposition(parsed: ParsedText, selection: Span, how: Transposition) -> EditResult:
    """Transposes a selection."""
    from lilydesk.lilylet import edits

    sign = 1 if how.is_up else -1
    if how.by is TransposeBy.KEY:
        return edits.transpose_to_key(parsed, selection, TONICS[how.name])
    if how.by is TransposeBy.SCALE:
        steps = STEP_NAMES.index(how.name) + 1
        return edits.transpose_in_key(parsed, selection, sign * steps)
    interval = edits.INTERVALS[how.name] if how.is_up else -edits.INTERVALS[how.name]
    return edits.transpose(parsed, selection, interval, is_practical=True)


def run_operation(name: str, parsed: ParsedText, selection: Span) -> EditResult:
    """An operation that asks nothing, by the name of its action."""
    from lilydesk.lilylet import edits

    if name == "octave_up":
        return edits.shift_octaves(parsed, selection, 1)
    if name == "octave_down":
        return edits.shift_octaves(parsed, selection, -1)
    return {
        "double_durations": edits.double_durations,
        "halve_durations": edits.halve_durations,
        "respell": edits.respell,
        "invert": edits.invert,
        "retrograde": edits.retrograde,
        "delete_measures": edits.delete_measures,
        "add_voice": edits.add_voice,
        "remove_voice": edits.remove_voice,
    }[name](parsed, selection)


SIMPLE_OPERATIONS = (
    "octave_up", "octave_down", "double_durations", "halve_durations", "respell", "invert",
    "retrograde", "delete_measures", "add_voice", "remove_voice",
)  # fmt: skip


def run_insertion(parsed: ParsedText, selection: Span, n_measures: int) -> EditResult:
    """Adds empty measures after the selected one."""
    from lilydesk.lilylet.edits import insert_measures

    return insert_measures(parsed, selection, n_measures)


def run_time_change(parsed: ParsedText, selection: Span, time: str) -> EditResult:
    """Arranges the music from the selected measure on in a time signature such as 3/4."""
    from lilydesk.lilylet.edits import EditResult, change_time

    match = _TIME.fullmatch(time)
    if match is None:
        return EditResult((), "A time signature is two numbers, such as 3/4.")
    return change_time(parsed, selection, int(match[1]), int(match[2]))


def part_text(parsed: ParsedText, selection: Span) -> Extract:
    """The part at the selection, as a text of its own."""
    from lilydesk.lilylet.edits import extract_part, part_and_staff_at

    part, _ = part_and_staff_at(parsed, selection)
    return Extract(f"Part {part + 1}", f"part-{part + 1}", extract_part(parsed, part))


def staff_text(parsed: ParsedText, selection: Span) -> Extract:
    """The staff at the selection, as a text of its own; staves count anew in each part."""
    from lilydesk.lilylet.edits import extract_staff, part_and_staff_at

    part, staff = part_and_staff_at(parsed, selection)
    name, file_name = f"Staff {staff}", f"staff-{staff}"
    if len(part_staves(parsed.document)) > 1:
        name, file_name = f"{name} of part {part + 1}", f"part-{part + 1}-{file_name}"
    return Extract(name, file_name, extract_staff(parsed, part, staff))


def run_fix(parsed: ParsedText, problem: Problem | None) -> EditResult:
    """Applies the fix of a problem of this text, if there is one."""
    from lilydesk.lilylet.edits import NO_FIX, fix
    from lilydesk.lilylet.edits.result import nothing

    diagnostic = problem.diagnostic if problem else None
    return fix(parsed, diagnostic) if diagnostic else nothing(NO_FIX)


def run_format(parsed: ParsedText) -> EditResult:
    """Brings the whole text into canonical form."""
    from lilydesk.lilylet.edits import format_document

    return format_document(parsed)


def place_after_format(parsed: ParsedText, formatted: str, offset: int) -> int:
    """Where the cursor goes then."""
    from lilydesk.lilylet.edits import place_after_formatting

    return place_after_formatting(parsed, formatted, offset)
