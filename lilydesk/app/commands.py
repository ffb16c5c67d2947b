"""Commands of the language, for the text pane: their names, and a sentence about each."""

from __future__ import annotations

from collections.abc import Mapping


def command_help() -> Mapping[str, str]:
    """What each command does, by its name without the backslash."""
    from lilydesk.lilylet.commands import COMMANDS

    return {name: f"{command.example}\n{command.help}" for name, command in COMMANDS.items()}
