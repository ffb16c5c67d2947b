"""Starting the window. What is heavy (model, engraver, sound) comes after it is on the screen."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from lilydesk import __version__
from lilydesk.app.program import Program
from lilydesk.app.settings import config_folder, load_settings
from lilydesk.ui.main_window import MainWindow
from lilydesk.ui.theme import apply_theme

MODEL_DELAY_MS = 300  # the window is painted first


def run_app(argv: Sequence[str] = ()) -> int:
    """Open the window, with a file if one is named, and run until it is closed."""
    app = QApplication([sys.argv[0], *argv])
    app.setApplicationName("LilyDesk")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("lilydesk")
    apply_theme(app)
    settings, problems = load_settings(config_folder() / "settings.json")
    program = Program(settings)
    window = MainWindow(program)
    program.collector.start()
    program.rescue.install()
    window.show()
    for problem in problems:
        program.messages.warn(problem)
    names = [name for name in app.arguments()[1:] if not name.startswith("-")]

    def on_shown() -> None:
        program.engraving.warm_up()
        QTimer.singleShot(MODEL_DELAY_MS, lambda: program.composer.warm_up(settings.text("bundle")))
        program.recovery.start()
        program.recovery.take_back(into_session=not names)
        if names:
            window.files.open_path(Path(names[0]))

    QTimer.singleShot(0, on_shown)
    try:
        return app.exec()
    finally:
        program.shutdown()
        program.rescue.uninstall()
