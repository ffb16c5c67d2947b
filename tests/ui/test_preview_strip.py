from __future__ import annotations

from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from lilydesk.ui.preview_strip import PreviewStrip


def test_a_narrow_strip_stays_low(qtbot: QtBot) -> None:
    column = QWidget()
    qtbot.addWidget(column)
    layout = QVBoxLayout(column)
    strip = PreviewStrip()
    layout.addWidget(strip)
    layout.addStretch(1)
    strip.show_take("Take 4")
    column.resize(600, 400)
    column.show()
    QApplication.processEvents()
    height_px = strip.height()
    column.resize(180, 400)
    qtbot.waitUntil(lambda: strip.height() <= height_px + 2)
    column.resize(600, 400)
    qtbot.waitUntil(lambda: strip.height() <= height_px + 2)
