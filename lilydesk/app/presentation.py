"""Presentation: each new reading of the text becomes a score to show and a performance to hear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from lilydesk.app.document_runner import DocumentRunner, perform
from lilydesk.app.engraving_runner import EngravingRunner
from lilydesk.app.player import Player, PlayerState

if TYPE_CHECKING:
    from lilydesk.lilylet import ParsedText
    from lilydesk.notation import Document
    from lilydesk.timeline import Performance

_WRITING_PAUSE_MS = 400


class Presentation(QObject):
    """Feeds engraver and player. GUI thread only.

    A performance is made beside the GUI thread: in a pause of writing, or at once while the music
    plays. Where it is needed before it is there, the composer waits for it.

    Signals:
        music_changed(bool): whether there is anything to see and hear.
        performed(float): the performance is made, and lasts so many seconds.
        emptied(): there is no measure to show any more.
    """

    music_changed = Signal(bool)
    performed = Signal(float)
    emptied = Signal()

    def __init__(
        self,
        encoding: DocumentRunner,
        performing: DocumentRunner,
        engraving: EngravingRunner,
        player: Player,
    ) -> None:
        super().__init__()
        self._encoding = encoding
        self._encoding.done.connect(self._on_encoded)
        self._performing = performing
        self._performing.done.connect(self._on_performed)
        self._pause = QTimer(self, singleShot=True, interval=_WRITING_PAUSE_MS)
        self._pause.timeout.connect(self._perform_beside)
        self._engraving = engraving
        self._player = player
        self._document: Document | None = None
        self._has_performance = False
        self._width_mm = 180.0
        self._mei = ""

    @property
    def document(self) -> Document | None:
        """The document in sight, or on its way there."""
        return self._document

    @property
    def has_music(self) -> bool:
        """There is a measure to see and hear."""
        return self._document is not None and bool(self._document.measures)

    @property
    def _is_playing(self) -> bool:
        return self._player.state in (PlayerState.PLAYING, PlayerState.PREPARING)

    def on_parsed(self, parsed: ParsedText) -> None:
        """Show a new reading of the text."""
        if self._document is not None and parsed.document == self._document:
            return
        had_music = self.has_music
        self._document, self._has_performance = parsed.document, False
        self._performing.forget()
        self._pause.start()
        if self.has_music:
            self._engrave()
        else:
            self._forget()
            self.emptied.emit()
        if self._is_playing:
            self._perform_beside()
        if had_music != self.has_music:
            self.music_changed.emit(self.has_music)

    def on_width_changed(self, width_mm: float) -> None:
        """The page has another width now."""
        if width_mm != self._width_mm:
            self._width_mm = width_mm
            if self._mei and self.has_music:
                self._engraving.request(self._mei, width_mm)

    def on_text_replaced(self) -> None:
        """Another piece was opened: nothing of the old one may show or sound any more."""
        self._player.stop()
        self._forget()

    def toggle_play(self) -> None:
        """Play, or pause."""
        self._perform()
        self._player.toggle()

    def play_from(self, position_s: float) -> None:
        """Go to a position."""
        self._perform()
        self._player.seek(position_s)

    def go_to_measure(self, measure_index: int) -> None:
        """The next time, play from a measure; while the music plays it is left alone."""
        if self._is_playing:
            return
        self._perform()
        onset_s = self._player.measure_onset_s(measure_index)
        if onset_s is not None:
            self._player.seek(onset_s)

    def shutdown(self) -> None:
        """Begin nothing more."""
        self._pause.stop()

    def _perform_beside(self) -> None:
        if self._document is not None and not self._has_performance:
            self._performing.request(self._document)

    def _perform(self) -> None:
        if not self._has_performance:
            self._performing.forget()
            self._on_performed(perform(self._document) if self._document else None)

    def _on_performed(self, performance: Performance | None) -> None:
        self._has_performance = True
        self._player.set_performance(performance)
        self.performed.emit(self._player.length_s)

    def _forget(self) -> None:
        self._mei = ""
        self._encoding.forget()
        self._performing.forget()
        self._engraving.forget()

    def _engrave(self) -> None:
        if self._document is not None and self.has_music:
            self._encoding.request(self._document)

    def _on_encoded(self, mei: str) -> None:
        self._mei = mei
        self._engraving.request(mei, self._width_mm)
