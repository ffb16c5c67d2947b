"""The text pane: Lilylet text with line numbers, colours, problems, and what the model wrote.

All positions outside are code points; Qt's UTF-16 units stay in here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from PySide6.QtCore import QEvent, QMimeData, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
    QWheelEvent,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QToolTip

from lilydesk.app.completion import help_at
from lilydesk.app.problems import Problem, Severity
from lilydesk.ui.completion import Completer
from lilydesk.ui.highlighter import LilyletHighlighter
from lilydesk.ui.line_numbers import LineNumbers
from lilydesk.ui.text_offsets import from_utf16, to_utf16
from lilydesk.ui.theme import ERROR, GENERATED, HINT, WARNING, text_font

SEVERITY_COLOURS = {
    Severity.ERROR: ERROR,
    Severity.WARNING: WARNING,
    Severity.HINT: HINT,
}
_IS_GENERATED = QTextFormat.Property.UserProperty + 1
_COMMAND = re.compile(r"\\([A-Za-z]+|[<>!])")
_WORD = re.compile(r"\S+")
_LONGEST_UNDERLINE = 24  # a whole measure underlined would be hard to read
_MOST_UNDERLINES = 300  # each costs; nobody reads more
_SMALLEST_PT, _LARGEST_PT = 6.0, 40.0


class EditorPane(QPlainTextEdit):
    """Shows and edits the text.

    Signals:
        text_edited(str): the text has changed, by the composer, undo, or new measures.
        cursor_moved(int): the cursor is at this code point now.
        font_size_changed(float): in points.
        generated_undone(): Undo has taken back what the model was adding.
    """

    text_edited = Signal(str)
    cursor_moved = Signal(int)
    font_size_changed = Signal(float)
    generated_undone = Signal()

    def __init__(self, commands: Mapping[str, str] | None = None) -> None:
        """`commands`: what each command does, by its name without the backslash."""
        super().__init__()
        self.setAccessibleName("Lilylet text")
        self.setTabChangesFocus(True)  # no key may lock the keyboard in
        self.setPlaceholderText("Type Lilylet here, or choose a style and press Compose.")
        self._text = ""
        self._problems: Sequence[Problem] = ()
        self._insertion: QTextCursor | None = None
        self._is_adding = False
        self._keeps_end = False  # in sight, also when lines are broken anew, while measures come
        self._is_last_generated = False  # the last step to undo, so the next measure joins it
        self._commands = commands or {}
        self._highlighter = LilyletHighlighter(self.document(), self._commands)
        self._numbers = LineNumbers(self)
        self.completer = Completer(self)
        self.set_font_size(10.0)
        self.document().contentsChanged.connect(self._on_contents_changed)
        self.cursorPositionChanged.connect(self._on_cursor_moved)
        self.blockCountChanged.connect(self._place_numbers)
        self.updateRequest.connect(self._on_update_request)
        self.verticalScrollBar().rangeChanged.connect(self._on_range_changed)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)

    # --- what it shows

    @property
    def text(self) -> str:
        """The whole text, lines ended by line feeds, every other character as it is."""
        return self._text

    @property
    def cursor_offset(self) -> int:
        """Where the cursor is, in code points."""
        return from_utf16(self._text, self.textCursor().position())

    def show_text(self, text: str) -> None:
        """Another text: cursor at the start, nothing to undo."""
        self._insertion, self._is_last_generated = None, False
        self.setPlainText(text)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Underline problems and mark their lines."""
        self._problems = problems
        self.setExtraSelections([self._underline(p) for p in problems[:_MOST_UNDERLINES]])
        marks: dict[int, QColor] = {}
        for problem in sorted(problems, key=lambda p: list(Severity).index(p.severity)):
            marks.setdefault(problem.line, SEVERITY_COLOURS[problem.severity])
        self._numbers.show_marks(marks)

    def go_to(self, offset: int) -> None:
        """Put the cursor at a code point and bring it into sight."""
        cursor = self.textCursor()
        cursor.setPosition(self._position(offset))
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def set_font_size(self, size_pt: float) -> None:
        """Letters of this size, within reason."""
        size_pt = min(max(size_pt, _SMALLEST_PT), _LARGEST_PT)
        self.setFont(text_font(size_pt))
        self.setTabStopDistance(4 * self.fontMetrics().horizontalAdvance(" "))
        self._place_numbers()
        self.font_size_changed.emit(size_pt)

    # --- what the model writes

    def begin_generated(self, offset: int) -> None:
        """New measures will go in at this code point."""
        self._insertion, self._is_last_generated = QTextCursor(self.document()), False
        self._insertion.setPosition(self._position(offset))

    def begin_generated_over(self) -> None:
        """New measures will take the place of the whole text, from the first one on."""
        self._insertion, self._is_last_generated = QTextCursor(self.document()), False
        self._insertion.select(QTextCursor.SelectionType.Document)

    @property
    def is_following_end(self) -> bool:
        """The end of the text is in sight, so what is added there should come into sight too."""
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum() - 1

    def add_generated(self, text: str) -> None:
        """Add what the model wrote; the composer's cursor stays.

        All of it is one step to undo, as far as the composer changed nothing in between.
        """
        assert self._insertion is not None
        is_following = self.is_following_end
        place = self._composers_place()
        if self._is_last_generated:
            self._insertion.joinPreviousEditBlock()
        else:
            self._insertion.beginEditBlock()
        self._is_adding = True
        self._insertion.insertText(text, generated_format())
        self._insertion.endEditBlock()
        self._is_adding, self._is_last_generated = False, True
        self._restore_place(place)
        if is_following:
            self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
            self._keeps_end = True

    def is_all_generated(self) -> bool:
        """The model wrote every letter of the text."""
        block = self.document().begin()
        while block.isValid():
            fragments = block.begin()
            while not fragments.atEnd():
                fragment = fragments.fragment()
                if fragment.text().strip() and not fragment.charFormat().property(_IS_GENERATED):
                    return False
                fragments += 1
            block = block.next()
        return True

    # --- inside

    def lines_in_sight(self, area: QRect) -> Iterator[tuple[int, int, int]]:
        """Line number from 1, top and height in pixels, of the lines within an area."""
        block = self.firstVisibleBlock()
        offset = self.contentOffset()
        while block.isValid():
            box = self.blockBoundingGeometry(block).translated(offset)
            if box.top() > area.bottom():
                return
            if block.isVisible():
                yield block.blockNumber() + 1, round(box.top()), round(box.height())
            block = block.next()

    def _position(self, offset: int) -> int:
        return min(to_utf16(self._text, offset), self.document().characterCount() - 1)

    def _composers_place(self) -> tuple[int, int]:
        cursor = self.textCursor()
        return cursor.anchor(), cursor.position()

    def _restore_place(self, place: tuple[int, int]) -> None:
        """Qt carries a cursor at the insertion point along with the new text; take it back."""
        if place == self._composers_place():
            return
        last = self.document().characterCount() - 1
        cursor = self.textCursor()
        cursor.setPosition(min(place[0], last))
        cursor.setPosition(min(place[1], last), QTextCursor.MoveMode.KeepAnchor)
        at_px = self.verticalScrollBar().value()
        self.setTextCursor(cursor)
        self.verticalScrollBar().setValue(at_px)

    def _underline(self, problem: Problem) -> QTextEdit.ExtraSelection:
        last = self.document().characterCount() - 1
        start = self._position(problem.start)
        end = max(self._position(self._end_of_underline(problem)), start + 1)
        selection = QTextEdit.ExtraSelection()
        selection.cursor = QTextCursor(self.document())
        selection.cursor.setPosition(min(start, last))
        selection.cursor.setPosition(min(end, last), QTextCursor.MoveMode.KeepAnchor)
        if not selection.cursor.hasSelection():  # at the very end: show it under the last letter
            selection.cursor.movePosition(
                QTextCursor.MoveOperation.PreviousCharacter, QTextCursor.MoveMode.KeepAnchor
            )
        selection.format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        selection.format.setUnderlineColor(SEVERITY_COLOURS[problem.severity])
        return selection

    def _end_of_underline(self, problem: Problem) -> int:
        """The end of the problem, or of its first word if it is a whole measure."""
        if problem.end - problem.start <= _LONGEST_UNDERLINE:
            return problem.end
        word = _WORD.match(self._text, problem.start)
        return word.end() if word else problem.start + 1

    def tip_at(self, offset: int) -> str:
        """The problem at a place, or what the command there does."""
        for problem in self._problems:
            if problem.start <= offset < max(problem.end, problem.start + 1):
                return f"{problem.message}\n{problem.hint}".strip()
        begin = self._text.rfind("\\", 0, offset + 1)
        command = _COMMAND.match(self._text, begin) if begin >= 0 else None
        if command is not None and offset < command.end() and command.group(1) in self._commands:
            return self._commands[command.group(1)]
        return help_at(self._text, offset)

    def _on_contents_changed(self) -> None:
        # toPlainText would turn a no-break space into a space
        text = self.document().toRawText().replace("\u2029", "\n")
        if text == self._text:
            return
        self._text = text
        is_undone = self._is_last_generated and self.document().isRedoAvailable()
        self._is_last_generated = self._is_last_generated and self._is_adding
        self._keeps_end = self._keeps_end and self._is_adding
        if is_undone:
            self.generated_undone.emit()
        self.text_edited.emit(text)

    def _on_range_changed(self, _first: int, last: int) -> None:
        # lines grow narrower when the scroll bar appears, a turn after the text was added
        if self._keeps_end:
            self.verticalScrollBar().setValue(last)

    def _on_scrolled(self) -> None:
        self._keeps_end = self._keeps_end and self.is_following_end

    def _on_cursor_moved(self) -> None:
        if not self.textCursor().hasSelection():  # it would change the letters selected
            self.setCurrentCharFormat(QTextCharFormat())  # what is typed is the composer's own
        self._numbers.update()
        self.cursor_moved.emit(self.cursor_offset)

    def _on_update_request(self, area: QRect, scrolled_px: int) -> None:
        if scrolled_px:
            self._numbers.scroll(0, scrolled_px)
        else:
            self._numbers.update(0, area.y(), self._numbers.width(), area.height())

    def _place_numbers(self) -> None:
        width_px = self._numbers.width_px()
        self.setViewportMargins(width_px + 4, 0, 0, 0)
        inside = self.contentsRect()
        self._numbers.setGeometry(inside.left(), inside.top(), width_px, inside.height())

    # --- Qt

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Files that are dropped are for the window to open."""
        return not source.hasUrls() and super().canInsertFromMimeData(source)

    def event(self, event: QEvent) -> bool:
        """Explain what is under the mouse; the open list of completions goes before shortcuts."""
        if isinstance(event, QKeyEvent) and self.completer.wants(event):
            if event.type() == QEvent.Type.KeyPress:
                self.completer.take(event)
            event.accept()
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cursor = self.cursorForPosition(self.viewport().mapFromParent(event.pos()))
            tip = self.tip_at(from_utf16(self._text, cursor.position()))
            if tip:
                QToolTip.showText(event.globalPos(), tip)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Type; what could come next is offered after a pause."""
        super().keyPressEvent(event)
        self.completer.after_typing(event.text())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Offer nothing where nobody types."""
        super().focusOutEvent(event)
        self.completer.close()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the line numbers beside the text."""
        super().resizeEvent(event)
        self._place_numbers()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl and the wheel change the size of the letters."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            step_pt = 1.0 if event.angleDelta().y() > 0 else -1.0
            self.set_font_size(self.font().pointSizeF() + step_pt)
            event.accept()
            return
        super().wheelEvent(event)


def generated_format() -> QTextCharFormat:
    """How letters of the model's look."""
    result = QTextCharFormat()
    result.setBackground(GENERATED)
    result.setProperty(_IS_GENERATED, True)
    return result
