"""The guide to the language, in a window of its own beside the music."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from lilydesk.ui.window_place import resize_to_fit

_SIZE_PX = (820, 860)


class GuideWindow(QDialog):
    """Shows one Markdown file with its images; the music can be edited meanwhile."""

    def __init__(self, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Writing music in Lilylet")
        resize_to_fit(self, *_SIZE_PX)
        self.browser = QTextBrowser()
        self.browser.setAccessibleName("Guide to Lilylet")
        self.browser.setOpenExternalLinks(True)
        self.browser.document().setDocumentMargin(18)
        self.browser.setSource(
            QUrl.fromLocalFile(str(path)), QTextDocument.ResourceType.MarkdownResource
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.browser)
