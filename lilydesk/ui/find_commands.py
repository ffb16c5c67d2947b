"""Find: what happens between the find bar and the text."""

from __future__ import annotations

from PySide6.QtCore import QObject

from lilydesk.app.finding import find_all, next_place
from lilydesk.notation.span import Span
from lilydesk.ui.actions import Actions
from lilydesk.ui.editor_pane import EditorPane
from lilydesk.ui.find_bar import FindBar
from lilydesk.ui.text_edits import select, selection_of


class FindCommands(QObject):
    """Looks for words in the text and selects them."""

    def __init__(self, editor: EditorPane, bar: FindBar) -> None:
        super().__init__()
        self._editor = editor
        self._bar = bar
        bar.words_changed.connect(self._on_words)
        bar.step_wanted.connect(self.step)
        bar.closed.connect(editor.setFocus)

    def connect_actions(self, actions: Actions) -> None:
        """Connect the actions that look for words."""
        actions["find"].triggered.connect(lambda _=False: self.find())
        actions["find_next"].triggered.connect(lambda _=False: self.step(True))
        actions["find_previous"].triggered.connect(lambda _=False: self.step(False))

    @property
    def is_in_use(self) -> bool:
        """The keys go to the find bar."""
        return self._bar.field.hasFocus()

    def find(self) -> None:
        """Ask for words; those that are selected are offered."""
        start, end = selection_of(self._editor)
        selected = self._editor.text[start:end]
        self._bar.open_bar("" if "\n" in selected else selected)
        self._on_words(self._bar.words)

    def step(self, forwards: bool) -> None:
        """Go to the next place, or the one before."""
        if not self._bar.words:
            self.find()
            return
        self._show(selection_of(self._editor), forwards)

    def _on_words(self, words: str) -> None:
        """The place that is shown is kept as long as it fits the words."""
        start = selection_of(self._editor).start
        self._show(Span(start - 1, start), True)

    def _show(self, here: Span, forwards: bool) -> None:
        found = find_all(self._editor.text, self._bar.words)
        index = next_place(found, here, forwards=forwards) if found else 0
        if found:
            select(self._editor, found[index])
            self._editor.ensureCursorVisible()
        self._bar.show_place(index, len(found))
