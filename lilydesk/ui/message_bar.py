"""The message bar: one sentence and what to do next. It takes no key and covers nothing."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton

from lilydesk.app.messages import Message, Tone
from lilydesk.ui.icons import close_icon

_NOTICE_STAYS_MS = 8000


class MessageBar(QFrame):
    """Shows the newest message; a notice goes by itself, a failure when it is over.

    What holds for longer (a message with a topic) comes back when a shorter one has gone. All can
    be closed by hand.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("message")
        self.setAccessibleName("Message")
        self._label = QLabel(wordWrap=True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = QToolButton(autoRaise=True)
        close.setIcon(close_icon())
        close.setToolTip("Close this message")
        close.setAccessibleName("Close message")
        close.clicked.connect(self._on_closed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 6, 6)
        layout.addWidget(self._label, 1)
        layout.addWidget(close)
        self._timer = QTimer(self, singleShot=True, interval=_NOTICE_STAYS_MS)
        self._timer.timeout.connect(self._leave)
        self._message = Message("")
        self._lasting: dict[str, Message] = {}  # by topic, the newest last
        self.hide()

    @property
    def text(self) -> str:
        """The message in sight, or the last one."""
        return self._label.text()

    def show_message(self, message: Message) -> None:
        """Show a message in place of the one before."""
        if message.topic:
            self._lasting.pop(message.topic, None)
            self._lasting[message.topic] = message
        self._message = message
        self._label.setText(f"{message.text} {message.hint}".strip())
        self.setProperty("tone", message.tone.value)
        self.style().unpolish(self)  # the colour follows the property only when polished again
        self.style().polish(self)
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self._label, QAccessible.Event.Alert))
        self._timer.stop()
        if message.tone is Tone.NOTICE:
            self._timer.start()

    def on_over(self, topic: str) -> None:
        """What was said of a topic holds no more; "" is what the last action failed at."""
        self._lasting.pop(topic, None)
        if self._message.topic == topic and (topic or self._message.tone is Tone.ERROR):
            self._leave()

    def _on_closed(self) -> None:
        self._lasting.pop(self._message.topic, None)
        self._leave()

    def _leave(self) -> None:
        self._message = Message("")
        self._timer.stop()
        self.hide()
        if self._lasting:
            self.show_message(next(reversed(self._lasting.values())))
