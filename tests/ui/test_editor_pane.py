from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lilydesk.app.problems import Problem, Severity
from lilydesk.ui.editor_pane import EditorPane

MINE = "c4 d e f |\n"
NEW = ("\ng4 a b c |\n", "\nd4 c b a |\n")


@pytest.fixture
def editor(qtbot: QtBot) -> EditorPane:
    pane = EditorPane({"clef": "the clef"})
    qtbot.addWidget(pane)
    return pane


def test_every_character_survives_but_line_ends(editor: EditorPane) -> None:
    text = "c4\u00a0d 𝄞 é\te\u200b |\n\n% ü"
    editor.show_text(text)
    assert editor.text == text


def test_all_that_was_generated_at_once_is_one_step_to_undo(editor: EditorPane) -> None:
    editor.show_text(MINE)
    editor.begin_generated(len(MINE))
    for measure in NEW:
        editor.add_generated(measure)
    editor.begin_generated(len(editor.text))
    editor.add_generated("e1 |\n")
    editor.undo()
    assert editor.text == MINE + "".join(NEW)
    editor.undo()
    assert editor.text == MINE
    editor.redo()
    assert editor.text == MINE + "".join(NEW)


def test_what_is_typed_while_measures_come_is_a_step_of_its_own(
    editor: EditorPane, qtbot: QtBot
) -> None:
    editor.show_text(MINE)
    editor.begin_generated(len(MINE))
    editor.add_generated(NEW[0])
    qtbot.keyClicks(editor, "% mine ")
    editor.add_generated(NEW[1])
    editor.add_generated(NEW[1])
    editor.undo()
    assert editor.text == "% mine " + MINE + NEW[0]
    editor.undo()
    assert editor.text == MINE + NEW[0]
    editor.undo()
    assert editor.text == MINE


def test_undo_while_measures_come_says_so_if_it_took_them_back(
    editor: EditorPane, qtbot: QtBot
) -> None:
    undone: list[bool] = []
    editor.generated_undone.connect(lambda: undone.append(True))
    editor.show_text(MINE)
    editor.begin_generated(len(MINE))
    editor.add_generated(NEW[0])
    qtbot.keyClicks(editor, "%")
    editor.undo()
    assert not undone
    editor.add_generated(NEW[1])
    assert not undone
    qtbot.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone
    assert editor.text == MINE + NEW[0]


@pytest.mark.parametrize("offset", [0, 3, len(MINE)])
def test_the_composers_cursor_stays_where_it_was(editor: EditorPane, offset: int) -> None:
    editor.show_text(MINE)
    editor.go_to(offset)
    editor.begin_generated(len(MINE))
    editor.add_generated(NEW[0])
    editor.add_generated(NEW[1])
    assert editor.cursor_offset == offset


def test_a_selection_stays_too(editor: EditorPane) -> None:
    editor.show_text(MINE)
    cursor = editor.textCursor()
    cursor.setPosition(len(MINE))
    cursor.setPosition(2, QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)
    editor.begin_generated(len(MINE))
    editor.add_generated(NEW[0])
    assert (editor.textCursor().anchor(), editor.textCursor().position()) == (len(MINE), 2)


def test_the_end_stays_in_sight_while_measures_come_and_lines_are_broken_anew(
    editor: EditorPane,
) -> None:
    editor.resize(400, 200)
    editor.show()
    QApplication.processEvents()
    editor.begin_generated(0)
    editor.add_generated("c'4 d e f g a b c d e f g a b c d e f g |\n" * 20)
    QApplication.processEvents()
    editor.resize(250, 200)
    QApplication.processEvents()
    assert editor.is_following_end
    editor.verticalScrollBar().setValue(3)  # somebody looks elsewhere
    editor.resize(200, 200)
    QApplication.processEvents()
    editor.add_generated("c'4 d e f |\n")
    assert not editor.is_following_end


def test_a_new_piece_takes_the_place_of_the_old_in_one_step(editor: EditorPane) -> None:
    editor.show_text(MINE)
    editor.begin_generated_over()
    editor.add_generated(NEW[0])
    editor.add_generated(NEW[1])
    assert editor.text == "".join(NEW)
    editor.undo()
    assert editor.text == MINE


def test_what_is_typed_after_generated_text_is_the_composers_own(
    editor: EditorPane, qtbot: QtBot
) -> None:
    editor.show_text("")
    editor.begin_generated(0)
    editor.add_generated("c4 |")
    assert editor.is_all_generated()
    editor.go_to(4)
    qtbot.keyClicks(editor, " d")
    assert editor.text == "c4 | d"
    assert not editor.is_all_generated()
    editor.undo()
    assert editor.is_all_generated()


def test_positions_are_code_points(editor: EditorPane) -> None:
    editor.show_text("% 𝄞𝄞\nc4 |")
    editor.go_to(5)
    assert editor.textCursor().position() == 7
    assert editor.cursor_offset == 5
    editor.begin_generated(5)
    editor.add_generated("d ")
    assert editor.text == "% 𝄞𝄞\nd c4 |"


def test_problems_are_underlined_even_at_the_very_end(editor: EditorPane) -> None:
    editor.show_text("c4 cis")
    inside = Problem(1, 4, 3, 6, Severity.ERROR, "cis is no pitch.")
    at_end = Problem(1, 7, 6, 6, Severity.WARNING, "The measure is not full.")
    editor.show_problems([inside, at_end])
    marked = [selection.cursor.selectedText() for selection in editor.extraSelections()]
    assert marked == ["cis", "s"]


def test_the_mouse_explains_problems_and_commands(editor: EditorPane) -> None:
    editor.show_text('\\clef "bass" cis')
    editor.show_problems([Problem(1, 14, 13, 16, Severity.ERROR, "No pitch.", "Write cs.")])
    assert editor.tip_at(14) == "No pitch.\nWrite cs."
    assert editor.tip_at(2) == "the clef"
    assert editor.tip_at(8) == "F clef on line 4"


def test_typing_reports_text_and_cursor(editor: EditorPane, qtbot: QtBot) -> None:
    with qtbot.waitSignals([editor.text_edited, editor.cursor_moved]):
        qtbot.keyClick(editor, Qt.Key.Key_C)
    assert editor.text == "c"
    assert editor.cursor_offset == 1
