"""The real window for tests: session, editor, engraver and player in place; nothing is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from pytestqt.qtbot import QtBot

from lilydesk.app.compose_runner import ComposeRunner
from lilydesk.app.document_runner import DocumentRunner, edit, encoder, perform
from lilydesk.app.engraving_runner import EngravingRunner
from lilydesk.app.player import Player
from lilydesk.app.program import Program
from lilydesk.app.settings import Settings
from lilydesk.playback import SilentOutput
from lilydesk.ui.dialogs import Answer, Dialogs
from lilydesk.ui.main_window import MainWindow
from tests.ui.fake_dialogs import FakeDialogs

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform has no window manager to tell about sizes, and says so."""
    for item in items:
        if HERE in item.path.parents and item.get_closest_marker("qt_log_ignore") is None:
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints", extend=True))


class IdleRunner(ComposeRunner):
    """Starts jobs that wait for ever: the test delivers what a model would write."""

    def _start_thread(self) -> None:
        pass


@pytest.fixture
def dialogs() -> FakeDialogs:
    return FakeDialogs()


@pytest.fixture
def window(qtbot: QtBot, dialogs: FakeDialogs) -> Iterator[MainWindow]:
    program = Program(
        Settings(),
        EngravingRunner(in_place=True),
        Player(lambda: SilentOutput(lambda: 0.0)),
        IdleRunner(),
        DocumentRunner(encoder(), in_place=True),
        DocumentRunner(perform, in_place=True),
        DocumentRunner(edit, in_place=True),
    )
    widget = MainWindow(program, cast(Dialogs, dialogs))
    widget.show()
    yield widget
    dialogs.answer = Answer.GO_ON
    widget.close()
