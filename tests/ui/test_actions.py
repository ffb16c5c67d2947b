from __future__ import annotations

from collections import Counter

from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from lilydesk.ui.actions import ACTIONS, Actions, WindowState


def test_no_two_actions_share_a_shortcut() -> None:
    used = Counter(keys for entry in ACTIONS for keys in entry.shortcut.split("; ") if keys)
    assert [keys for keys, n in used.items() if n > 1] == []


def test_a_disabled_action_says_why(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    table = Actions(window)
    table.update_actions(WindowState(has_text=True, is_composing=True))
    assert not table["compose"].isEnabled()
    assert "stop the composition first" in table["compose"].toolTip()
    assert table["stop"].isEnabled()
    assert table["save"].isEnabled()
    table.update_actions(WindowState())
    assert table["compose"].isEnabled()
    assert not table["continue"].isEnabled()
    assert not table["stop"].isEnabled()
