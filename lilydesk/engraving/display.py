"""What the engraver hands over: systems as lists of marks, in plain values.

Every number is in hundredths of a millimetre (a staff is 720 high). In a system, x counts from the
left edge of the music's area and y, downwards, from the top line of its first staff; so a system
stays the same value wherever it ends up on the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

# ("M", x, y), ("L", x, y), ("C", x1, y1, x2, y2, x, y) or ("Z",); everything absolute.
Segment = tuple[str | float, ...]
Outline = tuple[Segment, ...]
Points = tuple[tuple[float, float], ...]
Anchor = Literal["start", "middle", "end"]


class Box(NamedTuple):
    """A rectangle by its edges; `top` is the smaller y."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        """Width times height."""
        return (self.right - self.left) * (self.bottom - self.top)

    def contains(self, x: float, y: float, slack: float = 0) -> bool:
        """Whether the point is inside, or outside by at most `slack`."""
        return (
            self.left - slack <= x <= self.right + slack
            and self.top - slack <= y <= self.bottom + slack
        )


# The marks are named tuples because they cross a pipe by the thousand: pickle rebuilds them in C.
class Glyph(NamedTuple):
    """A SMuFL sign: the outline of that name, scaled, turned (degrees, clockwise), then moved."""

    name: str
    x: float
    y: float
    scale_x: float
    scale_y: float
    turn: float = 0


class Line(NamedTuple):
    """A straight stroke; `dash` holds lengths of dash and gap, () for a solid one."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    cap: str = "butt"
    dash: tuple[float, ...] = ()


class Curve(NamedTuple):
    """A filled shape that is also stroked: a slur, a tie, a brace."""

    outline: Outline
    width: float


class Polygon(NamedTuple):
    """A filled polygon: a beam."""

    points: Points


class Polyline(NamedTuple):
    """Connected straight strokes, not filled: a hairpin, a bracket."""

    points: Points
    width: float
    cap: str = "butt"
    dash: tuple[float, ...] = ()


class Rectangle(NamedTuple):
    """Filled if `width` is 0, otherwise a frame of that stroke width."""

    x: float
    y: float
    across: float
    down: float
    width: float = 0


class Ellipse(NamedTuple):
    """A filled ellipse: an augmentation dot, the dots of a repeat."""

    x: float
    y: float
    radius_x: float
    radius_y: float


class Run(NamedTuple):
    """Letters in one font; `spacing` is added after each of them."""

    text: str
    family: str
    size: float
    bold: bool
    italic: bool
    spacing: float = 0


class Words(NamedTuple):
    """Runs set one after another on one baseline; `anchor` tells which point of them x is."""

    x: float
    y: float
    anchor: Anchor
    runs: tuple[Run, ...]


Mark = Glyph | Line | Curve | Polygon | Polyline | Rectangle | Ellipse | Words


class Element(NamedTuple):
    """An element that the MEI named: its kind (note, rest, measure), its ink, and its marks.

    The marks are `system.marks[first:last]`; those of a chord hold those of its notes.
    """

    id: str
    kind: str
    box: Box
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class EngravedSystem:
    """One line of the score, or the heading above the first (kind "header", no measures)."""

    kind: Literal["system", "header"]
    marks: tuple[Mark, ...]
    elements: tuple[Element, ...]
    measures: tuple[str, ...]
    box: Box
    number: Words | None = None  # above the first measure: what verovio counted, and where


@dataclass(frozen=True, slots=True)
class EngravedScore:
    """The answer to one request: its systems in order, and every outline that they use.

    A system that is the same as in the answer before *is* the same object, so that a view can tell
    by identity which ones to draw again.
    """

    number: int
    width: float
    systems: tuple[EngravedSystem, ...]
    glyphs: dict[str, Outline]
    warnings: tuple[str, ...] = ()
    is_whole: bool = True  # False: the rest is on its way, or still as it was

    def system_of_measure(self, measure: str) -> int | None:
        """Index of the system that holds the measure with this id."""
        for index, system in enumerate(self.systems):
            if measure in system.measures:
                return index
        return None
