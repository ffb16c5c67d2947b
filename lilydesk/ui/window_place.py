"""Windows on their screens: first no larger than what is free there, later where they were left."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtWidgets import QWidget

_FRAME_PX = QSize(16, 48)  # a title bar and borders, which nobody knows before they are there


def resize_to_fit(window: QWidget, width_px: int, height_px: int) -> None:
    """Give a window this size, or as much of it as its screen has room for."""
    room = window.screen().availableSize() - _FRAME_PX
    window.resize(QSize(width_px, height_px).boundedTo(room))


def word_of(state: QByteArray) -> str:
    """A state that Qt has saved, as a word for the settings."""
    return bytes(state.toBase64().data()).decode("ascii")


def state_of(word: str) -> QByteArray:
    """The state that a word stands for; an empty one for none."""
    return QByteArray.fromBase64(word.encode("ascii"))
