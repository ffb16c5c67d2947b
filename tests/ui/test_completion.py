from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lilydesk.ui.editor_pane import EditorPane


@pytest.fixture
def editor(qtbot: QtBot) -> EditorPane:
    pane = EditorPane()
    qtbot.addWidget(pane)
    pane.resize(600, 400)
    pane.show()
    pane.activateWindow()
    pane.setFocus()
    qtbot.waitUntil(pane.hasFocus)
    return pane


def offered(editor: EditorPane) -> list[str]:
    """The words of the list, top to bottom."""
    rows = editor.completer.list
    return [rows.item(row).text().split()[0] for row in range(rows.count())]


def test_a_pause_after_a_backslash_opens_the_list(editor: EditorPane, qtbot: QtBot) -> None:
    qtbot.keyClicks(editor, "c4 \\tu")
    assert not editor.completer.is_open
    qtbot.waitUntil(lambda: editor.completer.is_open)
    assert offered(editor) == ["\\tuplet", "\\turn"]
    assert editor.hasFocus()


def test_a_list_that_opened_by_itself_takes_no_return(editor: EditorPane, qtbot: QtBot) -> None:
    qtbot.keyClicks(editor, "c\\tu")
    qtbot.waitUntil(lambda: editor.completer.is_open)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert editor.text == "c\\tu\n"
    assert not editor.completer.is_open


def test_down_and_return_choose(editor: EditorPane, qtbot: QtBot) -> None:
    editor.insertPlainText("𝄞é c")
    qtbot.keyClicks(editor, "\\tu")
    qtbot.waitUntil(lambda: editor.completer.is_open)
    qtbot.keyClick(editor, Qt.Key.Key_Down)
    qtbot.keyClick(editor, Qt.Key.Key_Down)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert editor.text == "𝄞é c\\turn"
    editor.undo()
    assert editor.text == "𝄞é c\\tu"


def test_typing_on_narrows_the_list_and_ends_it(editor: EditorPane, qtbot: QtBot) -> None:
    qtbot.keyClicks(editor, "c\\st")
    qtbot.waitUntil(lambda: editor.completer.is_open)
    qtbot.keyClicks(editor, "acca")
    assert offered(editor) == ["\\staccatissimo", "\\staccato"]
    qtbot.keyClicks(editor, "to")
    assert not editor.completer.is_open
    qtbot.keyClicks(editor, " d")
    assert editor.text == "c\\staccato d"


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Space, Qt.Key.Key_Left])
def test_any_other_key_ends_the_list(editor: EditorPane, qtbot: QtBot, key: Qt.Key) -> None:
    qtbot.keyClicks(editor, "c\\tu")
    editor.completer.open()
    assert editor.completer.is_open
    qtbot.keyClick(editor, key)
    if key is Qt.Key.Key_Left:
        qtbot.keyClick(editor, key)
        qtbot.keyClick(editor, key)
    assert not editor.completer.is_open
    assert editor.text.strip() == "c\\tu"


def test_asked_for_the_first_word_is_chosen_already(editor: EditorPane, qtbot: QtBot) -> None:
    qtbot.keyClicks(editor, '\\clef "ten')
    editor.completer.open()
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    assert editor.text == '\\clef "tenor'
    assert editor.hasFocus()


def test_ctrl_space_completes_an_unfinished_command(editor: EditorPane, qtbot: QtBot) -> None:
    qtbot.keyClicks(editor, "c\\tur")
    qtbot.keyClick(editor, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert offered(editor) == ["\\turn"]
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert editor.text == "c\\turn"


def test_a_click_chooses(editor: EditorPane, qtbot: QtBot) -> None:
    qtbot.keyClicks(editor, "c\\tu")
    editor.completer.open()
    rows = editor.completer.list
    where = rows.visualItemRect(rows.item(1)).center()
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert editor.text == "c\\turn"


def test_separators_of_voices_and_parts_open_nothing(editor: EditorPane, qtbot: QtBot) -> None:
    qtbot.keyClicks(editor, "c \\\\\\")
    editor.completer.open()
    assert not editor.completer.is_open


def test_the_list_stays_inside_the_pane(editor: EditorPane, qtbot: QtBot) -> None:
    editor.show_text("c\n" * 200)
    editor.go_to(len(editor.text))
    qtbot.keyClicks(editor, "r4 " * 30 + "c\\")
    editor.completer.open()
    assert editor.rect().contains(editor.completer.list.geometry())
