"""The find bar below the text: words to look for, how many there are, and the way to the next."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from lilydesk.ui.theme import quiet_label


class FindBar(QWidget):
    """Out of sight until words are looked for.

    Signals:
        words_changed(str): look for these words from here on.
        step_wanted(bool): go to the next place; False: the one before.
        closed(): nothing is looked for any more.
    """

    words_changed = Signal(str)
    step_wanted = Signal(bool)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.field = QLineEdit(placeholderText="Find", clearButtonEnabled=True)
        self.field.setAccessibleName("Find in the text")
        self.field.installEventFilter(self)
        self.field.textEdited.connect(self.words_changed)
        self._count: QLabel = quiet_label()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.field, 1)
        row.addWidget(self._count)
        for sign, tip, step in (("↑", "The one before (Shift+F3)", False),
                                ("↓", "The next one (F3)", True)):  # fmt: skip
            row.addWidget(self._button(sign, tip, lambda _=False, s=step: self.step_wanted.emit(s)))
        row.addWidget(self._button("✕", "Close (Esc)", lambda _=False: self.close_bar()))
        self.hide()

    @property
    def words(self) -> str:
        """What to look for."""
        return self.field.text()

    @property
    def count_text(self) -> str:
        """What it says of the places found."""
        return self._count.text()

    def open_bar(self, words: str) -> None:
        """Come into sight, ready to type; words that are given take the place of those before."""
        if words:
            self.field.setText(words)
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def close_bar(self) -> None:
        """Go out of sight."""
        self.hide()
        self.closed.emit()

    def show_place(self, index: int, n_places: int) -> None:
        """Tell which place of how many is shown; without any, that there is none."""
        if not self.words:
            self._count.clear()
        else:
            self._count.setText(f"{index + 1} of {n_places}" if n_places else "not in the text")

    def _button(self, sign: str, tip: str, slot: object) -> QToolButton:
        button = QToolButton(autoRaise=True)
        button.setText(sign)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(slot)
        return button

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: Esc closes here, whatever else it may be a shortcut for."""
        is_asked_first = event.type() == QEvent.Type.ShortcutOverride
        if is_asked_first and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Enter goes on, Shift+Enter back, Esc closes."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.step_wanted.emit(not event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        elif event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        else:
            super().keyPressEvent(event)
