"""Which part of the score is in sight: the end while music comes, the cursor while one writes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from lilydesk.app.engraving_runner import EngravingRunner
from lilydesk.composing import GeneratedMeasure
from lilydesk.ui.main_window import MainWindow

TEXT = "c'4 d e |\n\ng4 a b |\n"


def test_the_end_is_followed_while_music_comes_and_no_longer_than_till_somebody_writes(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.editor.setPlainText(TEXT)
    runner = window.program.composer
    monkeypatch.setattr(EngravingRunner, "is_laying_out", True)
    window.action_table["continue"].trigger()
    runner.measure_ready.emit(1, GeneratedMeasure("\nc4 d e |\n", 0, 1))
    runner.cancel()
    window.program.session.parse_now()
    assert window.score.follows_end  # line breaks are still to come
    window.editor.go_to(0)
    qtbot.keyClick(window.editor, Qt.Key.Key_Space)
    assert not window.score.follows_end


def test_the_score_follows_the_cursor_to_the_head_of_the_text(
    window: MainWindow, qtbot: QtBot
) -> None:
    followed: list[str] = []
    window.score.follow = followed.append  # type: ignore[method-assign]
    window.editor.setPlainText(f"%Romantic\n{TEXT}")
    window.program.session.parse_now()
    window.editor.setFocus()
    window.editor.go_to(len(TEXT))
    window.editor.go_to(0)
    assert followed[-1] == "m0"


def test_an_edit_of_the_whole_text_leaves_the_score_at_the_cursor(window: MainWindow) -> None:
    followed: list[str] = []
    window.score.follow = followed.append  # type: ignore[method-assign]
    window.editor.setFocus()
    window.editor.setPlainText("\\key c \\major c'4 d e f |\n\n" * 40)
    window.program.session.parse_now()
    end = window.editor.textCursor()
    end.movePosition(QTextCursor.MoveOperation.End)
    window.editor.setTextCursor(end)
    assert followed[-1] == "m39"
    end.select(QTextCursor.SelectionType.Document)
    end.insertText("c4 d e f |\n\n" * 40)
    window.program.session.parse_now()
    assert followed[-1] == "m39"


def test_the_engraver_is_told_where_one_looks(window: MainWindow, qtbot: QtBot) -> None:
    window.editor.setPlainText("c'4 d e f |\n\n" * 80)
    window.program.session.parse_now()
    assert window.program.engraving.first_in_sight() == 0
    bar = window.score.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    assert window.program.engraving.first_in_sight() > 20


def test_while_music_comes_the_score_does_not_go_back_to_the_cursor(window: MainWindow) -> None:
    window.editor.setPlainText(TEXT)
    window.editor.setFocus()
    window.editor.go_to(0)
    window.action_table["continue"].trigger()
    followed: list[str] = []
    window.score.follow = followed.append  # type: ignore[method-assign]
    window.program.composer.measure_ready.emit(1, GeneratedMeasure("\nc4 d e |\n", 0, 1))
    window.program.session.parse_now()
    assert followed == []
