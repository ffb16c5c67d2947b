r"""Commands: what follows a backslash. Marks are read here, the others by their own modules."""

from __future__ import annotations

import re
from collections.abc import Callable

from lilydesk.lilylet.arguments import STRING_ARGUMENT, missing_argument
from lilydesk.lilylet.commands import COMMANDS, LILYPOND_HINTS, CommandKind, command_named
from lilydesk.lilylet.context_commands import CONTEXT_COMMANDS
from lilydesk.lilylet.group_commands import GROUP_COMMANDS
from lilydesk.lilylet.marks import PLACEMENTS
from lilydesk.lilylet.measure_state import MeasureState
from lilydesk.lilylet.tokens import unquote
from lilydesk.notation.mark import Mark, MarkKind
from lilydesk.notation.span import Span

_SPANNERS = {
    MarkKind.CRESCENDO: "<",
    MarkKind.DIMINUENDO: "<",
    MarkKind.HAIRPIN_END: "!",
    MarkKind.DYNAMIC: "d",  # ends a hairpin as well
}


def parse_command(state: MeasureState, match: re.Match[str]) -> int:
    """Reads the command of a token, and its arguments. Returns where the text goes on."""
    start, end = match.span("command")
    name = match["command"][1:]
    handler = _HANDLERS.get(name)
    if handler is not None:
        if state.placement and name != "markup":
            _misplaced_direction(state, start)
        return handler(state, start, end)
    command = command_named(name)
    if command is not None and command.mark is not None:
        return _read_mark(state, start, end, command.mark, command.mark_text)
    _unknown(state, name, start, end)
    return end


def _misplaced_direction(state: MeasureState, start: int) -> None:
    sign = _placement(state)
    place = state.text.rindex(sign, 0, start)
    state.fault(
        "unexpected-character", place, place + 1, f"{sign} stands before a mark, not before this."
    )


def _unknown(state: MeasureState, name: str, start: int, end: int) -> None:
    shown = name if len(name) <= 20 else name[:20] + "…"
    state.placement = ""
    if name in ("major", "minor"):
        state.fault("unknown-command", start, end, f"\\{name} stands only after \\key and a pitch.")
        return
    meant = None if name in LILYPOND_HINTS else state.nearest(name, COMMANDS)
    hint = LILYPOND_HINTS.get(name, f"Did you mean \\{meant}?" if meant else "")
    replacement = f"\\{meant}" if meant else None
    state.fault(
        "unknown-command", start, end, f"No command is called \\{shown}.", hint, replacement
    )


def _placement(state: MeasureState) -> str:
    sign, state.placement = state.placement, ""
    return sign


def _read_mark(state: MeasureState, start: int, end: int, kind: MarkKind, text: str) -> int:
    placement = PLACEMENTS.get(_placement(state))
    mark = Mark(kind, Span(start, end), text, placement)
    if not state.voice.add_mark(mark, _SPANNERS.get(kind, "")):
        sign = state.text[start:end]
        state.fault("mark-without-note", start, end, f"{sign} follows no note or rest.")
    return end


def _read_markup(state: MeasureState, start: int, end: int) -> int:
    found = STRING_ARGUMENT.match(state.text, end)
    if found is None:
        return missing_argument(state, start, end, "words in quotation marks")
    placement = PLACEMENTS.get(_placement(state))
    words = unquote(found[1])
    state.voice.add_mark(Mark(MarkKind.MARKUP, Span(start, found.end()), words, placement))
    return found.end()


def _read_rest(state: MeasureState, start: int, end: int) -> int:
    if not state.voice.turn_into_rest(end):
        state.fault(
            "bad-rest", start, end, "\\rest follows a single note, whose height the rest takes.",
            "For example g'4\\rest",
        )  # fmt: skip
    return end


_HANDLERS: dict[str, Callable[[MeasureState, int, int], int]] = {
    "markup": _read_markup,
    "rest": _read_rest,
    **CONTEXT_COMMANDS,
    **GROUP_COMMANDS,
}
assert all(
    row.name in _HANDLERS or row.mark or row.kind is CommandKind.ARGUMENT
    for row in COMMANDS.values()
)
