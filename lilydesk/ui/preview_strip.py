"""A strip over the score that says: this is not your text, but a take of it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton

_ROOM_FOR_WORDS_PX = 240  # with less, the sentence would stand in a column of single words


class PreviewStrip(QFrame):
    """Out of sight while the score shows the text. Signals: use_chosen, back_chosen."""

    use_chosen = Signal()
    back_chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("message")
        self.setProperty("tone", "notice")
        self._label = QLabel(wordWrap=True)
        # it must not widen the score's column, or the panes would jump
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        use, back = QToolButton(), QToolButton()
        use.setText("Use It")
        use.setToolTip("Put this take into the text")
        use.clicked.connect(self.use_chosen)
        back.setText("Back")
        back.setToolTip("Show the text again (Esc in the list of takes)")
        back.clicked.connect(self.back_chosen)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 6, 4)
        row.addWidget(self._label, 1)
        row.addWidget(use)
        row.addWidget(back)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._label.text()

    def show_take(self, name: str) -> None:
        """The score shows a take; an empty name: it shows the text."""
        self._label.setText(f"The score shows “{name}”, not your text.")
        self.setVisible(bool(name))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: where there is no room for the sentence, the buttons say enough."""
        super().resizeEvent(event)
        self._label.setVisible(self.width() >= _ROOM_FOR_WORDS_PX)
