"""The list of what could be typed, beside the cursor. The keyboard stays with the text.

A list that opens by itself takes no key but Down, Up and Escape until something in it is chosen
with Down: Return ends the line and Tab leaves the pane, as without it.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QPlainTextEdit

from lilydesk.app.completion import Completion, completion_at
from lilydesk.ui.text_offsets import from_utf16, to_utf16

PAUSE_MS = 250  # in the typing: who types on sees no list
_MOST_ROWS = 8
_WIDTH_PX = 460
_ACCEPTING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_MODIFIERS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class Completer(QObject):
    """Offers words for one text pane.

    Signals:
        accepted(str): a word was chosen and stands in the text.
    """

    accepted = Signal(str)

    def __init__(self, editor: QPlainTextEdit) -> None:
        super().__init__(editor)
        self._editor = editor
        self._completion: Completion | None = None
        self.list = QListWidget(editor)
        self.list.setAccessibleName("What could be typed here")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.StyledPanel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.hide()
        self.list.itemClicked.connect(self._on_clicked)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._on_pause)
        editor.cursorPositionChanged.connect(self._on_cursor_moved)

    @property
    def is_open(self) -> bool:
        """Whether the list is to be seen."""
        return self._completion is not None

    def open(self) -> None:
        """Offer what fits at the cursor, the first word chosen."""
        self._show(self._look_up())
        if self.is_open:
            self.list.setCurrentRow(0)

    def close(self) -> None:
        """Take the list away."""
        self._pause.stop()
        self._completion = None
        self.list.hide()

    def wants(self, event: QKeyEvent) -> bool:
        """Whether a key belongs to the list and not to the text, nor to a shortcut.

        Ctrl+Space plays, but behind a command that is not finished it opens the list.
        """
        if _is_ctrl_space(event):
            return self._unfinished_command() is not None
        if not self.is_open or event.modifiers() & _MODIFIERS:
            return False
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Up):
            return True
        return event.key() in _ACCEPTING and self.list.currentRow() >= 0

    def take(self, event: QKeyEvent) -> None:
        """Answer a key that the list wants."""
        if _is_ctrl_space(event):
            self.open()
        elif event.key() == Qt.Key.Key_Escape:
            self.close()
        elif event.key() == Qt.Key.Key_Down:
            self._move(1)
        elif event.key() == Qt.Key.Key_Up:
            self._move(-1)
        else:
            self._accept(self.list.currentRow())

    def after_typing(self, typed: str) -> None:
        """A key has reached the text: the list follows, or opens after a pause, or closes."""
        if typed in ("", "\b"):
            return
        if typed == "\\" or typed.isalpha():
            if not self.is_open:
                self._pause.start()
        else:
            self.close()

    # --- inside

    def _look_up(self) -> Completion | None:
        cursor = self._editor.textCursor()
        if cursor.hasSelection():
            return None
        # One line is all that matters, and the whole text may be long.
        before = cursor.block().text()
        column = from_utf16(before, cursor.positionInBlock())
        return completion_at(before, column)

    def _on_pause(self) -> None:
        completion = self._unfinished_command()
        if completion is not None and self._editor.hasFocus():
            self._show(completion)

    def _unfinished_command(self) -> Completion | None:
        completion = self._look_up()
        if completion is None:
            return None
        word = self._editor.textCursor().block().text()[completion.start : completion.end]
        is_finished = any(one.text == word for one in completion.suggestions)
        return completion if word.startswith("\\") and not is_finished else None

    def _on_cursor_moved(self) -> None:
        if self._completion is None:
            return
        completion = self._look_up()
        if completion is None or completion.start != self._completion.start:
            self.close()
        elif completion != self._completion:
            self._show(completion)

    def _show(self, completion: Completion | None) -> None:
        if completion is None:
            self.close()
            return
        self._completion = completion
        had_choice = self.list.currentRow() >= 0 and self.list.isVisible()
        self.list.clear()
        width = max(len(one.text) for one in completion.suggestions)
        for one in completion.suggestions:
            item = QListWidgetItem(f"{one.text:<{width}}  {one.help}")
            item.setToolTip(one.help)
            self.list.addItem(item)
        self.list.setCurrentRow(0 if had_choice else -1)
        self._place()
        self.list.show()
        self.list.raise_()

    def _place(self) -> None:
        """Under the cursor, or over it where there is no room."""
        self.list.setFont(self._editor.font())
        row_px = max(self.list.sizeHintForRow(0), 1)
        height_px = row_px * min(self.list.count(), _MOST_ROWS) + 2 * self.list.frameWidth()
        width_px = min(_WIDTH_PX, self._editor.width())
        caret = self._editor.cursorRect()
        corner = self._editor.viewport().mapTo(self._editor, caret.bottomLeft()) + QPoint(0, 2)
        if corner.y() + height_px > self._editor.height():
            over = self._editor.viewport().mapTo(self._editor, caret.topLeft())
            corner.setY(max(0, over.y() - height_px - 2))
        corner.setX(max(0, min(corner.x(), self._editor.width() - width_px)))
        self.list.setGeometry(corner.x(), corner.y(), width_px, height_px)

    def _move(self, step: int) -> None:
        n_rows = self.list.count()
        row = self.list.currentRow()
        self.list.setCurrentRow((row + step) % n_rows if row >= 0 or step > 0 else n_rows - 1)

    def _on_clicked(self, item: QListWidgetItem) -> None:
        self._accept(self.list.row(item))

    def _accept(self, row: int) -> None:
        completion = self._completion
        self.close()
        if completion is None or not 0 <= row < len(completion.suggestions):
            return
        word = completion.suggestions[row].text
        cursor = self._editor.textCursor()
        block = cursor.block()
        cursor.setPosition(block.position() + to_utf16(block.text(), completion.start))
        cursor.setPosition(
            block.position() + to_utf16(block.text(), completion.end),
            QTextCursor.MoveMode.KeepAnchor,
        )
        cursor.insertText(word)
        self._editor.setTextCursor(cursor)
        self.accepted.emit(word)


def _is_ctrl_space(event: QKeyEvent) -> bool:
    is_ctrl = event.modifiers() == Qt.KeyboardModifier.ControlModifier
    return is_ctrl and event.key() == Qt.Key.Key_Space
