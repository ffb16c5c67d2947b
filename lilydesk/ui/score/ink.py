"""Display lists into Qt's shapes: `InkMaker` resolves, `Ink` paints and cannot fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from lilydesk.engraving.display import (
    Curve,
    Ellipse,
    Glyph,
    Line,
    Mark,
    Outline,
    Polygon,
    Polyline,
    Rectangle,
    Words,
)
from lilydesk.ui.score.fonts import shape_of

_CAPS = {
    "butt": Qt.PenCapStyle.FlatCap,
    "square": Qt.PenCapStyle.SquareCap,
    "round": Qt.PenCapStyle.RoundCap,
}
_PALEST = 0.6


def painter_path(outline: Outline) -> QPainterPath:
    """The outline as Qt's path."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for letter, *numbers in outline:
        values = [float(value) for value in numbers]
        if letter == "M":
            path.moveTo(*values)
        elif letter == "L":
            path.lineTo(*values)
        elif letter == "C":
            path.cubicTo(*values)
        else:
            path.closeSubpath()
    return path


Rule = tuple[float, float, float]  # where it lies across, and its two ends along


@dataclass(slots=True)
class Rules:
    """Straight level or upright lines of one width: staff lines, stems, barlines.

    Drawn on whole device pixels; otherwise the same line is sharp here and a grey blur there.
    """

    width: float
    level: list[Rule] = field(default_factory=list)
    upright: list[Rule] = field(default_factory=list)

    def bars(self, transform: QTransform, ratio: float) -> list[QRectF]:
        """The lines as filled rectangles in the painter's pixels; `ratio` is the device's."""
        scale, dx, dy = transform.m11(), transform.dx(), transform.dy()
        thick = max(1, round(self.width * scale * ratio)) / ratio
        bars = []
        for y, x1, x2 in self.level:
            top = round((y * scale + dy - thick / 2) * ratio) / ratio
            bars.append(QRectF(x1 * scale + dx, top, (x2 - x1) * scale, thick))
        for x, y1, y2 in self.upright:
            left = round((x * scale + dx - thick / 2) * ratio) / ratio
            bars.append(QRectF(left, y1 * scale + dy, thick, (y2 - y1) * scale))
        return bars

    def strength(self, scale: float) -> float:
        """How opaque: a line that had to be widened to one pixel is paler instead."""
        return min(1.0, max(_PALEST, self.width * scale))


@dataclass(slots=True)
class Ink:
    """Shapes, sorted by how they are drawn. All in hundredths of a millimetre."""

    rules: list[Rules] = field(default_factory=list)
    strokes: list[tuple[QPen, list[QLineF]]] = field(default_factory=list)
    paths: list[tuple[QPen, QPainterPath]] = field(default_factory=list)
    polygons: list[QPolygonF] = field(default_factory=list)
    rectangles: list[QRectF] = field(default_factory=list)
    shapes: list[QPainterPath] = field(default_factory=list)
    glyphs: list[tuple[float, float, QPainterPath]] = field(default_factory=list)

    def paint(self, painter: QPainter, colour: QColor, *, solid: bool = False) -> None:
        """Draw everything in one colour; `solid` hides what is below. Never raises."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        self._paint_rules(painter, colour, solid)
        painter.setBrush(colour)
        painter.drawRects(self.rectangles)
        for polygon in self.polygons:
            painter.drawPolygon(polygon)
        for shape in self.shapes:
            painter.drawPath(shape)
        for x, y, shape in self.glyphs:
            painter.translate(x, y)
            painter.drawPath(shape)
            painter.translate(-x, -y)
        self._paint_strokes(painter, colour)

    def _paint_rules(self, painter: QPainter, colour: QColor, solid: bool) -> None:
        transform = painter.worldTransform()
        ratio = painter.device().devicePixelRatio()
        painter.resetTransform()
        for rules in self.rules:
            tint = QColor(colour)
            if not solid:
                tint.setAlphaF(rules.strength(transform.m11() * ratio))
            painter.setBrush(tint)
            painter.drawRects(rules.bars(transform, ratio))
        painter.setWorldTransform(transform)

    def _paint_strokes(self, painter: QPainter, colour: QColor) -> None:
        for pen, lines in self.strokes:
            pen.setColor(colour)
            painter.setPen(pen)
            painter.drawLines(lines)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen, path in self.paths:
            pen.setColor(colour)
            painter.setPen(pen)
            painter.drawPath(path)


class InkMaker:
    """Makes ink from marks. Glyph shapes are made once per size and shared by all ink."""

    def __init__(self) -> None:
        self._outlines: Mapping[str, Outline] = {}
        self._glyphs: dict[tuple[str, float, float, float], QPainterPath] = {}

    def learn(self, outlines: Mapping[str, Outline]) -> None:
        """Take the outlines of a score; a name keeps its shape for good."""
        self._outlines = outlines

    def make(self, marks: Iterable[Mark]) -> Ink:
        """The marks as ink. A glyph that no one has the outline of is left out."""
        ink = Ink()
        lines: list[Line] = []
        for mark in marks:
            if isinstance(mark, Line):
                lines.append(mark)
            elif isinstance(mark, Glyph):
                self._add_glyph(ink, mark)
            else:
                _ADDERS[type(mark)](ink, mark)
        _add_lines(ink, lines)
        return ink

    def _add_glyph(self, ink: Ink, glyph: Glyph) -> None:
        key = (glyph.name, glyph.scale_x, glyph.scale_y, glyph.turn)
        shape = self._glyphs.get(key)
        if shape is None:
            outline = self._outlines.get(glyph.name)
            if outline is None:
                return
            transform = QTransform().rotate(glyph.turn).scale(glyph.scale_x, glyph.scale_y)
            shape = self._glyphs[key] = transform.map(painter_path(outline))
        ink.glyphs.append((glyph.x, glyph.y, shape))


def _add_lines(ink: Ink, lines: Iterable[Line]) -> None:
    """Straight lines: level and upright ones as rules, the others by their pen."""
    rules: dict[float, Rules] = {}
    strokes: dict[tuple[float, str, tuple[float, ...]], list[QLineF]] = {}
    for line in lines:
        is_plain = not line.dash and line.cap == "butt"
        if is_plain and (line.y1 == line.y2 or line.x1 == line.x2):
            _add_rule(rules.setdefault(line.width, Rules(line.width)), line)
        else:
            key = (line.width, line.cap, line.dash)
            strokes.setdefault(key, []).append(QLineF(line.x1, line.y1, line.x2, line.y2))
    for found in rules.values():
        found.level = join_rules(found.level)
    ink.rules = list(rules.values())
    ink.strokes = [(_pen(*key), found) for key, found in strokes.items()]


def _add_rule(rules: Rules, line: Line) -> None:
    if line.y1 == line.y2:
        rules.level.append((line.y1, min(line.x1, line.x2), max(line.x1, line.x2)))
    else:
        rules.upright.append((line.x1, min(line.y1, line.y2), max(line.y1, line.y2)))


def join_rules(rules: Iterable[Rule]) -> list[Rule]:
    """Rules with those that touch made one: seams would show as spots."""
    joined: list[Rule] = []
    for across, start, end in sorted(rules):
        if joined and joined[-1][0] == across and start <= joined[-1][2]:
            joined[-1] = (across, joined[-1][1], max(end, joined[-1][2]))
        else:
            joined.append((across, start, end))
    return joined


def _pen(width: float, cap: str = "butt", dash: tuple[float, ...] = ()) -> QPen:
    pen = QPen(Qt.GlobalColor.black, width)
    pen.setCapStyle(_CAPS.get(cap, Qt.PenCapStyle.FlatCap))
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    if dash and width > 0:
        even = dash if len(dash) % 2 == 0 else dash * 2
        pen.setDashPattern([length / width for length in even])
    return pen


def _points(points: tuple[tuple[float, float], ...]) -> list[QPointF]:
    return [QPointF(x, y) for x, y in points]


def _add_curve(ink: Ink, curve: Curve) -> None:
    path = painter_path(curve.outline)
    pen = _pen(curve.width, "round")
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    ink.shapes.append(path)
    ink.paths.append((pen, path))


def _add_polygon(ink: Ink, polygon: Polygon) -> None:
    ink.polygons.append(QPolygonF(_points(polygon.points)))


def _add_polyline(ink: Ink, polyline: Polyline) -> None:
    path = QPainterPath()
    path.addPolygon(QPolygonF(_points(polyline.points)))
    ink.paths.append((_pen(polyline.width, polyline.cap, polyline.dash), path))


def _add_rectangle(ink: Ink, mark: Rectangle) -> None:
    rectangle = QRectF(mark.x, mark.y, mark.across, mark.down)
    if mark.width:
        path = QPainterPath()
        path.addRect(rectangle)
        ink.paths.append((_pen(mark.width), path))
    else:
        ink.rectangles.append(rectangle)


def _add_ellipse(ink: Ink, mark: Ellipse) -> None:
    path = QPainterPath()
    path.addEllipse(QPointF(mark.x, mark.y), mark.radius_x, mark.radius_y)
    ink.shapes.append(path)


def _add_words(ink: Ink, words: Words) -> None:
    shapes = [shape_of(run) for run in words.runs]
    width = sum(advance for _, advance in shapes)
    x = words.x - {"middle": width / 2, "end": width}.get(words.anchor, 0)
    for shape, advance in shapes:
        ink.glyphs.append((x, words.y, shape))
        x += advance


_ADDERS: dict[type, Callable[[Ink, Any], None]] = {
    Curve: _add_curve,
    Polygon: _add_polygon,
    Polyline: _add_polyline,
    Rectangle: _add_rectangle,
    Ellipse: _add_ellipse,
    Words: _add_words,
}
