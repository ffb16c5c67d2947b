"""The window on small screens."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from lilydesk.ui.form_area import FormArea
from lilydesk.ui.main_window import MainWindow


def test_the_first_window_fits_its_screen(window: MainWindow) -> None:
    room = window.screen().availableSize()
    assert window.width() < min(room.width(), 1441)
    assert window.height() < min(room.height(), 881)


def test_the_buttons_of_the_panel_are_in_sight_in_a_low_window(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(1000, 520)
    panel = window.panel
    bar = panel.findChild(FormArea).verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    before_px = panel.stop_button.pos()
    panel.show_start(7)
    qtbot.wait(0)
    assert panel.stop_button.pos() == before_px  # nothing moves away under the mouse
    for button in (panel.compose_button, panel.continue_button, panel.stop_button):
        assert button.visibleRegion().boundingRect() == button.rect()
