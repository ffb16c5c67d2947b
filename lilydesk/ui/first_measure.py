"""How long a composer waits for the first measure, in the real window. For `lilydesk bench`."""

from __future__ import annotations

import time

from PySide6.QtCore import QEventLoop, QTimer, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from lilydesk.app.compose_runner import Outcome
from lilydesk.app.program import Program
from lilydesk.app.settings import Settings
from lilydesk.engraving import EngravedScore
from lilydesk.errors import LilyDeskError
from lilydesk.ui.main_window import MainWindow
from lilydesk.ui.theme import apply_theme

_LONGEST_WAIT_MS = 180_000


def first_measure_waits_s(bundle: str, seed: int, n_rounds: int) -> list[float]:
    """Seconds from Compose until the first measure is painted, once a round.

    The first round opens the model as well; before it, as after a start by hand, the engraver's
    process is there. Raises LilyDeskError if no measure comes.
    """
    app = QApplication.instance() or QApplication(["lilydesk"])
    assert isinstance(app, QApplication)
    # The offscreen screen remarks at every window that it has no size hints.
    qInstallMessageHandler(lambda *_: None)
    apply_theme(app)
    program = Program(Settings(None, {"bundle": bundle, "seed": seed, "is_seed_random": False}))
    window = MainWindow(program)
    try:
        window.show()
        program.engraving.warm_up()
        app.processEvents()
        return [_Round(program, window).wait_s() for _ in range(n_rounds)]
    finally:
        program.shutdown()
        window.deleteLater()
        qInstallMessageHandler(None)


class _Round:
    """One press of Compose, stopped when its first measure is on the screen."""

    def __init__(self, program: Program, window: MainWindow) -> None:
        self._program = program
        self._window = window
        self._loop = QEventLoop()
        self._painted_s: float | None = None
        self._error: LilyDeskError | None = None

    def wait_s(self) -> float:
        """Do the round. Raises LilyDeskError."""
        program = self._program
        program.session.start_new()
        links = [
            (program.engraving.engraved, self._on_engraved),
            (program.composer.finished, self._on_finished),
        ]
        for signal, slot in links:
            signal.connect(slot)
        begun_s = time.perf_counter()
        self._window.composing.compose()
        QTimer.singleShot(_LONGEST_WAIT_MS, self._loop, self._loop.quit)
        self._loop.exec()
        for signal, slot in links:
            signal.disconnect(slot)
        program.composer.cancel()
        if self._painted_s is None:
            raise self._error or LilyDeskError(
                "No measure came to the screen.", "Try another model or seed."
            )
        return self._painted_s - begun_s

    def _on_engraved(self, score: EngravedScore) -> None:
        if score.systems:
            self._window.score.viewport().repaint()
            self._painted_s = time.perf_counter()
            self._loop.quit()

    def _on_finished(self, number: int, outcome: Outcome) -> None:
        if outcome.error is not None:
            self._error = outcome.error
            self._loop.quit()
