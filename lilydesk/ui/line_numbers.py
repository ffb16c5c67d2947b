"""The margin left of the text: line numbers, and a mark where a line has a problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from lilydesk.ui.theme import INK, QUIET_INK, WINDOW

if TYPE_CHECKING:
    from lilydesk.ui.editor_pane import EditorPane

_MARK_PX = 6


class LineNumbers(QWidget):
    """Belongs to one editor, which gives it its place and its lines."""

    def __init__(self, editor: EditorPane) -> None:
        super().__init__(editor)
        self._editor = editor
        self._marks: dict[int, QColor] = {}

    def width_px(self) -> int:
        """Room for the largest number and a mark."""
        digits = max(2, len(str(self._editor.blockCount())))
        return self._editor.fontMetrics().horizontalAdvance("9") * digits + 2 * _MARK_PX + 12

    def show_marks(self, marks: dict[int, QColor]) -> None:
        """Colours by line, from 1."""
        self._marks = marks
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the numbers need."""
        return QSize(self.width_px(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines in sight."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._editor.font())
        painter.fillRect(event.rect(), WINDOW)
        current = self._editor.textCursor().blockNumber() + 1
        for number, top_px, height_px in self._editor.lines_in_sight(event.rect()):
            painter.setPen(INK if number == current else QUIET_INK)
            line_px = min(height_px, painter.fontMetrics().height())  # a long line may be folded
            box = QRect(0, top_px, self.width() - 8, line_px)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight, str(number))
            if number in self._marks:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._marks[number])
                painter.drawEllipse(6, top_px + (line_px - _MARK_PX) // 2, _MARK_PX, _MARK_PX)
        painter.end()
