"""Compose, continue, stop, save, close: the real window, model, engraver and player together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from pytestqt.qtbot import QtBot

from lilydesk.app.engraving_runner import EngravingRunner
from lilydesk.app.player import Player
from lilydesk.app.program import Program
from lilydesk.app.settings import Settings
from lilydesk.lilylet import parse_document
from lilydesk.playback import SilentOutput
from lilydesk.ui.dialogs import Dialogs
from lilydesk.ui.main_window import MainWindow
from tests.support import TINY_BUNDLE
from tests.ui.fake_dialogs import FakeDialogs

# The offscreen platform has no window manager to tell about sizes, and says so.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

WAIT_MS = 180_000  # the first model of a session compiles its kernels
MINE = (
    '[title "Mine"]\n\n\\staff "1" \\key d \\major \\time 3/4 d\'4 fs8 a d4 |\n\n\\staff "1" cs4 b'
)


@pytest.fixture
def dialogs(tmp_path: Path) -> FakeDialogs:
    dialogs = FakeDialogs()
    dialogs.path = tmp_path / "piece.lyl"
    return dialogs


@pytest.fixture
def window(qtbot: QtBot, dialogs: FakeDialogs) -> Iterator[MainWindow]:
    settings = Settings(
        values={
            "bundle": str(TINY_BUNDLE),
            "key": "g minor",
            "time": "3/4",
            "n_measures": 4,
            "seed": 5,
            "is_seed_random": False,
        }
    )
    program = Program(settings, EngravingRunner(), Player(lambda: SilentOutput(lambda: 0.0)))
    widget = MainWindow(program, cast(Dialogs, dialogs))
    widget.show()
    yield widget
    if widget.program.session.is_modified:
        widget.files.save()
    widget.close()


def finish(window: MainWindow, qtbot: QtBot, action: str) -> None:
    with qtbot.waitSignal(window.program.composer.finished, timeout=WAIT_MS):
        window.action_table[action].trigger()


def test_a_piece_is_composed_engraved_saved_and_comes_out_the_same_again(
    window: MainWindow, dialogs: FakeDialogs, qtbot: QtBot
) -> None:
    finish(window, qtbot, "compose")
    assert window.panel.state_text == "4 measures, seed 5"
    first = window.editor.text
    document = parse_document(first).document
    assert len(document.measures) == 4
    qtbot.waitUntil(lambda: window.score._find("m3") is not None, timeout=WAIT_MS)
    window.action_table["save"].trigger()
    assert dialogs.path is not None
    assert dialogs.path.read_text(encoding="utf-8") == first
    finish(window, qtbot, "compose")
    assert window.editor.text == first
    assert window.program.session.path is None


def test_undo_of_a_compose_brings_the_file_back(
    window: MainWindow, dialogs: FakeDialogs, qtbot: QtBot
) -> None:
    window.editor.show_text(MINE)
    window.files.save()
    finish(window, qtbot, "compose")
    assert window.program.session.path is None
    window.action_table["undo"].trigger()
    assert window.editor.text == MINE
    assert window.program.session.path == dialogs.path
    window.action_table["redo"].trigger()
    assert window.program.session.path is None


def test_the_composers_half_written_measure_is_completed_and_continued(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.editor.show_text(MINE + "\n\n")
    window.editor.go_to(len(MINE))
    finish(window, qtbot, "continue")
    text = window.editor.text
    assert text.startswith(MINE)
    assert text.endswith("\n\n")
    assert len(parse_document(text).document.measures) == 6
    window.action_table["undo"].trigger()
    assert window.editor.text == MINE + "\n\n"
    window.action_table["redo"].trigger()
    assert window.editor.text == text


def test_stop_keeps_what_is_there(window: MainWindow, qtbot: QtBot) -> None:
    window.panel.n_measures.setValue(400)
    with qtbot.waitSignal(window.program.composer.measure_ready, timeout=WAIT_MS):
        window.action_table["compose"].trigger()
    window.action_table["stop"].trigger()
    text = window.editor.text
    assert text
    assert window.panel.state_text.startswith("Stopped: ")
    assert window.editor.text == text


def test_closing_while_composing_ends_everything(window: MainWindow, qtbot: QtBot) -> None:
    window.panel.n_measures.setValue(400)
    with qtbot.waitSignal(window.program.composer.measure_ready, timeout=WAIT_MS):
        window.action_table["compose"].trigger()
    window.files.save()
    assert window.close()
    assert not window.program.composer.is_running
