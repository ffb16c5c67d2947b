from __future__ import annotations

import pytest

from lilydesk.lilylet import COMMANDS, CommandKind, command_named
from tests.lilylet.reading import codes


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_sentence_and_its_example_is_read(name: str) -> None:
    command = COMMANDS[name]
    assert command.help.endswith((".", "||", ":..:"))
    if command.kind is not CommandKind.ARGUMENT:
        found = codes(f"c'4 {command.example} c'4 d |")
        assert not {"unknown-command", "missing-argument"} & set(found)


def test_commands_are_found_by_name() -> None:
    command = command_named("clef")
    assert command is not None
    assert command.example == '\\clef "treble"'
    assert command_named("nonsense") is None
