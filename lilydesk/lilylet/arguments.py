"""What commands share: their arguments in the text, and what to say where one lacks."""

from __future__ import annotations

import re

from lilydesk.lilylet.commands import COMMANDS
from lilydesk.lilylet.measure_state import MeasureState
from lilydesk.lilylet.tokens import BLANKS, STRING

STRING_ARGUMENT = re.compile(rf"{BLANKS}({STRING})")
NUMBERS_ARGUMENT = re.compile(rf"{BLANKS}([0-9]++){BLANKS}/{BLANKS}([0-9]++)")


def missing_argument(state: MeasureState, start: int, end: int, needs: str) -> int:
    """Notes that a command lacks what it needs. Returns where the text goes on: after its name."""
    name = state.text[start + 1 : end]
    example = COMMANDS[name].example
    state.placement = ""
    state.fault(
        "missing-argument", start, end, f"\\{name} needs {needs}.", f"For example {example}"
    )
    return end
