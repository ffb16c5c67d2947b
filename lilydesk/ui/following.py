"""Which part of the score is in sight: the end while music comes, the cursor while one writes."""

from __future__ import annotations

from PySide6.QtCore import QObject

from lilydesk.app.places import ids_at, measure_at
from lilydesk.app.program import Program
from lilydesk.engraving import EngravedScore
from lilydesk.notation import measure_id, place_of, text_offset
from lilydesk.ui.editor_pane import EditorPane
from lilydesk.ui.find_commands import FindCommands
from lilydesk.ui.score import ScoreView
from lilydesk.ui.takes_commands import TakesCommands


class Following(QObject):
    """Keeps text, score and player at the same place. While a take is shown, the text has none."""

    def __init__(
        self,
        program: Program,
        editor: EditorPane,
        score: ScoreView,
        takes: TakesCommands,
        finding: FindCommands,
    ) -> None:
        super().__init__()
        self._program = program
        self._presentation = program.presentation
        self._editor = editor
        self._score = score
        self._takes = takes
        self._finding = finding

    def on_engraved(self, score: EngravedScore) -> None:
        """Show a score where one looks."""
        self._score.show_score(score)
        if not (self._program.composer.is_running or self._program.engraving.is_laying_out):
            self._score.follows_end = False
        if self._takes.is_previewing:
            self._score.select(None)
            self._score.follow(self._takes.shown_measure_id)
        else:
            self._score.select(self._ids_at(self._editor.cursor_offset))

    def on_composing_changed(self) -> None:
        """Music comes, or comes no more: its last line breaks may still be on their way."""
        if self._program.composer.is_running:
            self._score.follows_end = True

    def on_begun(self) -> None:
        """Somebody is at work, and not always at the end."""
        if not self._program.composer.is_running:
            self._score.follows_end = False

    def on_parsed(self) -> None:
        """The text was read anew: the cursor's place was looked up in the text before."""
        if not (self._program.composer.is_running or self._score.follows_end):
            self.on_cursor_moved(self._editor.cursor_offset)

    def on_cursor_moved(self, offset: int) -> None:
        """Mark what stands at the cursor, and bring it into sight for whoever writes or looks."""
        ids = self._ids_at(offset)
        self._score.select(ids)
        document = self._presentation.document
        is_writing = self._editor.hasFocus() or self._finding.is_in_use
        if document and is_writing and not self._takes.is_previewing:
            measure = measure_at(document, offset) or 0  # in front of the first one is at it
            self._score.follow(ids[0] if ids else measure_id(measure))

    def on_element_clicked(self, identifier: str) -> None:
        """Put the cursor to what was clicked, and play from its measure next."""
        document, place = self._presentation.document, place_of(identifier)
        is_text = not self._takes.is_previewing
        offset = text_offset(document, identifier) if document and is_text else None
        if offset is not None:
            self._editor.go_to(offset)
        if place is not None:
            self._presentation.go_to_measure(place.measure_index)

    def on_previewed(self, name: str) -> None:
        """The score shows the take of this name, or the text again."""
        self._score.follows_end = False
        self._score.tint(self._takes.shown_measures)
        if not name:
            self._score.select(self._ids_at(self._editor.cursor_offset))

    def _ids_at(self, offset: int) -> tuple[str, ...]:
        document = self._presentation.document
        return ids_at(document, offset) if document and not self._takes.is_previewing else ()
