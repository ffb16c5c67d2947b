"""Operations on the text in the window: selection, undo, messages, fixes."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lilydesk.app.document_runner import EditOrder, edit
from lilydesk.app.edit_operations import TransposeBy, Transposition
from lilydesk.notation.span import Span
from lilydesk.ui.main_window import MainWindow
from lilydesk.ui.text_edits import select, selection_of
from lilydesk.ui.transpose_dialog import TransposeDialog
from tests.ui.fake_dialogs import FakeDialogs

TEXT = "\\key c \\major c'4 d e f |\ng a b c |\n"
LONG = "\\key c \\major c'4 d e f |\n" + "g a b c |\n" * 20 + "% and so on" * 200


@pytest.fixture
def window(window: MainWindow) -> MainWindow:
    show(window, TEXT)
    return window


def show(window: MainWindow, text: str) -> None:
    window.editor.show_text(text)
    window.program.session.parse_now()


def choose(window: MainWindow, piece: str) -> None:
    start = window.editor.text.index(piece)
    select(window.editor, Span(start, start + len(piece)))


def chosen_text(window: MainWindow) -> str:
    span = selection_of(window.editor)
    return window.editor.text[span.start : span.end]


def test_an_operation_is_one_step_and_the_selection_stays(window: MainWindow) -> None:
    choose(window, "d e")
    window.action_table["octave_up"].trigger()
    assert window.editor.text == TEXT.replace("d e f", "d' e f,")
    assert chosen_text(window) == "d' e"
    window.action_table["octave_down"].trigger()
    assert window.editor.text == TEXT
    assert chosen_text(window) == "d e"
    window.editor.undo()
    window.editor.undo()
    assert window.editor.text == TEXT


def test_undo_leaves_the_cursor_at_its_place(window: MainWindow) -> None:
    show(window, LONG)
    offset = LONG.index("b c", 100)
    window.editor.go_to(offset)
    window.action_table["octave_up"].trigger()
    window.editor.undo()
    assert window.editor.text == LONG
    assert abs(window.editor.cursor_offset - offset) < 3  # beside the note


def test_the_menu_cuts_and_pastes_where_the_keys_go(window: MainWindow, qtbot: QtBot) -> None:
    window.editor.setFocus()
    choose(window, "d e ")
    window.action_table["cut"].trigger()
    assert window.editor.text == TEXT.replace("d e ", "")
    window.action_table["paste"].trigger()
    assert window.editor.text == TEXT
    for field in (window.panel.ranges, window.panel.genre.lineEdit()):
        assert field is not None
        field.setText("words")
        field.setFocus()
        qtbot.waitUntil(field.hasFocus)
        window.action_table["select_all"].trigger()
        window.action_table["cut"].trigger()
        assert field.text() == ""
        assert window.editor.text == TEXT


def test_text_beyond_the_basic_plane_moves_no_edit(window: MainWindow) -> None:
    show(window, "% \U0001d11e\nc4 d |\n")
    choose(window, "d")
    window.action_table["octave_up"].trigger()
    assert window.editor.text == "% \U0001d11e\nc4 d' |\n"


def test_without_a_selection_the_whole_piece_is_transposed(
    window: MainWindow, dialogs: FakeDialogs
) -> None:
    dialogs.transposition = Transposition(TransposeBy.KEY, "D")
    window.action_table["transpose"].trigger()
    assert dialogs.asked == ["transpose all"]
    assert window.editor.text == "\\key d \\major d'4 e fs g |\na b cs d |\n"
    window.editor.undo()
    assert window.editor.text == TEXT


@pytest.mark.parametrize(
    ("how", "changed"),
    [
        (Transposition(TransposeBy.INTERVAL, "minor third", is_up=False), "b cs"),
        (Transposition(TransposeBy.SCALE, "third"), "f g"),
    ],
)
def test_a_selection_is_transposed_by_interval_or_scale(
    window: MainWindow, dialogs: FakeDialogs, how: Transposition, changed: str
) -> None:
    choose(window, "d e")
    dialogs.transposition = how
    window.action_table["transpose"].trigger()
    assert dialogs.asked == ["transpose"]
    assert changed in window.editor.text


def test_where_there_is_nothing_to_do_the_bar_says_why(window: MainWindow) -> None:
    choose(window, "\\key")
    window.action_table["octave_up"].trigger()
    assert window.message_bar.text == "There are no notes in the selection."
    assert window.editor.text == TEXT


def test_formatting_keeps_the_cursor_at_its_note(window: MainWindow) -> None:
    show(window, "c4   d e f |    g a b c |\n")
    window.editor.go_to(window.editor.text.index("a b"))
    window.action_table["format"].trigger()
    assert window.editor.text == "c4 d e f | %1\n\ng'4 a b c | %2\n"
    assert window.editor.text[window.editor.cursor_offset :].startswith("a b")
    window.editor.undo()
    assert window.editor.text == "c4   d e f |    g a b c |\n"


def test_a_text_with_errors_is_not_formatted(window: MainWindow) -> None:
    show(window, "c4 xyz d e f |\n")
    window.action_table["format"].trigger()
    assert "would be lost" in window.message_bar.text
    assert window.editor.text == "c4 xyz d e f |\n"


def test_a_fix_is_applied_at_the_cursor(window: MainWindow) -> None:
    show(window, "c4 d\\stacato e f |\n")
    window.editor.go_to(window.editor.text.index("\\stacato") + 2)
    window.action_table["fix_problem"].trigger()
    assert window.editor.text == "c4 d\\staccato e f |\n"
    window.editor.undo()
    assert window.editor.text == "c4 d\\stacato e f |\n"


def test_the_fix_that_is_closest_to_the_cursor_is_applied(window: MainWindow) -> None:
    show(window, "\\time 4/4 c4 d e f | c4 d\\stacato | c e |\n")
    window.editor.go_to(window.editor.text.index("\\stacato") + 2)
    window.action_table["fix_problem"].trigger()
    window.editor.go_to(window.editor.text.index("d\\staccato"))
    window.action_table["fix_problem"].trigger()
    assert window.editor.text == "\\time 4/4 c4 d e f | c4 d\\staccato r2 | c4 e |\n"


def test_a_fix_is_applied_from_the_strip(window: MainWindow, qtbot: QtBot) -> None:
    show(window, "c4 d\\stacato e f |\n")
    strip = window.problems
    assert not strip.fix_button.isEnabled()
    strip.list.setCurrentIndex(strip.model.index(0))
    qtbot.mouseClick(strip.fix_button, Qt.MouseButton.LeftButton)
    assert window.editor.text == "c4 d\\staccato e f |\n"


def test_the_menu_of_a_problem_offers_its_fix(window: MainWindow) -> None:
    show(window, "c4 d\\stacato e f |\n")
    problem = window.problems.model.problem(0)
    menu = window.problems.menu_for(problem)
    assert [action.text() for action in menu.actions()][1] == "Fix: write \\staccato"
    menu.actions()[1].trigger()
    assert window.editor.text == "c4 d\\staccato e f |\n"


def test_a_fix_that_is_out_of_date_does_nothing(window: MainWindow) -> None:
    show(window, "c4 d\\stacato e f |\n")
    problem = window.problems.model.problem(0)
    show(window, "c4 d e f |\n")
    window.editing.fix(problem)
    assert window.editor.text == "c4 d e f |\n"


def test_without_a_fix_here_the_bar_says_so(window: MainWindow) -> None:
    window.action_table["fix_problem"].trigger()
    assert "No problem here" in window.message_bar.text


def test_the_dialog_says_what_was_chosen(qtbot: QtBot) -> None:
    dialog = TransposeDialog(is_whole=False)
    qtbot.addWidget(dialog)
    assert dialog.transposition == Transposition(TransposeBy.INTERVAL, "major second")
    dialog.direction.setCurrentIndex(1)
    dialog.ways[TransposeBy.SCALE].setChecked(True)
    assert dialog.transposition == Transposition(TransposeBy.SCALE, "second", is_up=False)
    dialog.ways[TransposeBy.KEY].setChecked(True)
    assert not dialog.direction.isEnabled()


def test_measures_go_in_and_out_of_the_text(window: MainWindow, dialogs: FakeDialogs) -> None:
    window.editor.go_to(TEXT.index("e f"))
    dialogs.n_measures = 2
    window.action_table["insert_measures"].trigger()
    added = "c'4 d e f |\nR1 |\nR1 |\ng4 a b c |"
    assert window.editor.text == TEXT.replace("c'4 d e f |\ng a b c |", added)
    choose(window, "R1 |\nR1 |")
    window.action_table["delete_measures"].trigger()
    assert "R1" not in window.editor.text
    window.editor.undo()
    window.editor.undo()
    assert window.editor.text == TEXT


def test_a_part_is_saved_as_a_file_of_its_own(
    window: MainWindow, dialogs: FakeDialogs, tmp_path: Path
) -> None:
    show(window, "c4 d \\\\\\ e f |\n")
    window.editor.go_to(window.editor.text.index("f |"))
    dialogs.path = tmp_path / "second.lyl"
    window.action_table["extract_part"].trigger()
    assert dialogs.path.read_text() == "e4 f | %1\n"
    assert window.message_bar.text == "Part 2 was saved as second.lyl."
    dialogs.path = tmp_path / "nowhere" / "second.lyl"
    window.action_table["extract_part"].trigger()
    assert window.message_bar.property("tone") == "error"


def test_the_staff_at_the_cursor_is_saved_as_a_file_of_its_own(
    window: MainWindow, dialogs: FakeDialogs, tmp_path: Path
) -> None:
    show(window, '\\staff "1" c4 d \\\\\n\\staff "2" \\clef "bass" e, f |\n')
    window.editor.go_to(window.editor.text.index("\\clef"))
    dialogs.path = tmp_path / "left.lyl"
    window.action_table["extract_staff"].trigger()
    assert dialogs.path.read_text() == '\\clef "bass" e,4 f | %1\n'
    assert window.message_bar.text == "Staff 2 was saved as left.lyl."
    show(window, "c4 d \\\\\\ e f |\n")
    window.editor.go_to(window.editor.text.index("f |"))
    window.action_table["extract_staff"].trigger()
    assert window.message_bar.text == "Staff 1 of part 2 was saved as left.lyl."


def test_the_music_is_arranged_in_another_time_signature(
    window: MainWindow, dialogs: FakeDialogs
) -> None:
    dialogs.time = "2/4"
    window.action_table["change_time"].trigger()
    assert window.editor.text.count("\\time 2/4") == 4
    window.editor.undo()
    assert window.editor.text == TEXT
    dialogs.time = "waltz"
    window.action_table["change_time"].trigger()
    assert "such as 3/4" in window.message_bar.text


# -- edits that take long


@pytest.fixture
def orders(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> list[EditOrder]:
    """Edits of the whole piece wait here, until `answer` works them out."""
    found: list[EditOrder] = []
    monkeypatch.setattr(window.program.editing, "request", found.append)
    show(window, LONG)
    window.editor.selectAll()
    return found


def answer(window: MainWindow, order: EditOrder) -> None:
    window.program.editing.done.emit(edit(order))


def test_edits_of_a_long_text_come_one_after_the_other(
    window: MainWindow, orders: list[EditOrder]
) -> None:
    window.action_table["octave_up"].trigger()
    window.action_table["octave_up"].trigger()
    assert window.editor.text == LONG
    assert len(orders) == 1
    answer(window, orders[0])
    assert "c''4 d" in window.editor.text
    assert window.program.session.current is not None
    answer(window, orders[1])
    assert "c'''4 d" in window.editor.text
    window.editor.undo()
    window.editor.undo()
    assert window.editor.text == LONG


def test_an_edit_of_a_text_that_changed_meanwhile_is_left_out(
    window: MainWindow, orders: list[EditOrder]
) -> None:
    window.action_table["octave_up"].trigger()
    window.editor.go_to(len(LONG))
    window.editor.insertPlainText("% mine")
    answer(window, orders[0])
    assert window.editor.text == LONG + "% mine"
    assert "left out" in window.message_bar.text


def test_the_reading_that_came_with_an_edit_is_taken_over(
    window: MainWindow, orders: list[EditOrder]
) -> None:
    window.action_table["octave_up"].trigger()
    outcome = edit(orders[0])
    window.program.editing.done.emit(outcome)
    assert window.program.session.current is outcome.parsed


def test_a_long_wait_is_said_until_it_is_over(window: MainWindow, orders: list[EditOrder]) -> None:
    window.action_table["octave_up"].trigger()
    window.editing._patience.timeout.emit()
    assert "worked out" in window.message_bar.text
    answer(window, orders[0])
    assert not window.message_bar.isVisible()
