from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lilydesk.ui.main_window import MainWindow
from lilydesk.ui.text_edits import selection_of

TEXT = "c4 d e f |\n% 𝄞 Thema\ng4 a b c |\n% thema\n"


@pytest.fixture
def searched(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """A window with the find bar open."""
    window.editor.show_text(TEXT)
    window.action_table["find"].trigger()
    assert window.find_bar.isVisible()
    return window


def selected(window: MainWindow) -> str:
    start, end = selection_of(window.editor)
    return TEXT[start:end]


def test_words_are_found_while_they_are_typed(searched: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClicks(searched.find_bar.field, "the")
    assert selected(searched) == "The"
    assert searched.find_bar.count_text == "1 of 2"
    qtbot.keyClicks(searched.find_bar.field, "ma")
    assert selected(searched) == "Thema"
    assert searched.find_bar.field.hasFocus()
    qtbot.keyClicks(searched.find_bar.field, "x")
    assert searched.find_bar.count_text == "not in the text"
    assert selected(searched) == "Thema"


def test_keys_go_on_and_back_and_around(searched: MainWindow, qtbot: QtBot) -> None:
    field = searched.find_bar.field
    qtbot.keyClicks(field, "thema")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert searched.find_bar.count_text == "2 of 2"
    searched.action_table["find_next"].trigger()
    assert searched.find_bar.count_text == "1 of 2"
    qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert searched.find_bar.count_text == "2 of 2"
    searched.action_table["find_previous"].trigger()
    assert selected(searched) == "Thema"


def test_escape_goes_back_to_the_text(searched: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClicks(searched.find_bar.field, "g4")
    searched.action_table["stop"].setEnabled(True)  # whose shortcut it is while music is written
    qtbot.keyClick(searched.find_bar.field, Qt.Key.Key_Escape)
    assert not searched.find_bar.isVisible()
    assert searched.editor.hasFocus()
    assert selected(searched) == "g4"
    searched.action_table["find"].trigger()  # what is selected is offered
    assert searched.find_bar.words == "g4"


def test_the_next_place_is_looked_for_without_the_bar_too(
    searched: MainWindow, qtbot: QtBot
) -> None:
    qtbot.keyClicks(searched.find_bar.field, "4")
    searched.find_bar.close_bar()
    searched.action_table["find_next"].trigger()
    assert selection_of(searched.editor).start == TEXT.index("4 a")


def test_the_score_shows_what_was_found(searched: MainWindow, qtbot: QtBot) -> None:
    searched.program.session.parse_now()
    qtbot.keyClicks(searched.find_bar.field, "g4")
    assert searched.score._chosen_ids == ("m1-n11",)
