"""Takes in the window: listed, shown in the score, put to use, saved. The model is played here."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from lilydesk.app.compose_runner import ComposeChoices, Job
from lilydesk.app.passages import MeasureRange, range_of, voices_in
from lilydesk.app.take_jobs import TakesOrder
from lilydesk.composing import GeneratedMeasure
from lilydesk.composing.takes import Take, TakeKind
from lilydesk.lilylet import parse_document
from lilydesk.lilylet.edits import TextEdit
from lilydesk.notation.span import Span
from lilydesk.ui.dialogs import Answer
from lilydesk.ui.main_window import MainWindow
from lilydesk.ui.regenerate_dialog import RegenerateChoices, RegenerateDialog
from lilydesk.ui.window_place import state_of
from tests.ui.fake_dialogs import FakeDialogs

TEXT = "\\key c \\major \\time 2/4 c'4 d |\n\n\\key c \\major e4 f |\n\n\\key c \\major g'4 e |\n"
OLD = "e4 f"
PIANO = '\\staff "1" \\time 2/4 c\'4 d \\\\ e2 \\\\\n\\staff "2" \\clef "bass" c2 \\\\\\ g4 a |\n'


@pytest.fixture
def window(window: MainWindow) -> MainWindow:
    window.editor.setPlainText(TEXT)
    window.program.session.parse_now()
    return window


def take(identifier: str, new: str, bits: float) -> Take:
    begin = TEXT.index(OLD)
    edits = (TextEdit(Span(begin, begin + len(OLD)), new),)
    return Take(
        identifier, "", TakeKind.REGENERATE, TEXT, edits, batch="1", first_measure=1,
        n_measures=1, bits_per_token=bits,
    )  # fmt: skip


def deliver(window: MainWindow, *takes: Take) -> None:
    """The takes come as from the worker thread."""
    window.program.composer.takes_ready.emit(1, takes)
    QApplication.processEvents()  # the best is shown when the list is on the screen


def n_notes_drawn(window: MainWindow) -> int:
    document = window.program.presentation.document
    assert document is not None
    return len(document.measures[1].parts[0].voices[0].events)


@pytest.fixture
def listed(window: MainWindow) -> MainWindow:
    """A window with two takes, the better one shown."""
    deliver(window, take("a", "e8 e f f", 1.0), take("b", "a2", 0.5))
    return window


def test_the_best_take_is_shown_and_the_text_stays(listed: MainWindow) -> None:
    assert listed.takes_panel.isVisible()
    assert listed.takes_panel.current_id == "b"
    assert n_notes_drawn(listed) == 2  # the key and a half note
    assert listed.editor.text == TEXT
    assert listed.preview_strip.isVisible()
    assert "Take 2" in listed.preview_strip.text


def test_what_a_shown_take_adds_is_tinted_until_it_is_kept_or_put_away(
    listed: MainWindow, qtbot: QtBot
) -> None:
    score = listed.score
    assert score._tinted == range(1, 2)
    assert not score._tint.path().isEmpty()
    qtbot.keyClick(listed.takes_panel.list, Qt.Key.Key_Escape)
    assert score._tint.path().isEmpty()
    listed.takes_panel.choose("a")
    assert not score._tint.path().isEmpty()
    listed.takes_panel.use_button.click()
    assert score._tint.path().isEmpty()


def test_a_take_that_is_in_use_is_shown_as_the_text_that_it_is(
    listed: MainWindow, qtbot: QtBot
) -> None:
    listed.takes.use("b")
    listed.takes_panel.choose("a")
    assert listed.preview_strip.isVisible()
    with qtbot.waitSignal(listed.takes.found) as found:
        listed.takes_panel.choose("b")
    assert found.args == ["m1"]
    assert not listed.preview_strip.isVisible()
    assert not listed.takes.is_previewing
    assert n_notes_drawn(listed) == 2


def test_to_come_to_the_list_chooses_no_take(window: MainWindow, qtbot: QtBot) -> None:
    window.program.takes.add([take("a", "e8 e f f", 1.0), take("b", "a2", 0.5)])
    window.takes_panel.list.setFocus(Qt.FocusReason.TabFocusReason)
    assert window.takes_panel.list.hasFocus()
    assert not window.takes.is_previewing
    assert window.takes_panel.current_id == ""
    qtbot.keyClick(window.takes_panel.list, Qt.Key.Key_Down)
    assert window.takes_panel.current_id == "b"  # the first


def test_a_new_piece_over_the_text_is_no_take(window: MainWindow, dialogs: FakeDialogs) -> None:
    deliver(window, take("a", "e8 e f f", 1.0))
    window.takes.use("a")
    dialogs.answer = Answer.GO_ON
    window.action_table["compose"].trigger()
    window.program.composer.measure_ready.emit(1, GeneratedMeasure("c4 d |\n", 0, 1))
    assert window.editor.text == "c4 d |\n"
    window.program.session.parse_now()
    assert window.program.takes.book.active == ""
    window.editor.undo()
    window.program.session.parse_now()
    assert window.program.takes.book.active == "a"


def test_the_list_takes_its_room_from_text_and_score(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1100, 700)
    width_px = window.width()
    deliver(window, take("a", "e8 e f f", 1.0))
    assert window.takes_panel.isVisible()
    assert window.takes_panel.width() < window.score.width()
    assert window.width() == width_px
    bar = window.score.horizontalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() == bar.minimum())  # the page fits its room


def test_the_list_gives_text_and_score_their_room_back(window: MainWindow) -> None:
    window.resize(1100, 700)
    QApplication.processEvents()
    width_px = window.editor.width()
    for _ in range(3):
        window.action_table["takes"].trigger()
        assert window.editor.width() < width_px
        window.action_table["takes"].trigger()
    assert abs(window.editor.width() - width_px) <= 5


def test_what_is_remembered_of_the_panes_has_no_room_for_takes(window: MainWindow) -> None:
    window.resize(1100, 700)
    QApplication.processEvents()
    width_px = window.editor.width()
    deliver(window, take("a", "e8 e f f", 1.0))
    window._remember()
    window._panes.restoreState(state_of(window.program.settings.text("splitter_state")))
    assert abs(window.editor.width() - width_px) <= 5


def test_a_small_window_stays_as_small(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(780, 700)
    deliver(window, take("a", "e8 e f f", 1.0))
    qtbot.waitUntil(window.preview_strip.isVisible)
    assert window.width() == 780


def test_takes_of_an_empty_text_are_shown_too(window: MainWindow) -> None:
    window.files.new()
    edits = (TextEdit(Span(0, 0), "c4 d e f |\n"),)
    deliver(window, Take("n", "", TakeKind.COMPOSE, "", edits, n_measures=1))
    assert window.takes.is_previewing
    assert window.takes_panel.current_id == "n"
    assert window.score._find("m0") is not None
    window.takes_panel.use_button.click()
    assert window.editor.text == "c4 d e f |\n"


def test_a_text_that_waits_to_be_read_does_not_end_the_preview(window: MainWindow) -> None:
    window.editor.insertPlainText(" ")
    deliver(window, take("a", "e8 e f f", 1.0))
    assert window.takes.is_previewing
    assert n_notes_drawn(window) == 5


def test_the_keys_of_the_list_show_and_use(listed: MainWindow, qtbot: QtBot) -> None:
    listing = listed.takes_panel.list
    qtbot.keyClick(listing, Qt.Key.Key_Down)
    assert n_notes_drawn(listed) == 5
    qtbot.keyClick(listing, Qt.Key.Key_Return)
    assert listed.editor.text == TEXT.replace(OLD, "e8 e f f")
    assert not listed.preview_strip.isVisible()
    assert listed.program.takes.book.active == "a"


def test_a_new_name_ends_with_enter_and_the_take_stays_out_of_the_text(
    listed: MainWindow, qtbot: QtBot
) -> None:
    takes = listed.takes_panel.list
    qtbot.keyClick(takes, Qt.Key.Key_F2)
    field = takes.findChild(QLineEdit)
    qtbot.keyClicks(field, "quiet")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert takes.currentIndex().data() == "quiet"
    assert "quiet" in listed.preview_strip.text
    assert listed.editor.text == TEXT
    assert listed.takes.is_previewing
    assert takes.hasFocus()


def test_a_click_shows_again_what_was_used_and_taken_back(listed: MainWindow, qtbot: QtBot) -> None:
    listed.takes.use("b")
    listed.editor.undo()
    listed.program.session.parse_now()
    assert not listed.takes.is_previewing
    takes = listed.takes_panel.list
    place = takes.visualRect(takes.currentIndex()).center()
    qtbot.mouseClick(takes.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert listed.takes.is_previewing


def test_a_used_take_is_one_step_to_undo_and_marked_as_the_models(listed: MainWindow) -> None:
    listed.takes.use("b")
    begin = listed.editor.text.index("a2")
    cursor = listed.editor.textCursor()
    cursor.setPosition(begin + 1)
    assert cursor.charFormat().background().color() != cursor.blockCharFormat().background().color()
    listed.editor.setFocus()
    listed.action_table["undo"].trigger()
    assert listed.editor.text == TEXT
    listed.program.session.parse_now()
    assert listed.program.takes.book.active == ""
    listed.action_table["redo"].trigger()
    listed.program.session.parse_now()
    assert listed.program.takes.book.active == "b"


def test_one_take_after_the_other_keeps_what_was_typed_elsewhere(listed: MainWindow) -> None:
    listed.takes.use("a")
    listed.editor.go_to(len(listed.editor.text))
    listed.editor.insertPlainText("% mine\n")
    listed.takes.use("b")
    assert listed.editor.text == TEXT.replace(OLD, "a2") + "% mine\n"


def test_what_was_changed_in_the_same_place_is_kept_in_the_list(listed: MainWindow) -> None:
    listed.editor.setPlainText(TEXT.replace(OLD, "e4 fs"))
    listed.takes.use("b")
    assert listed.editor.text == TEXT.replace(OLD, "a2")
    (mine,) = (t for t in listed.program.takes.book.takes if t.kind is TakeKind.OWN)
    assert mine.text == TEXT.replace(OLD, "e4 fs")
    assert "My version" in listed.message_bar.text
    listed.takes.use(mine.id)
    assert listed.editor.text == TEXT.replace(OLD, "e4 fs")


def test_escape_and_typing_go_back_to_the_text(listed: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(listed.takes_panel.list, Qt.Key.Key_Escape)
    assert n_notes_drawn(listed) == 3
    assert not listed.preview_strip.isVisible()
    listed.takes_panel.choose("a")
    assert n_notes_drawn(listed) == 5
    listed.editor.insertPlainText(" ")
    listed.program.session.parse_now()
    assert n_notes_drawn(listed) == 3
    assert listed.takes_panel.current_id == ""


def test_a_click_in_the_score_of_a_take_leaves_the_cursor(listed: MainWindow) -> None:
    before = listed.editor.cursor_offset
    listed.score.element_clicked.emit("m1-n20")
    assert listed.editor.cursor_offset == before


def test_a_deleted_take_comes_back_by_undo_in_the_list(listed: MainWindow, qtbot: QtBot) -> None:
    listing = listed.takes_panel.list
    listing.setFocus()
    qtbot.keyClick(listing, Qt.Key.Key_Delete)
    assert [one.id for one in listed.program.takes.book.takes] == ["a"]
    listing.setFocus()
    assert listed.action_table["undo"].isEnabled()
    listed._undo()
    assert len(listed.program.takes.book) == 2
    assert listed.editor.text == TEXT


def test_a_take_is_compared_with_the_text(listed: MainWindow, dialogs: FakeDialogs) -> None:
    listed.takes_panel.compare_button.click()
    assert dialogs.asked == ["compare Take 2: 1"]


# -- ordering


def ordered(window: MainWindow, action: str) -> Job:
    jobs: list[Job] = []
    window.program.composer.started.connect(jobs.append)
    window.action_table[action].trigger()
    window.program.composer.cancel()
    return jobs[0]


def test_takes_under_way_do_not_come_to_another_piece(
    window: MainWindow, dialogs: FakeDialogs, tmp_path: Path
) -> None:
    other = tmp_path / "other.lyl"
    other.write_text("c1 |\n")
    dialogs.answer = Answer.GO_ON
    composer = window.program.composer
    order = TakesOrder(TakeKind.COMPOSE, window.editor.text, 1)
    job = composer.start_takes(ComposeChoices(), order)
    composer._on_progress(job.number, 1, 16)  # as from the worker thread
    window.files.open_path(other)
    assert window.editor.text == "c1 |\n"
    assert job.stop.is_set()
    composer._on_takes_ready(job.number, (take("late", "a2", 0.5),))
    assert len(window.program.takes.book) == 0


def test_regenerate_asks_for_the_measures_of_the_cursor(
    window: MainWindow, dialogs: FakeDialogs
) -> None:
    window.editor.go_to(TEXT.index(OLD))
    choices = RegenerateChoices(MeasureRange(2, 3), frozenset({(0, 0)}), 3, "rhythm")
    dialogs.regeneration = choices
    order = ordered(window, "regenerate").order
    assert dialogs.asked == ["regenerate 2 to 2"]
    assert order is not None
    assert (order.kind, order.text) == (TakeKind.REGENERATE, TEXT)
    assert (order.first_measure, order.n_measures, order.n_takes) == (1, 2, 3)
    assert (order.voices, order.keeps) == (frozenset({(0, 0)}), "rhythm")


def test_compose_writes_as_many_takes_as_the_panel_says(window: MainWindow) -> None:
    assert ordered(window, "compose_takes").order.n_takes == 4  # type: ignore[union-attr]
    window.panel.takes.setValue(3)
    order = ordered(window, "compose").order
    assert order is not None
    assert (order.kind, order.n_takes) == (TakeKind.COMPOSE, 3)
    assert window.editor.text == TEXT


def test_continue_in_takes_goes_on_at_the_end(window: MainWindow) -> None:
    order = ordered(window, "continue_takes").order
    assert order is not None
    assert (order.kind, order.offset) == (TakeKind.CONTINUE, len(TEXT))


def test_the_dialog_offers_the_voices_of_its_measures(qtbot: QtBot) -> None:
    document = parse_document(PIANO + TEXT).document
    dialog = RegenerateDialog(document, MeasureRange(1, 1), 4)
    qtbot.addWidget(dialog)
    assert [choice.label for choice, _ in dialog.voices] == [
        "Part 1, staff 1, voice 1",
        "Part 1, staff 1, voice 2",
        "Part 1, staff 2",
        "Part 2",
    ]
    assert dialog.choices.voices is None
    dialog.voices[1][1].setChecked(False)
    assert dialog.choices.voices == frozenset({(0, 0), (0, 2), (1, 0)})
    dialog.first.setValue(2)
    assert (dialog.choices.measures, len(dialog.voices)) == (MeasureRange(2, 2), 1)


def test_a_selection_means_the_measures_that_it_touches() -> None:
    document = parse_document(TEXT).document
    at = TEXT.index(OLD)
    assert range_of(document, at, at) == MeasureRange(2, 2)
    assert range_of(document, 0, at + 1) == MeasureRange(1, 2)
    assert range_of(document, 0, len(TEXT)) == MeasureRange(1, 3)
    assert range_of(parse_document("").document, 0, 0) is None
    assert [one.label for one in voices_in(document, MeasureRange(1, 3))] == ["Staff 1"]


# -- files


def test_takes_are_saved_with_a_project(
    listed: MainWindow, dialogs: FakeDialogs, tmp_path: Path
) -> None:
    dialogs.path = tmp_path / "piece.lilydesk"
    listed.action_table["save"].trigger()
    assert not listed.isWindowModified()
    listed.files.new()
    assert listed.program.takes.rowCount() == 0
    listed.files.open_path(dialogs.path)
    assert listed.editor.text == TEXT
    assert listed.program.takes.rowCount() == 2


def test_a_plain_file_says_that_it_holds_no_takes_and_leaving_asks(
    listed: MainWindow, dialogs: FakeDialogs, tmp_path: Path
) -> None:
    dialogs.path = tmp_path / "piece.lyl"
    listed.action_table["save"].trigger()
    assert dialogs.path.read_text() == TEXT
    assert "does not hold the takes" in listed.message_bar.text
    dialogs.answer = Answer.CANCEL
    assert not listed.files.may_leave()
    assert dialogs.asked[-1] == "unsaved takes"
    dialogs.answer = Answer.SAVE
    dialogs.path = tmp_path / "piece.lilydesk"
    assert listed.files.may_leave()
    assert dialogs.path.exists()
    assert listed.program.session.path == dialogs.path
