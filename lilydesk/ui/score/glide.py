"""Scrolling that the eye can follow."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QPropertyAnimation
from PySide6.QtWidgets import QScrollBar

_DURATION_MS = 220


class Glide(QPropertyAnimation):
    """Moves a scroll bar to where it is told, in a fifth of a second."""

    def __init__(self, bar: QScrollBar) -> None:
        super().__init__(bar, b"value", bar)
        self._bar = bar
        self.setDuration(_DURATION_MS)
        self.setEasingCurve(QEasingCurve.Type.InOutCubic)

    @property
    def to_go(self) -> int:
        """How far it still has to move the bar."""
        is_running = self.state() == QPropertyAnimation.State.Running
        return int(self.endValue()) - self._bar.value() if is_running else 0

    def go_to(self, value: int) -> None:
        """Go there from where it is; on its way there already it goes on."""
        if self.state() == QPropertyAnimation.State.Running:
            if self.endValue() == value:
                return
            self.stop()
        self.setStartValue(self._bar.value())
        self.setEndValue(value)
        self.start()
