"""Does the window stutter while a model writes?

    python -m tests.benchmarks.window_gaps [--model NAME|DIR] [--measures N] [--seed S]

The real window, offscreen, composes; a timer that wants to fire every 5 ms notes how late it was,
first with nothing to do, then while measures stream in. "Wall" is what a composer would feel;
"own" is the part of it in which the window's thread itself was at work; the rest it waited, for
Python's lock or for a core.
"""

from __future__ import annotations

import argparse
import os
import sys
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, Qt, QTimer, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from lilydesk.app.program import Program
from lilydesk.app.settings import Settings
from lilydesk.cli.bench import machine_name
from lilydesk.ui.main_window import MainWindow
from lilydesk.ui.theme import apply_theme

INTERVAL_MS = 5
IDLE_MS = 3000
LONGEST_MS = 300_000


class GapMeter:
    """Notes the time between two firings of a timer, in milliseconds: (wall, own)."""

    def __init__(self) -> None:
        self.gaps: list[tuple[float, float]] = []
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_timeout)
        self._last = (time.perf_counter(), time.thread_time())
        self._timer.start(INTERVAL_MS)

    def _on_timeout(self) -> None:
        now = (time.perf_counter(), time.thread_time())
        self.gaps.append(((now[0] - self._last[0]) * 1e3, (now[1] - self._last[1]) * 1e3))
        self._last = now

    def stop(self) -> None:
        self._timer.stop()

    def __str__(self) -> str:
        walls, owns = (sorted(values) for values in zip(*self.gaps, strict=True))
        n_late = sum(wall > 50 for wall in walls)
        worst = ", ".join(f"{w:.0f} ({o:.0f})" for w, o in sorted(self.gaps)[:-6:-1])
        return (
            f"{len(walls)} gaps; wall p50 {walls[len(walls) // 2]:.1f} ms, "
            f"p99 {walls[int(len(walls) * 0.99)]:.1f} ms, largest {walls[-1]:.1f} ms, "
            f"{n_late} above 50 ms; own largest {owns[-1]:.1f} ms; worst wall (own): {worst}"
        )


def spin(milliseconds: int, loop: QEventLoop) -> None:
    """Run the event loop for so long, or until it is told to quit."""
    QTimer.singleShot(milliseconds, loop, loop.quit)
    loop.exec()


def main(arguments: list[str]) -> None:
    """Print the gaps of an idle window, of opening the model, and of writing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="default")
    parser.add_argument("--measures", type=int, default=32)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--takes", type=int, default=4, help="written at the end; 0 = none")
    options = parser.parse_args(arguments)
    app = QApplication(["lilydesk"])
    qInstallMessageHandler(lambda *_: None)
    apply_theme(app)
    settings = {
        "bundle": options.model, "seed": options.seed, "is_seed_random": False,
        "n_measures": options.measures,
    }  # fmt: skip
    program = Program(Settings(None, settings))
    window = MainWindow(program)
    program.collector.start()
    window.show()
    program.engraving.warm_up()
    print(f"machine: {machine_name()}")
    spin(1000, QEventLoop())
    measured("idle", lambda loop: None, IDLE_MS)
    for what in ("the model is opened", "the model is there"):
        program.session.start_new()

        def compose(loop: QEventLoop) -> None:
            program.composer.finished.connect(lambda *_: QTimer.singleShot(500, loop, loop.quit))
            window.composing.compose()

        measured(f"composing, {what}", compose, LONGEST_MS)
        print(f"  measures: {program.session.text.count('|')}")
    if options.takes:
        program.session.start_new()

        def compose_takes(loop: QEventLoop) -> None:
            program.composer.finished.connect(lambda *_: QTimer.singleShot(500, loop, loop.quit))
            window.takes.compose(window.panel.choices, options.takes)

        measured(f"composing {options.takes} takes", compose_takes, LONGEST_MS)
    program.shutdown()
    window.deleteLater()


def measured(name: str, begin, longest_ms: int) -> None:
    """Print the gaps from a beginning until the loop is told to quit."""
    loop, meter = QEventLoop(), GapMeter()
    begin(loop)
    spin(longest_ms, loop)
    meter.stop()
    print(f"{name}: {meter}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
