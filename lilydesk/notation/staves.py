"""Which staves a score has: numbers over all parts, and the [staves "..."] header as a tree.

Staff numbers restart in each part; the set of staves of a part is over the whole document. Global
numbers count from 1 through all parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from lilydesk.notation.document import Document, Headers, InstrumentName, Measure
from lilydesk.notation.event import Event, StaffChange
from lilydesk.notation.walk import flat

_TOKEN = re.compile(r"[<\[{>\]},.\-]|[^\s<>\[\]{},.\-]+")
_CLOSER = {"<": ">", "[": "]", "{": "}"}
_JOINTS = frozenset(",.-")
_DEEPEST = 16  # levels of brackets; far beyond any score, short of Python's recursion limit


@dataclass(frozen=True, slots=True)
class StaffLeaf:
    """One staff of the layout; its id is its number where the header left it empty."""

    name: str


@dataclass(frozen=True, slots=True)
class StaffGroup:
    """Staves and groups under one symbol; the outermost group has none.

    joints[i] stands between child i and child i + 1: "-" joins their barlines, "." and "," do not.
    """

    symbol: str  # "<" bracket, "[" square, "{" brace, "" none
    children: tuple[StaffLeaf | StaffGroup, ...]
    joints: tuple[str, ...]


def parse_staff_layout(code: str) -> StaffGroup:
    """Read the text of a [staves "..."] header. Raises ValueError if brackets do not match."""
    return _LayoutReader(code).read()


class _LayoutReader:
    """Reads a layout from left to right and numbers its staves."""

    def __init__(self, code: str) -> None:
        self._tokens: list[str] = _TOKEN.findall(code)
        self._position = 0
        self._n_staves = 0

    def read(self) -> StaffGroup:
        group = self._group("", 0)
        if self._position < len(self._tokens):
            raise ValueError(f"'{self._tokens[self._position]}' closes nothing")
        return group

    def _group(self, symbol: str, depth: int) -> StaffGroup:
        """The group whose opening symbol stands just before the position."""
        if depth > _DEEPEST:
            raise ValueError("too many brackets inside one another")
        row = _Row()
        while (token := self._next()) and token not in _CLOSER.values():
            self._position += 1
            if token in _CLOSER:
                row.add(self._group(token, depth + 1))
            elif token in _JOINTS:
                self._fill(row)
                row.join(token)
            else:
                row.add(self._leaf(token))
        if symbol and self._next() != _CLOSER[symbol]:
            raise ValueError(f"'{symbol}' is not closed")
        if symbol or row.joints:
            self._fill(row)
        self._position += bool(symbol)
        return StaffGroup(symbol, tuple(row.children), tuple(row.joints))

    def _next(self) -> str:
        return self._tokens[self._position] if self._position < len(self._tokens) else ""

    def _leaf(self, name: str = "") -> StaffLeaf:
        self._n_staves += 1
        return StaffLeaf(name or str(self._n_staves))

    def _fill(self, row: _Row) -> None:
        """Where a staff may stand and none does, there is one without a name."""
        if row.is_slot_open:
            row.add(self._leaf())


class _Row:
    """Staves and groups side by side, with what stands between them."""

    def __init__(self) -> None:
        self.children: list[StaffLeaf | StaffGroup] = []
        self.joints: list[str] = []
        self.is_slot_open = True

    def add(self, child: StaffLeaf | StaffGroup) -> None:
        if len(self.children) > len(self.joints):
            self.joints.append(",")
        self.children.append(child)
        self.is_slot_open = False

    def join(self, sign: str) -> None:
        self.joints.append(sign)
        self.is_slot_open = True


def staff_names(node: StaffLeaf | StaffGroup) -> list[str]:
    """Ids of the staves below a node, from the top."""
    if isinstance(node, StaffLeaf):
        return [node.name]
    return [name for child in node.children for name in staff_names(child)]


def group_key(node: StaffLeaf | StaffGroup) -> str:
    """The id or range that an [instrument-...] header gives to this staff or group."""
    names = staff_names(node)
    return names[0] if len(names) == 1 else f"{names[0]}-{names[-1]}" if names else ""


def staves_in_headers(headers: Headers) -> tuple[int, ...]:
    """Number of staves of each part that the headers speak of; empty if they name none.

    Staves in a brace are one part, as a pianist's; without [staves] the [instrument-...] tell.
    """
    try:
        named = _parts_of(parse_staff_layout(headers.staves)) if headers.staves else []
    except ValueError:
        named = []
    if named:
        return tuple(named)
    ranges = sorted(
        (int(found[1]), int(found[2] or found[1]))
        for key in headers.instruments
        if (found := re.fullmatch(r"(\d{1,2})(?:-(\d{1,2}))?", key))
    )
    is_whole = all(one[1] + 1 == other[0] for one, other in pairwise([(0, 0), *ranges]))
    return tuple(last - first + 1 for first, last in ranges) if is_whole else ()


def _parts_of(node: StaffLeaf | StaffGroup) -> list[int]:
    if isinstance(node, StaffLeaf):
        return [1]
    if node.symbol == "{":
        return [len(staff_names(node))]
    return [count for child in node.children for count in _parts_of(child)]


def part_staves(document: Document) -> tuple[int, ...]:
    """Number of staves of each part, over the whole document; at least 1 each."""
    return merged_staves(measure_staves(measure) for measure in document.measures)


def measure_staves(measure: Measure) -> tuple[int, ...]:
    """Highest staff number of each part in one measure."""
    return tuple(
        max((max(voice.staff, _highest_staff(voice.events)) for voice in part.voices), default=1)
        for part in measure.parts
    )


def merged_staves(counts: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    """Number of staves of each part, from those of the measures."""
    merged: list[int] = [1]
    for count in dict.fromkeys(counts):
        merged += [1] * (len(count) - len(merged))
        merged[: len(count)] = map(max, merged, count)
    return tuple(merged)


def staff_offsets(counts: tuple[int, ...]) -> tuple[int, ...]:
    """What to add to a staff number of each part to get the global one."""
    return tuple(sum(counts[:index]) for index in range(len(counts)))


def default_layout(counts: tuple[int, ...]) -> StaffGroup:
    """The layout of a score without [staves]: a brace around each part of several staves."""
    children: list[StaffLeaf | StaffGroup] = []
    number = 1
    for count in counts:
        leaves = tuple(StaffLeaf(str(number + index)) for index in range(count))
        children.append(leaves[0] if count == 1 else StaffGroup("{", leaves, ("-",) * (count - 1)))
        number += count
    return StaffGroup("", tuple(children), (",",) * (len(children) - 1))


def staff_layout(document: Document) -> StaffGroup:
    """The [staves] header where it fits the music's number of staves, else the default layout."""
    return layout_of(document.headers.staves, part_staves(document))


def layout_of(header: str, counts: tuple[int, ...]) -> StaffGroup:
    """The same for the text of a [staves] header and the number of staves of each part."""
    if header:
        try:
            layout = parse_staff_layout(header)
        except ValueError:
            return default_layout(counts)
        if len(staff_names(layout)) == sum(counts):
            return layout
    return default_layout(counts)


def part_instruments(document: Document) -> tuple[InstrumentName | None, ...]:
    """The instrument name that covers the first staff of each part, most specific first."""
    counts = part_staves(document)
    names = staff_names(staff_layout(document))
    instruments = document.headers.instruments
    found: list[InstrumentName | None] = []
    for count, offset in zip(counts, staff_offsets(counts), strict=True):
        keys = [f"{names[offset]}-{names[offset + count - 1]}", names[offset]]
        keys += [f"{offset + 1}-{offset + count}", str(offset + 1)]
        exact = next((instruments[key] for key in keys if key in instruments), None)
        found.append(exact or _name_of_range(names, offset, instruments))
    return tuple(found)


def _name_of_range(
    names: list[str], index: int, instruments: dict[str, InstrumentName]
) -> InstrumentName | None:
    """The first name whose range of staves holds the staff at `index`."""
    for key, instrument in instruments.items():
        first, joint, last = key.partition("-")
        if not joint or first not in names or last not in names:
            continue
        if names.index(first) <= index <= names.index(last):
            return instrument
    return None


def _highest_staff(events: tuple[Event, ...]) -> int:
    highest = 1
    for event in flat(events):
        if isinstance(event, StaffChange):
            highest = max(highest, event.staff)
    return highest
