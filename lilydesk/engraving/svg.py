"""Verovio's SVG into display lists.

Verovio draws with a small vocabulary: `g` with a class and an id, `use` of glyphs, `path` (a
straight line or a curve), `polygon`, `polyline`, `rect`, `ellipse` and `text`. Anything else in
a system is a new kind of drawing, and is left out rather than guessed.
"""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Collection
from typing import Literal, NamedTuple
from xml.etree.ElementTree import Element as Node

from lilydesk.engraving.display import (
    Box,
    Curve,
    Element,
    Ellipse,
    EngravedSystem,
    Glyph,
    Line,
    Mark,
    Outline,
    Polygon,
    Polyline,
    Rectangle,
    Words,
)
from lilydesk.engraving.outline import number, outline_box, points_box, read_outline
from lilydesk.engraving.svg_text import Style, read_sheet, read_words, words_box

_USE = re.compile(r"translate\(([-\d.]+),\s*([-\d.]+)\)(?:\s*scale\(([-\d.]+),\s*([-\d.]+)\))?")
_ROTATE = re.compile(r"rotate\(([-\d.]+)[ ,]+([-\d.]+)[ ,]+([-\d.]+)\)")
_LINE = re.compile(r"M([-\d.]+)[ ,]([-\d.]+) L([-\d.]+)[ ,]([-\d.]+)$")
_NAMESPACE = re.compile(r'\sxmlns(?::\w+)?="[^"]*"|\bxlink:(?=href)')


class Page(NamedTuple):
    """A page as read: its heading and systems, and the outlines of the glyphs on it."""

    systems: tuple[EngravedSystem, ...]
    glyphs: dict[str, Outline]


class _Turn(NamedTuple):
    """A rotation about a point, as verovio writes it for arpeggios."""

    degrees: float
    x: float
    y: float

    def apply(self, x: float, y: float) -> tuple[float, float]:
        sine, cosine = math.sin(math.radians(self.degrees)), math.cos(math.radians(self.degrees))
        dx, dy = x - self.x, y - self.y
        return self.x + cosine * dx - sine * dy, self.y + sine * dx + cosine * dy


class SvgReader:
    """Reads pages; remembers glyphs, whose outlines are the dearest part.

    `known_ids` are the ids that the MEI gave: only those become elements, because the ids that
    verovio invents are others each time.
    """

    def __init__(self) -> None:
        self._outlines: dict[str, tuple[str, Outline, Box]] = {}

    def read(self, svg: str, known_ids: Collection[str] | None = None) -> Page:
        """The page in `svg`. Raises ValueError if it is not verovio's SVG."""
        try:
            root = ElementTree.fromstring(_NAMESPACE.sub("", svg))
        except ElementTree.ParseError as error:
            raise ValueError(f"not an SVG document: {error}") from error
        boxes = self._read_glyphs(root)
        rules = read_sheet(_sheets(root))
        systems = []
        for kind, node in _blocks(root):
            system = _Block(boxes, rules, known_ids).read(kind, node)
            if system.marks:
                systems.append(system)
        glyphs = {key: outline for key, (_, outline, _) in self._outlines.items() if key in boxes}
        return Page(tuple(systems), glyphs)

    def _read_glyphs(self, root: Node) -> dict[str, Box]:
        boxes: dict[str, Box] = {}
        for group in root.iterfind("defs/g"):
            name, path = group.get("id", "").partition("-")[0], group.find("path")
            data = path.get("d", "") if path is not None else ""
            kept = self._outlines.get(name)
            if kept is None or kept[0] != data:
                outline = read_outline(data, flip=True)
                kept = self._outlines[name] = (data, outline, outline_box(outline))
            boxes[name] = kept[2]
        return boxes


def _sheets(root: Node) -> str:
    return "".join(node.text or "" for node in root.iter("style"))


def _blocks(root: Node) -> list[tuple[Literal["system", "header"], Node]]:
    """The page's heading, then its systems."""
    margin = root.find("svg/g")
    if margin is None:
        raise ValueError("not a page drawn by verovio")
    heads = [node for node in margin if node.get("class", "").startswith("pgHead")]
    systems = [node for node in margin if node.get("class") == "system"]
    return [("header", node) for node in heads] + [("system", node) for node in systems]


class _Block:
    """Reads one system (or heading) into marks and elements."""

    def __init__(
        self,
        glyphs: dict[str, Box],
        rules: dict[str, dict[str, str]],
        known_ids: Collection[str] | None,
    ) -> None:
        self._glyphs = glyphs
        self._rules = rules
        self._known_ids = known_ids
        self._marks: list[Mark] = []
        self._elements: list[Element] = []
        self._measures: list[str] = []
        self._number: Words | None = None
        self._dy = 0.0
        self._turn: _Turn | None = None

    def read(self, kind: Literal["system", "header"], node: Node) -> EngravedSystem:
        self._dy = -_origin(node)
        box = self._group(node, Style()) or Box(0, 0, 0, 0)
        marks, elements, measures = self._marks, self._elements, self._measures
        return EngravedSystem(
            kind, tuple(marks), tuple(elements), tuple(measures), box, self._number
        )

    def _group(self, node: Node, style: Style) -> Box | None:
        classes = node.get("class", "").split()
        if "placeholder" in classes or node.get("visibility") == "hidden":
            return None
        style = self._styled(node, classes, style)
        if "mNum" in classes:
            return self._measure_number(node, style)
        outer, self._turn = self._turn, _turn(node) or self._turn
        first, at = len(self._marks), len(self._elements)
        box = self._children(node, style)
        self._turn = outer
        identifier = node.get("id", "")
        if box and identifier and (self._known_ids is None or identifier in self._known_ids):
            kind = classes[0] if classes else ""
            self._elements.insert(at, Element(identifier, kind, box, first, len(self._marks)))
            if kind == "measure":
                self._measures.append(identifier)
        return box

    def _measure_number(self, node: Node, style: Style) -> Box | None:
        marks, self._marks = self._marks, []
        box = self._children(node, style)
        self._number = next((mark for mark in self._marks if isinstance(mark, Words)), None)
        self._marks = marks
        return box

    def _children(self, node: Node, style: Style) -> Box | None:
        box: Box | None = None
        for child in node:
            reader = _READERS.get(child.tag)
            ink = reader(self, child, style) if reader else None
            box = ink if box is None else box if ink is None else _union(box, ink)
        return box

    def _styled(self, node: Node, classes: list[str], style: Style) -> Style:
        style = style.within(node)
        for name in classes:
            if name in self._rules:
                style = style.under(self._rules[name])
        return style

    def _glyph(self, node: Node, _: Style) -> Box | None:
        name = node.get("href", "#").removeprefix("#").partition("-")[0]
        found = _USE.match(node.get("transform", ""))
        ink = self._glyphs.get(name)
        if found is None or ink is None:
            return None
        x, y = number(found[1]), number(found[2]) + self._dy
        across, down = (number(found[3]), number(found[4])) if found[3] else (1.0, 1.0)
        if self._turn is not None:
            return self._turned_glyph(self._turn, Glyph(name, x, y, across, down), ink)
        self._marks.append(Glyph(name, x, y, across, down))
        left, right = x + ink.left * across, x + ink.right * across
        return Box(left, y + ink.top * down, right, y + ink.bottom * down)

    def _turned_glyph(self, turn: _Turn, glyph: Glyph, ink: Box) -> Box:
        turn = turn._replace(y=turn.y + self._dy)
        x, y = turn.apply(glyph.x, glyph.y)
        self._marks.append(glyph._replace(x=x, y=y, turn=turn.degrees))
        corners = [
            turn.apply(glyph.x + ex * glyph.scale_x, glyph.y + ey * glyph.scale_y)
            for ex in (ink.left, ink.right)
            for ey in (ink.top, ink.bottom)
        ]
        return points_box(tuple(corners))

    def _path(self, node: Node, _: Style) -> Box | None:
        width, data = number(node.get("stroke-width", "1")), node.get("d", "")
        line = _LINE.match(data)
        if line is None:
            outline = read_outline(data, 0, self._dy)
            self._marks.append(Curve(outline, width))
            return outline_box(outline)
        x1, x2 = number(line[1]), number(line[3])
        y1, y2 = number(line[2]) + self._dy, number(line[4]) + self._dy
        cap = node.get("stroke-linecap", "butt")
        self._marks.append(Line(x1, y1, x2, y2, width, cap, _dash(node)))
        half = width / 2
        return Box(min(x1, x2) - half, min(y1, y2) - half, max(x1, x2) + half, max(y1, y2) + half)

    def _polygon(self, node: Node, _: Style) -> Box | None:
        points = self._points(node)
        if points:
            self._marks.append(Polygon(points))
        return points_box(points) if points else None

    def _polyline(self, node: Node, _: Style) -> Box | None:
        points, width = self._points(node), number(node.get("stroke-width", "1"))
        if points:
            cap = node.get("stroke-linecap", "butt")
            self._marks.append(Polyline(points, width, cap, _dash(node)))
        return points_box(points) if points else None

    def _points(self, node: Node) -> tuple[tuple[float, float], ...]:
        pairs = (pair.split(",") for pair in node.get("points", "").split())
        return tuple((number(x), number(y) + self._dy) for x, y in pairs)

    def _rectangle(self, node: Node, _: Style) -> Box | None:
        x, y = number(node.get("x", "0")), number(node.get("y", "0")) + self._dy
        across, down = number(node.get("width", "0")), number(node.get("height", "0"))
        framed = node.get("fill-opacity") == "0" or node.get("fill") == "none"
        width = number(node.get("stroke-width", "1")) if framed else 0
        self._marks.append(Rectangle(x, y, across, down, width))
        return Box(x, y, x + across, y + down)

    def _ellipse(self, node: Node, _: Style) -> Box | None:
        x, y, rx, ry = (number(node.get(name, "0")) for name in ("cx", "cy", "rx", "ry"))
        y += self._dy
        self._marks.append(Ellipse(x, y, rx, ry))
        return Box(x - rx, y - ry, x + rx, y + ry)

    def _words(self, node: Node, style: Style) -> Box | None:
        box: Box | None = None
        for words in read_words(node, style, 0, self._dy):
            self._marks.append(words)
            box = words_box(words) if box is None else _union(box, words_box(words))
        return box


def _origin(node: Node) -> float:
    """The y that becomes 0: the top line of the first staff."""
    for group in node.iter("g"):
        if group.get("class") == "staff":
            line = group.find("path")
            found = _LINE.match(line.get("d", "")) if line is not None else None
            return number(found[2]) if found else 0
    return 0


def _union(a: Box, b: Box) -> Box:
    return Box(min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))


def _dash(node: Node) -> tuple[float, ...]:
    return tuple(
        number(part) for part in re.split(r"[\s,]+", node.get("stroke-dasharray", "")) if part
    )


def _turn(node: Node) -> _Turn | None:
    found = _ROTATE.match(node.get("transform", ""))
    return _Turn(*(float(part) for part in found.groups())) if found else None


_READERS: dict[str, Callable[[_Block, Node, Style], Box | None]] = {
    "g": _Block._group,
    "use": _Block._glyph,
    "path": _Block._path,
    "polygon": _Block._polygon,
    "polyline": _Block._polyline,
    "rect": _Block._rectangle,
    "ellipse": _Block._ellipse,
    "text": _Block._words,
}
