from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage, QTextDocument
from pytestqt.qtbot import QtBot

from lilydesk.app.guide import guide_path
from lilydesk.errors import FileError
from lilydesk.ui.guide_window import GuideWindow


def test_the_guide_shows_text_and_images(qtbot: QtBot) -> None:
    window = GuideWindow(guide_path())
    qtbot.addWidget(window)
    document = window.browser.document()
    assert "Which octave?" in document.toPlainText()
    image = window.browser.loadResource(
        QTextDocument.ResourceType.ImageResource, QUrl("images/lilylet/chords.png")
    )
    assert not QImage.fromData(image).isNull()
    assert document.toPlainText().count("\ufffc") >= 10


def test_a_missing_guide_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="The guide to Lilylet is missing"):
        guide_path(tmp_path)
