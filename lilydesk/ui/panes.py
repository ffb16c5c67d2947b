"""Where the parts of the window lie: panel at the left, panes side by side, transport below."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from lilydesk.ui.editor_pane import EditorPane
from lilydesk.ui.find_bar import FindBar
from lilydesk.ui.message_bar import MessageBar
from lilydesk.ui.preview_strip import PreviewStrip
from lilydesk.ui.problems_strip import ProblemsStrip
from lilydesk.ui.score import ScoreView
from lilydesk.ui.takes_panel import TakesPanel
from lilydesk.ui.theme import GAP, MARGIN


class Panes(QSplitter):
    """Text with its problems, score under its strip, and takes where there are some."""

    def __init__(
        self, editor: EditorPane, find: FindBar, problems: ProblemsStrip, strip: PreviewStrip,
        score: ScoreView, takes: TakesPanel,
    ) -> None:  # fmt: skip
        super().__init__(Qt.Orientation.Horizontal, childrenCollapsible=False)
        self._takes = takes
        self.setHandleWidth(MARGIN)
        self.addWidget(_column(editor, find, problems))
        self.addWidget(_column(strip, score))
        self.addWidget(takes)
        self.setStretchFactor(1, 1)
        self.setSizes([450, 690, 230])
        takes.hide()

    def show_takes(self) -> None:
        """Show the takes; their room comes from both panes, or the score would lose too much."""
        if self._takes.isVisible():
            return
        widths_px = self.sizes()
        total_px = max(1, sum(widths_px))
        width_px = min(self._takes.sizeHint().width(), total_px // 4)
        width_px = max(self._takes.minimumWidth(), width_px)
        shares = (max(0, size - width_px * size // total_px) for size in widths_px[:2])
        self._takes.show()
        self.setSizes([*shares, width_px])

    def hide_takes(self) -> None:
        """Give both panes back what they gave, or the text would lose some each time."""
        if self._takes.isHidden():
            return
        text_px, score_px, room_px = self.sizes()
        self._takes.hide()
        share_px = room_px * text_px // max(1, text_px + score_px)
        self.setSizes([text_px + share_px, score_px + room_px - share_px, 0])

    def state_without_takes(self) -> QByteArray:
        """Hide the takes, which another piece may not have, and tell the widths."""
        self.hide_takes()
        return self.saveState()


def framed(
    panel: QWidget, panes: QSplitter, message_bar: MessageBar, transport: QWidget
) -> QWidget:
    """The whole inside of the window."""
    row = QHBoxLayout()
    row.setContentsMargins(0, GAP, MARGIN, 0)
    row.addWidget(panel)
    row.addWidget(panes, 1)
    centre = QWidget()
    rows = QVBoxLayout(centre)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.addLayout(row, 1)
    message_row = QHBoxLayout()
    message_row.setContentsMargins(MARGIN, 0, MARGIN, 0)
    message_row.addWidget(message_bar)
    rows.addLayout(message_row)
    rows.addWidget(transport)
    return centre


def _column(*widgets: QWidget) -> QWidget:
    """Widgets over each other; the one that can grow does."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        column.addWidget(widget, isinstance(widget, EditorPane | ScoreView))
    return holder
