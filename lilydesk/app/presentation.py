"""Presentation: each new reading of the text becomes a score to show and a performance to hear."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from lilydesk.app.document_runner import DocumentRunner
from lilydesk.app.engraving_runner import EngravingRunner
from lilydesk.app.player import Player, PlayerState

if TYPE_CHECKING:
    from lilydesk.engraving import Mei
    from lilydesk.lilylet import ParsedText
    from lilydesk.notation import Document
    from lilydesk.playback import Plan
    from lilydesk.timeline import Performance

# A performance is worked out by Python, which the window needs for each key: so only when
# nobody has written for a while, and longer for a long piece.
_LEAST_PAUSE_S, _MOST_PAUSE_S = 1.0, 10.0
_REST = 3.0  # times of what the performance before took


class Presentation(QObject):
    """Feeds engraver and player. GUI thread only.

    A performance is made beside the GUI thread: in a pause of writing, or at once while the music
    plays or somebody asks for it. What needs one that is not there yet is done when it is.

    Signals:
        music_changed(bool): whether there is anything to see and hear.
        performed(float): the performance is made, and lasts so many seconds; 0: there is none.
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
        self._pause = QTimer(self, singleShot=True, interval=round(1000 * _LEAST_PAUSE_S))
        self._pause.timeout.connect(self._perform_beside)
        self._engraving = engraving
        self._player = player
        self._document: Document | None = None
        self._has_performance = False
        self._is_performing = False
        self._began_s = 0.0  # when the performance was begun
        self._steps: list[Callable[[], None]] = []  # wait for the performance, in this order
        self._width_mm = 180.0
        self._mei: Mei = ""

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
        self._document = parsed.document
        self._forget_performance()
        self._pause.start()
        if self.has_music:
            self._engrave()
        else:
            self._forget()
            self.emptied.emit()
        if self._is_playing or self._steps:
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
        self._steps.clear()
        self._forget()

    def toggle_play(self) -> None:
        """Play, or pause; asked twice before the music is ready, nothing plays."""
        if self._is_playing:
            self._player.toggle()
        elif self._player.toggle in self._steps:
            self._steps.remove(self._player.toggle)
        else:
            self._when_performed(self._player.toggle)

    def play_from(self, position_s: float) -> None:
        """Go to a position."""
        self._when_performed(partial(self._player.seek, position_s))

    def go_to_measure(self, measure_index: int) -> None:
        """The next time, play from a measure; while the music plays it is left alone."""
        self._when_performed(partial(self._go_to_measure, measure_index))

    def _go_to_measure(self, measure_index: int) -> None:
        onset_s = None if self._is_playing else self._player.measure_onset_s(measure_index)
        if onset_s is not None:
            self._player.seek(onset_s)

    def shutdown(self) -> None:
        """Begin nothing more."""
        self._pause.stop()
        self._steps.clear()

    def _when_performed(self, step: Callable[[], None]) -> None:
        self._steps.append(step)
        if self._has_performance or self._document is None:
            self._do_steps()
        else:
            self._perform_beside()

    def _do_steps(self) -> None:
        steps, self._steps = self._steps, []
        for step in steps:
            step()

    def _perform_beside(self) -> None:
        if self._document is not None and not (self._has_performance or self._is_performing):
            self._is_performing = True
            self._began_s = time.perf_counter()
            self._performing.request(self._document)

    def _on_performed(self, performed: tuple[Performance, Plan]) -> None:
        self._has_performance, self._is_performing = True, False
        pause_s = max(_LEAST_PAUSE_S, _REST * (time.perf_counter() - self._began_s))
        self._pause.setInterval(round(1000 * min(pause_s, _MOST_PAUSE_S)))
        self._player.set_performance(*performed)
        self.performed.emit(self._player.length_s)
        self._do_steps()

    def _forget_performance(self) -> None:
        self._has_performance = self._is_performing = False
        self._performing.forget()

    def _forget(self) -> None:
        self._mei = ""
        self._encoding.forget()
        self._forget_performance()
        self._engraving.forget()
        self._player.set_performance(None)
        self.performed.emit(0.0)

    def _engrave(self) -> None:
        if self._document is not None and self.has_music:
            self._encoding.request(self._document)

    def _on_encoded(self, mei: Mei) -> None:
        self._mei = mei
        self._engraving.request(mei, self._width_mm)
