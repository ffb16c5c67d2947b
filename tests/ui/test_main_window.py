"""The window as a whole: what is wired to what. Real session, engraver (in place) and player."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QMenu,
    QMenuBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from lilydesk.app import export_runner
from lilydesk.app.places import ids_at
from lilydesk.app.player import PlayerState
from lilydesk.composing import GeneratedMeasure
from lilydesk.lilylet import parse_document
from lilydesk.ui.dialogs import Answer
from lilydesk.ui.main_window import MainWindow
from tests.ui.fake_dialogs import FakeDialogs

TEXT = '\\staff "1" \\key g \\major \\time 3/4 d\'4 g,8 a b c |\n\n\\staff "1" g4 a b |\n'


def is_part_of_another(widget: QWidget) -> bool:
    """The field in a combo box, a viewport, a menu bar: named by what holds it."""
    parent = widget.parentWidget()
    holders = (QComboBox, QAbstractSpinBox, QAbstractScrollArea)
    return isinstance(parent, holders) or isinstance(widget, QMenuBar | QMenu)


def id_at(offset: int) -> str:
    (identifier,) = ids_at(parse_document(TEXT).document, offset)
    return identifier


@pytest.fixture
def piece(tmp_path: Path) -> Path:
    path = tmp_path / "piece.lyl"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def with_piece(window: MainWindow, piece: Path) -> MainWindow:
    window.files.open_path(piece)
    return window


def test_an_opened_file_shows_as_text_and_as_score(with_piece: MainWindow, piece: Path) -> None:
    assert with_piece.editor.text == TEXT
    assert with_piece.score._find("m1")
    assert with_piece.windowTitle() == "piece.lyl[*] – LilyDesk"
    assert with_piece.program.settings.items("recent_files") == [str(piece)]


def test_typing_changes_the_score(with_piece: MainWindow, qtbot: QtBot) -> None:
    with_piece.editor.go_to(len(TEXT))
    qtbot.keyClicks(with_piece.editor, "c4 |")
    qtbot.waitUntil(lambda: with_piece.score._find("m2") is not None)
    assert with_piece.isWindowModified()


def test_a_fault_is_listed_and_a_click_jumps_to_it(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.program.session.parsed):
        window.editor.show_text("c4 d e f |\nc4 cis e f |\n")
    assert window.problems.isVisible()
    window.problems.problem_chosen.emit(window.program.session.problems[0].start)
    assert window.editor.cursor_offset == 14


def test_a_score_without_music_is_an_empty_page(with_piece: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(with_piece.program.session.parsed):
        with_piece.editor.selectAll()
        with_piece.editor.cut()
    assert with_piece.score._find("m1") is None
    assert not with_piece.action_table["play"].isEnabled()


def test_a_click_in_the_score_leads_to_the_text(with_piece: MainWindow) -> None:
    offset = TEXT.index("g4 a b")
    with_piece.score.element_clicked.emit(id_at(offset))
    assert with_piece.editor.cursor_offset == offset


def test_the_cursor_marks_its_note_in_the_score(with_piece: MainWindow) -> None:
    with_piece.editor.go_to(TEXT.index("a b |"))
    assert with_piece.score._chosen_ids == (id_at(TEXT.index("a b |")),)


def test_unsaved_changes_are_asked_about(
    with_piece: MainWindow, dialogs: FakeDialogs, qtbot: QtBot
) -> None:
    qtbot.keyClicks(with_piece.editor, "% mine")
    text = with_piece.editor.text
    with_piece.files.new()
    assert dialogs.asked == ["unsaved"]
    assert with_piece.editor.text == text
    assert not with_piece.close()
    dialogs.answer = Answer.SAVE
    with_piece.files.new()
    assert with_piece.editor.text == ""


def test_a_file_changed_by_another_program_is_not_written_over_unasked(
    with_piece: MainWindow, dialogs: FakeDialogs, qtbot: QtBot, piece: Path
) -> None:
    qtbot.keyClicks(with_piece.editor, "%")
    piece.write_text("theirs")
    assert not with_piece.files.save()
    assert dialogs.asked == ["changed on disk"]
    assert piece.read_text() == "theirs"
    dialogs.write_over = True
    assert with_piece.files.save()
    assert piece.read_text().startswith("%")


def test_what_cannot_be_opened_is_told_in_the_bar(window: MainWindow, tmp_path: Path) -> None:
    window.files.open_path(tmp_path)
    assert "is a folder" in window.message_bar.text


def test_a_failure_is_told_until_something_succeeds(
    with_piece: MainWindow, dialogs: FakeDialogs, tmp_path: Path
) -> None:
    dialogs.path = tmp_path / "nowhere" / "piece.lyl"
    with_piece.action_table["save_as"].trigger()
    assert with_piece.message_bar.isVisible()
    with_piece.action_table["save"].trigger()
    assert not with_piece.message_bar.isVisible()
    with_piece.action_table["save_as"].trigger()
    with_piece.editor.insertPlainText(" ")
    assert not with_piece.message_bar.isVisible()


def deliver(window: MainWindow, *texts: str) -> None:
    """What the runner reports when the model has written these measures."""
    runner = window.program.composer
    for index, text in enumerate(texts):
        runner.measure_ready.emit(1, GeneratedMeasure(text, index, len(texts)))


def test_an_abc_file_opens_as_a_new_text_named_after_it(
    window: MainWindow, dialogs: FakeDialogs, tmp_path: Path
) -> None:
    (tmp_path / "reel.abc").write_text("X:1\nT:Reel\nL:1/4\nM:2/4\nK:D\nD F|vA2|]\n", "utf-8")
    dialogs.path = tmp_path / "reel.abc"
    window.action_table["open"].trigger()
    assert window.editor.text.startswith('[title "Reel"]\n\n\\key d \\major')
    assert window.windowTitle() == "reel.lyl[*] – LilyDesk"
    assert not window.isWindowModified()
    assert window.files.may_leave()  # its own file still holds it: nothing to ask
    assert "Bowing signs are not shown" in window.message_bar.text
    dialogs.path = tmp_path / "saved.lyl"
    window.action_table["save"].trigger()
    assert (tmp_path / "saved.lyl").read_text("utf-8") == window.editor.text
    assert window.windowTitle() == "saved.lyl[*] – LilyDesk"


def test_an_abc_file_without_a_tune_leaves_the_window_as_it_is(
    with_piece: MainWindow, tmp_path: Path
) -> None:
    (tmp_path / "letter.abc").write_text("Dear Anna\n", "utf-8")
    with_piece.files.open_path(tmp_path / "letter.abc")
    assert with_piece.editor.text == TEXT
    assert "no tune" in with_piece.message_bar.text


def test_composing_over_a_saved_piece_leaves_its_file_alone(
    with_piece: MainWindow, dialogs: FakeDialogs, piece: Path
) -> None:
    with_piece.action_table["compose"].trigger()
    deliver(with_piece, "c4 |\n", "d4 |\n")
    assert dialogs.asked == []
    assert with_piece.editor.text == "c4 |\nd4 |\n"
    assert with_piece.program.session.path is None
    assert piece.read_text() == TEXT
    with_piece.editor.undo()
    assert with_piece.editor.text == TEXT


def test_undo_while_the_model_writes_stops_it_and_takes_all_back(window: MainWindow) -> None:
    window.editor.show_text("c1 |\n")
    window.action_table["continue"].trigger()
    deliver(window, "g4 a b c |\n", "d1 |\n")
    window.action_table["undo"].trigger()
    assert window.editor.text == "c1 |\n"
    assert not window.program.composer.is_running
    window.action_table["redo"].trigger()
    assert window.editor.text == "c1 |\ng4 a b c |\nd1 |\n"


def test_composing_over_ones_own_unsaved_text_asks_first(
    window: MainWindow, dialogs: FakeDialogs, qtbot: QtBot
) -> None:
    qtbot.keyClicks(window.editor, "c4 |")
    window.action_table["compose"].trigger()
    assert dialogs.asked == ["compose over"]
    assert window.editor.text == "c4 |"


def test_a_take_nobody_touched_goes_without_a_question(
    window: MainWindow, dialogs: FakeDialogs
) -> None:
    window.action_table["compose"].trigger()
    deliver(window, "c4 |\n")
    window.action_table["stop"].trigger()
    window.action_table["compose"].trigger()
    deliver(window, "d4 |\n")
    assert dialogs.asked == []
    assert window.editor.text == "d4 |\n"


def test_another_file_opened_while_composing_stops_it(
    window: MainWindow, dialogs: FakeDialogs, piece: Path
) -> None:
    window.action_table["compose"].trigger()
    window.files.open_path(piece)
    assert not window.program.composer.is_running
    assert window.editor.text == TEXT


def test_what_was_composed_is_not_told_of_the_next_file(window: MainWindow, piece: Path) -> None:
    window.panel.show_end("16 measures, seed 7")
    window.files.open_path(piece)
    assert window.panel.state_text == ""


def test_continue_keeps_every_byte_of_the_composers_text(window: MainWindow) -> None:
    mine = "c4\td  e\u00a0f |\n% ü𝄞\n\n"
    window.editor.show_text(mine)
    window.editor.go_to(0)
    window.action_table["continue"].trigger()
    deliver(window, "g4 a b c |\n")
    assert window.editor.text == mine + "g4 a b c |\n"
    assert window.editor.cursor_offset == 0


def test_the_keyboard_composes_and_stops(window: MainWindow, qtbot: QtBot) -> None:
    window.editor.setFocus()
    qtbot.waitUntil(window.editor.hasFocus)
    qtbot.keyClick(window.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert window.program.composer.is_running
    assert window.editor.text == ""
    qtbot.keyClick(window.editor, Qt.Key.Key_Escape)
    assert not window.program.composer.is_running


def test_f6_goes_through_the_panes(window: MainWindow, qtbot: QtBot) -> None:
    window.editor.setFocus()
    qtbot.waitUntil(window.editor.hasFocus)
    qtbot.keyClick(window.editor, Qt.Key.Key_F6)
    assert window.score.hasFocus()
    qtbot.keyClick(window.score, Qt.Key.Key_F6)
    assert not window.score.hasFocus()
    assert not window.editor.hasFocus()


def test_everything_that_takes_keys_has_a_name(window: MainWindow) -> None:
    inside = [w for w in window.findChildren(QWidget) if w.window() is window]
    takers = [w for w in inside if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    nameless = [
        type(w).__name__
        for w in takers
        if not (w.accessibleName() or w.property("text") or is_part_of_another(w))
    ]
    assert nameless == []


def test_no_two_fields_or_menus_share_a_letter(window: MainWindow) -> None:
    texts = [label.text() for label in window.panel.findChildren(QLabel) if label.buddy()]
    texts += [menu.title() for menu in window.action_table.menus.values()]
    letters = [text[text.index("&") + 1].lower() for text in texts if "&" in text]
    assert len(letters) > 12
    assert sorted(letters) == sorted(set(letters))


def test_a_file_dropped_on_the_text_is_opened_by_the_window(
    window: MainWindow, piece: Path
) -> None:
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(piece))])
    assert not window.editor.canInsertFromMimeData(dropped)


def test_playing_lights_notes_and_moves_the_position(with_piece: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(with_piece.program.player.sounding_changed) as sounding:
        qtbot.keyClick(with_piece.score, Qt.Key.Key_Space)
    assert len(sounding.args[0]) == 1
    assert with_piece.action_table["stop"].isEnabled()
    with_piece.action_table["stop"].trigger()
    assert with_piece.program.player.state is PlayerState.STOPPED


def test_export_writes_beside_the_window(
    with_piece: MainWindow, dialogs: FakeDialogs, qtbot: QtBot, tmp_path: Path
) -> None:
    dialogs.path = tmp_path / "piece.mid"
    with qtbot.waitSignal(with_piece.program.exporter.exported) as exported:
        with_piece.action_table["export"].trigger()
    assert exported.args == [True]
    assert dialogs.path.read_bytes().startswith(b"MThd")


def test_one_export_at_a_time(
    with_piece: MainWindow, dialogs: FakeDialogs, qtbot: QtBot, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    writing = threading.Event()
    monkeypatch.setattr(
        export_runner, "write_document_as", lambda _, path, font: (writing.wait(60), (path,))[1]
    )
    dialogs.path = tmp_path / "piece.mid"
    with_piece.action_table["export"].trigger()
    with_piece.action_table["export"].trigger()
    assert "still being written" in with_piece.message_bar.text
    with qtbot.waitSignal(with_piece.program.exporter.exported) as exported:
        writing.set()
    assert exported.args == [True]
    assert "Wrote" in with_piece.message_bar.text


def test_closing_remembers_what_was_asked_for(with_piece: MainWindow, dialogs: FakeDialogs) -> None:
    with_piece.panel.n_measures.setValue(7)
    with_piece.close()
    assert with_piece.program.settings.count("n_measures") == 7
    assert with_piece.program.settings.text("window_geometry")


@pytest.mark.qt_log_ignore("propagateSizeHints", r"raise\(\)", extend=True)
def test_help_opens_the_guide_beside_the_music(window: MainWindow, qtbot: QtBot) -> None:
    window.action_table["guide"].trigger()
    assert window.guide is not None
    assert window.guide.isVisible()
    assert not window.guide.isModal()
    first = window.guide
    window.guide.close()
    window.action_table["guide"].trigger()
    assert window.guide is first
    window.close()
    assert not first.isVisible()


def test_complete_word_offers_what_fits_at_the_cursor(window: MainWindow, qtbot: QtBot) -> None:
    window.editor.setPlainText("c\\stacc")
    window.editor.go_to(7)
    window.action_table["complete"].trigger()
    assert window.editor.completer.list.count() == 2


def test_the_styles_are_those_of_the_model_chosen(window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "styles.tsv").write_text("Romantic\tNobody, Known\tKeyboard\n")
    window.panel.bundle.addItem(str(tmp_path))
    window.panel.bundle.setCurrentIndex(window.panel.bundle.count() - 1)
    assert window.panel.composer.findText("Nobody, Known") >= 0
    window.panel.bundle.setCurrentIndex(0)
    assert window.panel.composer.findText("Nobody, Known") < 0
    assert window.panel.composer.findText("Schubert, Franz") >= 0
