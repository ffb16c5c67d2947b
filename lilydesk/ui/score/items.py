"""Graphics items: the paper, the systems on it, and what is laid over them."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsPathItem,
    QGraphicsRectItem,
    QStyleOptionGraphicsItem,
    QWidget,
)

from lilydesk.engraving import Box, Element, EngravedSystem, Mark
from lilydesk.ui.score.ink import Ink, InkMaker
from lilydesk.ui.theme import INK, LINE, PAPER

_BLEED = 120  # words are a little wider or narrower than the engraver reckons
_WORDS_BLEED = 1200
_CORNER = 90
# Elements whose box says little about where their ink is, or that only hold others.
_NO_TARGETS = frozenset(
    {
        "system",
        "section",
        "score",
        "mdiv",
        "staff",
        "layer",
        "beam",
        "tuplet",
        "slur",
        "tie",
        "hairpin",
        "octave",
        "pedal",
        "grpSym",
        "ledgerLines",
        "pgHead",
        "ending",
    }
)
_SLACK = 50


def rect_of(box: Box, margin: float = 0) -> QRectF:
    """A box as Qt's rectangle, with a margin around it."""
    return QRectF(
        box.left - margin,
        box.top - margin,
        box.right - box.left + 2 * margin,
        box.bottom - box.top + 2 * margin,
    )


class SystemItem(QGraphicsItem):
    """One system, painted once per zoom and kept as pixels.

    Its ink is made when it comes into sight: a long score has hundreds of systems.
    """

    def __init__(self, system: EngravedSystem, maker: InkMaker) -> None:
        super().__init__()
        self.system = system
        self.top = 0.0  # y of its origin on the sheet
        self._maker = maker
        self._ink: Ink | None = None
        self._number = ""
        rect = rect_of(system.box, _BLEED)
        self._rect = rect.adjusted(-_WORDS_BLEED, 0, _WORDS_BLEED, 0)
        self._elements = {element.id: element for element in system.elements}
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)

    @property
    def bottom(self) -> float:
        """Where it ends on the sheet."""
        return self.top + self.system.box.bottom + _BLEED

    def place(self, top: float) -> None:
        """Stand at this height. Costs nothing where it stands there already."""
        if top != self.top:
            self.top = top
            self.setPos(0, top)

    def show_number(self, number: str) -> None:
        """Write a measure number above the beginning, where there is one."""
        if number != self._number:
            self._number = number
            self._ink = None
            self.update()

    def element(self, identifier: str) -> Element | None:
        """The element with this id, if it is in this system."""
        return self._elements.get(identifier)

    def field_of(self, measures: Container[str]) -> QRectF | None:
        """Where on the sheet those of these measures stand that are here; they are neighbours."""
        field, others = QRectF(), []
        for element in filter(None, map(self.element, self.system.measures)):
            if element.id in measures:
                field |= rect_of(element.box)
            else:
                others.append(element.box.left)
        if field.isNull():
            return None
        # a slur out of the last one leads on into the next measure
        field.setRight(min([field.right(), *(x for x in others if x > field.left())]))
        return field.adjusted(0, -_BLEED, 0, _BLEED).translated(0, self.top)

    def element_at(self, x: float, y: float) -> Element | None:
        """The element under a point: the smallest, so a note before its chord and measure."""
        targets = [
            element
            for element in self.system.elements
            if element.box.contains(x, y, _SLACK) and element.kind not in _NO_TARGETS
        ]
        return min(targets, key=lambda element: element.box.area, default=None)

    def boundingRect(self) -> QRectF:
        """Qt: what the item may paint on."""
        return self._rect

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Qt: paint the system."""
        if self._ink is None:
            self._ink = self._maker.make(self._marks())
        self._ink.paint(painter, INK)

    def _marks(self) -> tuple[Mark, ...]:
        words = self.system.number
        if words is None or not self._number:
            return self.system.marks
        run = words.runs[0]._replace(text=self._number)
        return (*self.system.marks, words._replace(runs=(run,)))


@dataclass(frozen=True, slots=True)
class Lit:
    """Ink to lay over a system that stands at `top`."""

    ink: Ink
    box: Box
    top: float


class OverlayItem(QGraphicsItem):
    """Elements in a colour, over the systems; with a ground colour, also a soft field behind."""

    def __init__(self, colour: QColor, ground: QColor | None = None) -> None:
        super().__init__()
        self._colour = colour
        self._ground = ground
        self._lit: tuple[Lit, ...] = ()
        self._rect = QRectF()

    def show_lit(self, lit: Iterable[Lit]) -> None:
        """Show these elements, and no others."""
        self.prepareGeometryChange()
        self._lit = tuple(lit)
        self._rect = QRectF()
        for one in self._lit:
            self._rect |= rect_of(one.box, 2 * _BLEED).translated(0, one.top)
        self.update()

    def boundingRect(self) -> QRectF:
        """Qt: what the item may paint on."""
        return self._rect

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Qt: paint the elements."""
        for one in self._lit:
            painter.translate(0, one.top)
            if self._ground is not None:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._ground)
                painter.drawRoundedRect(rect_of(one.box, 70), _CORNER, _CORNER)
            one.ink.paint(painter, self._colour, solid=True)
            painter.translate(0, -one.top)


class FieldItem(QGraphicsPathItem):
    """A quiet colour on the paper, behind the systems."""

    def __init__(self, colour: QColor) -> None:
        super().__init__()
        self.setBrush(colour)
        self.setPen(Qt.PenStyle.NoPen)
        self.setZValue(-1)

    def show_fields(self, fields: Iterable[QRectF]) -> None:
        """Colour these, and nothing else."""
        path = QPainterPath()
        for field in fields:
            path.addRoundedRect(field, _CORNER, _CORNER)
        self.setPath(path)


class PaperItem(QGraphicsRectItem):
    """The sheet of paper."""

    def __init__(self) -> None:
        super().__init__()
        self.setBrush(PAPER)
        pen = QPen(LINE)
        pen.setCosmetic(True)
        self.setPen(pen)
        self.setZValue(-2)
