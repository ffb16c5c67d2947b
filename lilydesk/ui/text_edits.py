"""Edits in the text pane: what is selected, and pieces of text replaced as one step to undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtGui import QTextCharFormat, QTextCursor

from lilydesk.notation.span import Span
from lilydesk.ui.editor_pane import EditorPane, generated_format
from lilydesk.ui.text_offsets import all_to_utf16, from_utf16, to_utf16

if TYPE_CHECKING:
    from lilydesk.lilylet.edits import TextEdit


def selection_of(editor: EditorPane) -> Span:
    """What is selected, in code points; empty at the cursor if nothing is."""
    cursor = editor.textCursor()
    return Span(
        from_utf16(editor.text, cursor.selectionStart()),
        from_utf16(editor.text, cursor.selectionEnd()),
    )


def apply_generated(editor: EditorPane, edits: Sequence[TextEdit]) -> None:
    """Replace pieces of the text by what the model wrote, as one step to undo."""
    _replace(editor, edits, lambda _: generated_format())


def apply_to(editor: EditorPane, edits: Sequence[TextEdit]) -> None:
    """Replace pieces of the text as one step to undo; what was selected stays so."""
    selection = selection_of(editor)
    _replace(editor, edits, _letters_there)
    if selection.start < selection.end:
        select(editor, Span(_moved(selection.start, edits, 0), _moved(selection.end, edits, 1)))


def _replace(
    editor: EditorPane, edits: Sequence[TextEdit], letters: Callable[[QTextCursor], QTextCharFormat]
) -> None:
    places = all_to_utf16(editor.text, [offset for edit in edits for offset in edit.span])
    spans = zip(places[::2], places[1::2], strict=True)
    cursor = editor.textCursor()  # a copy; where it stands is where Undo goes back to
    cursor.beginEditBlock()
    for edit, (start, end) in reversed([*zip(edits, spans, strict=True)]):
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(edit.replacement, letters(cursor))
    cursor.endEditBlock()


def _letters_there(cursor: QTextCursor) -> QTextCharFormat:
    return cursor.charFormat() if cursor.hasSelection() else QTextCharFormat()


def select(editor: EditorPane, span: Span) -> None:
    """Select a span, or put the cursor there if it is empty."""
    cursor = editor.textCursor()
    cursor.setPosition(to_utf16(editor.text, span.start))
    cursor.setPosition(to_utf16(editor.text, span.end), QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)


def _moved(offset: int, edits: Sequence[TextEdit], side: int) -> int:
    """Where a place is after the edits; inside one, at its start (side 0) or its end (1)."""
    shift = 0
    for edit in edits:
        if edit.span.end < offset or (edit.span.end == offset and side):
            shift += edit.growth
        elif edit.span.start < offset:
            return edit.span.start + shift + side * len(edit.replacement)
    return offset + shift
