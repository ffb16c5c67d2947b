from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lilydesk.app.problems import Problem, Severity
from lilydesk.composing import GeneratedMeasure
from lilydesk.ui.main_window import MainWindow
from lilydesk.ui.problems_strip import ProblemList, ProblemsStrip

PROBLEM = Problem(3, 14, 40, 43, Severity.ERROR, "cis is no pitch.", "Write cs.")


def test_a_row_says_line_column_message_and_hint() -> None:
    model = ProblemList()
    model.show_problems([PROBLEM])
    assert model.rowCount(QModelIndex()) == 1
    assert model.data(model.index(0)) == "3:14  cis is no pitch. Write cs."


def test_a_long_problem_is_shown_whole(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    strip = ProblemsStrip(window)
    long = replace(PROBLEM, message="A very long sentence " * 8, hint="And what to do about it.")
    strip.resize(300, 200)
    window.show()
    strip.show_problems([PROBLEM])
    one_line_px = strip.list.height()
    strip.show_problems([long, PROBLEM])
    strip.list.resize(300, strip.list.height())
    rows = [strip.list.visualRect(strip.model.index(row)).height() for row in range(2)]
    assert rows[0] > 3 * rows[1]
    assert strip.list.height() > 3 * one_line_px
    strip.show_problems([long] * 50)
    assert strip.list.height() < 12 * one_line_px


def test_a_click_asks_for_the_place(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    strip = ProblemsStrip(window)
    strip.show_problems([PROBLEM])
    with qtbot.waitSignal(strip.problem_chosen) as chosen:
        strip.list.clicked.emit(strip.model.index(0))
    assert chosen.args == [40]


def test_without_problems_there_is_no_strip(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    strip = ProblemsStrip(window)
    strip.show_problems([PROBLEM])
    assert not strip.isHidden()
    strip.show_problems([])
    assert strip.isHidden()


def test_the_same_problems_again_keep_the_current_row(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    strip = ProblemsStrip(window)
    other = replace(PROBLEM, line=5)
    strip.show_problems((PROBLEM, other))
    strip.list.setCurrentIndex(strip.model.index(1))
    strip.show_problems((PROBLEM, other))
    assert strip.current_problem == other


def test_a_slur_that_the_next_measure_may_end_is_no_problem_while_music_comes(
    window: MainWindow,
) -> None:
    runner = window.program.composer
    window.action_table["compose"].trigger()
    runner.measure_ready.emit(1, GeneratedMeasure("c'4( d |\n", 0, 2))
    window.program.session.parse_now()
    assert window.problems.isHidden()
    runner.cancel()
    assert [problem.code for problem in window.problems.model.problems] == ["unclosed-slur"]
