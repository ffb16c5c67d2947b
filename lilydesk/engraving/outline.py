"""Path data ("M441 -245c-23 -4 …") into outlines: absolute, with four kinds of segments only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lilydesk.engraving.display import Box, Outline, Points, Segment

_TOKEN = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_ARITY = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "Z": 0}


def number(text: str) -> float:
    """The number that `text` spells; whole ones as int, which is smaller on its way to the view."""
    try:
        return int(text)
    except ValueError:
        return float(text)


def read_outline(data: str, dx: float = 0, dy: float = 0, *, flip: bool = False) -> Outline:
    """Outline of the `d` attribute of a path, moved; `flip` turns it upside down (glyphs).

    Raises ValueError on path data that no engraver writes (arcs, a number too few).
    """
    pen = _Pen(dx, dy, -1 if flip else 1)
    for command, values in _commands(data):
        pen.draw(command, values)
    return tuple(pen.segments)


def _commands(data: str) -> Iterator[tuple[str, list[float]]]:
    """Commands with exactly the numbers that one of them takes; repeats are spelled out."""
    tokens = _TOKEN.findall(data)
    index, command = 0, ""
    while index < len(tokens):
        if tokens[index].isalpha():
            command = tokens[index]
            index += 1
        arity = _ARITY.get(command.upper())
        if arity is None or index + arity > len(tokens):
            raise ValueError(f"unknown path data: {data[:40]!r}")
        yield command, [number(token) for token in tokens[index : index + arity]]
        index += arity
        command = {"M": "L", "m": "l"}.get(command, command) if arity else ""


class _Pen:
    """Where a path has got to."""

    def __init__(self, dx: float, dy: float, sign: int) -> None:
        self.segments: list[Segment] = []
        self._dx, self._dy, self._sign = dx, dy, sign
        self._x = self._y = 0.0
        self._start = (0.0, 0.0)
        self._control: tuple[str, float, float] = ("", 0.0, 0.0)

    def draw(self, command: str, values: list[float]) -> None:
        kind = command.upper()
        if kind == "Z":
            self.segments.append(("Z",))
            self._x, self._y = self._start
            return
        points = self._points(kind, values, relative=command != kind)
        if kind in "CSQT":
            self._curve(kind, points)
        else:
            self._add("M" if kind == "M" else "L", points)
        self._x, self._y = points[-1]
        if kind == "M":
            self._start = points[-1]

    def _points(self, kind: str, values: list[float], relative: bool) -> list[tuple[float, float]]:
        x0, y0 = (self._x, self._y) if relative else (0, 0)
        if kind == "H":
            return [(x0 + values[0], self._y)]
        if kind == "V":
            return [(self._x, y0 + values[0])]
        return [(x0 + values[i], y0 + values[i + 1]) for i in range(0, len(values), 2)]

    def _curve(self, kind: str, points: list[tuple[float, float]]) -> None:
        family = "C" if kind in "CS" else "Q"
        if kind in "ST":
            known, cx, cy = self._control
            here = (self._x, self._y)
            points.insert(0, (2 * here[0] - cx, 2 * here[1] - cy) if known == family else here)
        self._control = (family, *points[-2])
        self._add("C", points if family == "C" else self._cubic(*points))

    def _cubic(
        self, control: tuple[float, float], end: tuple[float, float]
    ) -> list[tuple[float, float]]:
        (cx, cy), (ex, ey) = control, end
        first = (self._x + 2 / 3 * (cx - self._x), self._y + 2 / 3 * (cy - self._y))
        return [first, (ex + 2 / 3 * (cx - ex), ey + 2 / 3 * (cy - ey)), end]

    def _add(self, letter: str, points: list[tuple[float, float]]) -> None:
        flat: list[str | float] = [letter]
        for x, y in points:
            flat += (x + self._dx, self._sign * y + self._dy)
        if letter != "C":
            self._control = ("", 0.0, 0.0)
        self.segments.append(tuple(flat))


def outline_box(outline: Outline) -> Box:
    """A box around every point and control point: never smaller than the ink."""
    xs = [float(x) for segment in outline for x in segment[1::2]]
    ys = [float(y) for segment in outline for y in segment[2::2]]
    return Box(min(xs), min(ys), max(xs), max(ys)) if xs else Box(0, 0, 0, 0)


def points_box(points: Points) -> Box:
    """The box around some points."""
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))
