"""The transport bar: play, stop, and where the music is."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QToolButton, QWidget

from lilydesk.app.player import PlayerState
from lilydesk.ui.icons import pause_icon, play_icon, stop_icon
from lilydesk.ui.theme import GAP, MARGIN, quiet_label

_STEPS_PER_S = 20


class TransportBar(QWidget):
    """Asks to play and to stop.

    Signals:
        play_requested(), stop_requested()
        position_chosen(float): play from here, in seconds.
    """

    play_requested = Signal()
    stop_requested = Signal()
    position_chosen = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.play_button = _button("Play", "Play (Space in the score, Ctrl+Space anywhere)")
        self.play_button.setIcon(play_icon())
        self.play_button.clicked.connect(self.play_requested)
        self.stop_button = _button("Stop playing", "Stop playing (Esc)")
        self.stop_button.setIcon(stop_icon())
        self.stop_button.clicked.connect(self.stop_requested)
        self.stop_button.setEnabled(False)
        self._position_s = 0.0
        self._measure_index = -1
        self._is_preparing = False
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setAccessibleName("Position in the music")
        self._slider.setEnabled(False)
        self._slider.setRange(0, 0)
        self._slider.sliderReleased.connect(self._on_released)
        self._place = quiet_label()
        self._place.setMinimumWidth(190)
        self._show_place()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(MARGIN, 0, MARGIN, GAP)
        layout.setSpacing(GAP)
        for widget in (self.play_button, self.stop_button, self._slider, self._place):
            layout.addWidget(widget, 1 if widget is self._slider else 0)

    def show_length(self, length_s: float) -> None:
        """The music lasts this long; 0 for none."""
        self._slider.setRange(0, round(_STEPS_PER_S * length_s))
        self._slider.setEnabled(length_s > 0)
        self._show_place()

    def show_position(self, position_s: float) -> None:
        """The music is here."""
        self._position_s = position_s
        if not self._slider.isSliderDown():
            self._slider.setValue(round(_STEPS_PER_S * position_s))
        self._show_place()

    def show_measure(self, measure_index: int) -> None:
        """The measure that sounds; -1 for none."""
        self._measure_index = measure_index
        self._show_place()

    def show_state(self, state: PlayerState) -> None:
        """Offer to pause what plays."""
        is_playing = state in (PlayerState.PLAYING, PlayerState.PREPARING)
        self.play_button.setIcon(pause_icon() if is_playing else play_icon())
        word = "Pause" if is_playing else "Play"
        self.play_button.setAccessibleName(word)
        self.play_button.setToolTip(f"{word} (Space in the score, Ctrl+Space anywhere)")
        self.stop_button.setEnabled(state is not PlayerState.STOPPED)
        self._is_preparing = state is PlayerState.PREPARING
        self._show_place()

    def _show_place(self) -> None:
        length_s = self._slider.maximum() / _STEPS_PER_S
        measure = f"Measure {self._measure_index + 1}   ·   " if self._measure_index >= 0 else ""
        text = f"{measure}{_clock(self._position_s)} / {_clock(length_s)}"
        if self._is_preparing:
            text = "Preparing the sound…"
        if text != self._place.text():
            self._place.setText(text)

    def _on_released(self) -> None:
        self.position_chosen.emit(self._slider.value() / _STEPS_PER_S)


def _button(name: str, tip: str) -> QToolButton:
    button = QToolButton(autoRaise=True)
    button.setToolTip(tip)
    button.setAccessibleName(name)
    button.setIconSize(QSize(22, 22))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _clock(time_s: float) -> str:
    return f"{int(time_s) // 60}:{int(time_s) % 60:02d}"
