"""How long after a keystroke is it on the page?

    python -m tests.benchmarks.keystroke [--measures 10 100 1000] [--keys N]

The real window, offscreen, with a piano score. Somewhere an octave mark is typed behind a note and
taken away again; then a barline that makes one more measure of what was typed behind another one.
The time runs from the key to the next painting of the score that shows it.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import time
from collections.abc import Callable
from statistics import median

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from lilydesk.app.program import Program
from lilydesk.app.settings import Settings
from lilydesk.cli.bench import machine_name
from lilydesk.engraving import EngravedScore
from lilydesk.ui.main_window import MainWindow
from lilydesk.ui.theme import apply_theme
from tests.benchmarks.parse_lilylet import piano_score

LONGEST_MS = 60_000
NEW_MEASURE = " c4 d e f "


class Painting(QObject):
    """Ends a loop at the first painting of a widget after the score of a newer text came."""

    def __init__(self, program: Program, widget: QWidget, loop: QEventLoop) -> None:
        super().__init__()
        self._has_score = False
        self._before = program.engraving.last_number
        self._loop = loop
        program.engraving.engraved.connect(self._on_engraved)
        widget.installEventFilter(self)

    def _on_engraved(self, score: EngravedScore) -> None:
        self._has_score = self._has_score or score.number > self._before

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._has_score and event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self._loop.quit)  # when it has been painted
        return False


def wait(condition: Callable[[], bool], rest_ms: int = 200) -> None:
    """Run the event loop until the condition holds, and a moment longer."""
    loop, timer = QEventLoop(), QTimer()
    timer.timeout.connect(lambda: QTimer.singleShot(rest_ms, loop.quit) if condition() else None)
    timer.start(20)
    loop.exec()


def pressed(program: Program, window: MainWindow, press: Callable[[], None]) -> float:
    """Milliseconds from a key to the page."""
    loop = QEventLoop()
    painting = Painting(program, window.score.viewport(), loop)
    QTimer.singleShot(LONGEST_MS, loop, loop.quit)
    start = time.perf_counter()
    press()
    loop.exec()
    taken = (time.perf_counter() - start) * 1e3
    window.score.viewport().removeEventFilter(painting)
    painting.deleteLater()
    wait(lambda: True)
    return taken


def show(program: Program, n_measures: int) -> None:
    """Open a score and wait until all of it is drawn."""
    came: list[object] = []
    program.engraving.engraved.connect(lambda score: came.append(score) if score.is_whole else None)
    program.session.start_new(piano_score(n_measures))
    wait(lambda: bool(came), 2000)


def mark_times(program: Program, window: MainWindow, n_keys: int) -> list[float]:
    """Times of keystrokes at random notes of a score."""
    rng, editor = random.Random(1), window.editor
    found: list[float] = []
    while len(found) < n_keys:
        text = program.session.text
        note = rng.choice([*re.finditer("d(?=[ ,>])", text)])
        editor.go_to(note.end())
        wait(lambda: True)
        found.append(pressed(program, window, lambda: QTest.keyClicks(editor, "'")))
        found.append(pressed(program, window, lambda: QTest.keyClick(editor, Qt.Key.Key_Backspace)))
    return found


def measure_times(program: Program, window: MainWindow, n_keys: int) -> list[float]:
    """Times of barlines that make a measure in the middle of a score, which is then taken back."""
    rng, editor = random.Random(1), window.editor
    found: list[float] = []
    while len(found) < n_keys:
        bars = [*re.finditer(r" \|", program.session.text)]
        editor.go_to(rng.choice(bars).end())
        QTest.keyClicks(editor, NEW_MEASURE)
        wait(lambda: True, 500)
        found.append(pressed(program, window, lambda: QTest.keyClicks(editor, "|")))
        for _ in range(len(NEW_MEASURE) + 1):
            QTest.keyClick(editor, Qt.Key.Key_Backspace)
        wait(lambda: True, 500)
    return found


def print_times(name: str, taken: list[float]) -> None:
    """Print median, 95th percentile and the longest time."""
    taken.sort()
    print(
        f"{name}: p50 {median(taken):.0f} ms, "
        f"p95 {taken[int(len(taken) * 0.95)]:.0f} ms, longest {taken[-1]:.0f} ms",
        flush=True,
    )


def main(arguments: list[str]) -> None:
    """Print the times for each length."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measures", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--keys", type=int, default=30)
    options = parser.parse_args(arguments)
    app = QApplication(["lilydesk"])
    qInstallMessageHandler(lambda *_: None)
    apply_theme(app)
    program = Program(Settings(None))
    window = MainWindow(program)
    window.resize(1400, 900)
    program.collector.start()
    window.show()
    window.activateWindow()
    window.editor.setFocus()  # the score follows the cursor of an editor with the focus
    program.engraving.warm_up()
    print(f"machine: {machine_name()}")
    for n_measures in options.measures:
        show(program, n_measures)
        print_times(f"{n_measures} measures", mark_times(program, window, options.keys))
        new = measure_times(program, window, options.keys // 3)
        print_times(f"{n_measures} measures, a new one between them", new)
    program.shutdown()
    window.deleteLater()


if __name__ == "__main__":
    main(sys.argv[1:])
