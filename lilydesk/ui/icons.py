"""Small drawings for buttons, sharp at every size and in the colours of the theme."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QPolygonF

from lilydesk.ui.theme import INK

_SIZE_PX = 64
_FADED = QColor("#b8b3aa")


def play_icon() -> QIcon:
    """A triangle."""
    triangle = QPolygonF([QPointF(18, 10), QPointF(54, 32), QPointF(18, 54)])
    return _icon(lambda painter: painter.drawPolygon(triangle))


def pause_icon() -> QIcon:
    """Two bars."""

    def draw(painter: QPainter) -> None:
        painter.drawRoundedRect(QRectF(17, 13, 10, 38), 2, 2)
        painter.drawRoundedRect(QRectF(37, 13, 10, 38), 2, 2)

    return _icon(draw)


def stop_icon() -> QIcon:
    """A square."""
    return _icon(lambda painter: painter.drawRoundedRect(QRectF(15, 15, 34, 34), 4, 4))


def close_icon() -> QIcon:
    """A cross."""

    def draw(painter: QPainter) -> None:
        pen = painter.pen()
        pen.setStyle(Qt.PenStyle.SolidLine)
        pen.setColor(painter.brush().color())
        pen.setWidth(6)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLine(20, 20, 44, 44)
        painter.drawLine(44, 20, 20, 44)

    return _icon(draw)


def app_icon() -> QIcon:
    """A lily's leaf over five lines: the mark of the program."""

    def draw(painter: QPainter) -> None:
        painter.setBrush(QColor("#2c5f8a"))
        painter.drawRoundedRect(QRectF(2, 2, 60, 60), 12, 12)
        painter.setBrush(QColor("#ffffff"))
        for line in range(5):
            painter.drawRect(QRectF(10, 20 + 6 * line, 44, 1.6))
        painter.save()
        painter.translate(26, 41)
        painter.rotate(-20)
        painter.drawEllipse(QRectF(-8, -5.5, 16, 11))
        painter.restore()
        painter.drawRect(QRectF(31.2, 13, 2.6, 27))

    return _icon(draw)


def _icon(draw: Callable[[QPainter], object]) -> QIcon:
    icon = QIcon()
    for mode, colour in ((QIcon.Mode.Normal, INK), (QIcon.Mode.Disabled, _FADED)):
        pixmap = QPixmap(_SIZE_PX, _SIZE_PX)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        draw(painter)
        painter.end()
        icon.addPixmap(pixmap, mode)
    return icon
