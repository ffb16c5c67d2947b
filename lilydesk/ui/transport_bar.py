"""The transport bar: play, stop, and where the music is."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from lilydesk.ui.icons import play_icon, stop_icon
from lilydesk.ui.theme import GAP, MARGIN

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

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.play_button = _button("Play", "Play (Space in the score, Ctrl+Space anywhere)")
        self.play_button.setIcon(play_icon())
        self.play_button.clicked.connect(self.play_requested)
        self.stop_button = _button("Stop playing", "Stop playing (Esc)")
        self.stop_button.setIcon(stop_icon())
        self.stop_button.clicked.connect(self.stop_requested)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setAccessibleName("Position in the music")
        self._slider.setEnabled(False)
        self._slider.sliderReleased.connect(self._on_released)
        self._place = QLabel("", objectName="quiet")
        self._place.setAccessibleName("Measure and time")
        self._place.setMinimumWidth(190)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(MARGIN, 0, MARGIN, GAP)
        layout.setSpacing(GAP)
        for widget in (self.play_button, self.stop_button, self._slider, self._place):
            layout.addWidget(widget, 1 if widget is self._slider else 0)

    def show_length(self, length_s: float) -> None:
        """The music lasts this long; 0 for none."""
        self._slider.setRange(0, round(_STEPS_PER_S * length_s))
        self._slider.setEnabled(length_s > 0)

    def show_position(self, position_s: float, measure_index: int | None = None) -> None:
        """The music is here."""
        if not self._slider.isSliderDown():
            self._slider.setValue(round(_STEPS_PER_S * position_s))
        length_s = self._slider.maximum() / _STEPS_PER_S
        times = f"{_clock(position_s)} / {_clock(length_s)}"
        measure = f"Measure {measure_index + 1}   ·   " if measure_index is not None else ""
        self._place.setText(measure + times)

    def _on_released(self) -> None:
        self.position_chosen.emit(self._slider.value() / _STEPS_PER_S)


def _button(name: str, tip: str) -> QToolButton:
    button = QToolButton(toolTip=tip, autoRaise=True)
    button.setAccessibleName(name)
    button.setIconSize(QSize(22, 22))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _clock(time_s: float) -> str:
    return f"{int(time_s) // 60}:{int(time_s) % 60:02d}"
