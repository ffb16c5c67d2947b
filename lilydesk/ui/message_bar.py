"""The message bar: one sentence and what to do next. It takes no key and covers nothing."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from lilydesk.app.messages import Message, Tone
from lilydesk.ui.icons import close_icon

_NOTICE_STAYS_MS = 8000


class MessageBar(QFrame):
    """Shows the newest message; a notice goes by itself, a failure stays until closed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message")
        self.setAccessibleName("Message")
        self._label = QLabel(wordWrap=True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = QToolButton(autoRaise=True)
        close.setIcon(close_icon())
        close.setToolTip("Close this message")
        close.setAccessibleName("Close message")
        close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 6, 6)
        layout.addWidget(self._label, 1)
        layout.addWidget(close)
        self._timer = QTimer(self, singleShot=True, interval=_NOTICE_STAYS_MS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    @property
    def text(self) -> str:
        """The message in sight, or the last one."""
        return self._label.text()

    def show_message(self, message: Message) -> None:
        """Show a message in place of the one before."""
        self._label.setText(f"{message.text} {message.hint}".strip())
        self.setProperty("tone", message.tone.value)
        self.style().unpolish(self)  # the colour follows the property only when polished again
        self.style().polish(self)
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self._label, QAccessible.Event.Alert))
        self._timer.stop()
        if message.tone is Tone.NOTICE:
            self._timer.start()
