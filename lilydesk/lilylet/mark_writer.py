"""Marks as canonical text: shorthand where there is one, else the command."""

from __future__ import annotations

from lilydesk.lilylet.commands import COMMANDS
from lilydesk.lilylet.marks import SHORTHANDS, SPANNERS
from lilydesk.lilylet.tokens import quote
from lilydesk.notation.mark import Mark, MarkKind, Placement

_SIGNS = {kind: sign for sign, kind in SHORTHANDS.items()}
_SPANNERS = {kind: sign for sign, kind in SPANNERS.items()}
_COMMANDS = {
    (row.mark, row.mark_text): f"\\{row.name}"
    for row in reversed(tuple(COMMANDS.values()))
    if row.mark is not None and row.name not in ("sf", "markup")
}
_DIRECTIONS = {Placement.ABOVE: "^", Placement.BELOW: "_", None: ""}


def write_mark(mark: Mark, stands_alone: bool = False) -> str:
    """A mark as it follows its note, or as it stands by itself."""
    direction = _DIRECTIONS[mark.placement]
    if mark.kind in _SPANNERS:
        return direction + _SPANNERS[mark.kind]
    if mark.kind in _SIGNS:
        return (direction or "-") + _SIGNS[mark.kind]
    if mark.kind is MarkKind.FINGERING:
        return f"{direction or '-'}{mark.text}"
    if mark.kind is MarkKind.TREMOLO:
        return f":{mark.text}"
    if mark.kind is MarkKind.MARKUP:
        return f"{direction or ('' if stands_alone else '-')}\\markup {quote(mark.text)}"
    return direction + _command(mark)


def _command(mark: Mark) -> str:
    """The command of a kind; a text that none has (from other formats) is shown as words."""
    command = _COMMANDS.get((mark.kind, mark.text))
    if command is not None:
        return command
    plain = _COMMANDS.get((mark.kind, ""))
    return plain if plain is not None else f"\\markup {quote(mark.text)}"
