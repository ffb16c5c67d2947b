"""Which staves a score has: numbers over all parts, and the [staves "..."] header as a tree.

Staff numbers restart in each part; the set of staves of a part is over the whole document. Global
numbers count from 1 through all parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lilydesk.notation.document import Document, InstrumentName, Measure
from lilydesk.notation.event import Event, StaffChange
from lilydesk.notation.walk import flat

_TOKEN = re.compile(r"[<\[{>\]},.\-]|[^\s<>\[\]{},.\-]+")
_CLOSER = {"<": ">", "[": "]", "{": "}"}
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
    tokens = [str(token) for token in _TOKEN.findall(code)]
    group, position, _ = _parse_group(tokens, 0, "", 1)
    if position < len(tokens):
        raise ValueError(f"'{tokens[position]}' closes nothing")
    return group


def _parse_group(
    tokens: list[str], position: int, symbol: str, number: int, depth: int = 0
) -> tuple[StaffGroup, int, int]:
    """One group from `position`, which stands behind its opening symbol.

    Returns the group, the position behind it, and the number of the next staff.
    """
    if depth > _DEEPEST:
        raise ValueError("too many brackets inside one another")
    children: list[StaffLeaf | StaffGroup] = []
    joints: list[str] = []
    is_slot_open = True  # a staff may stand here; if none does, it is an anonymous one

    def add(child: StaffLeaf | StaffGroup) -> None:
        if len(children) > len(joints):
            joints.append(",")
        children.append(child)

    while position < len(tokens):
        token = tokens[position]
        if token in _CLOSER:
            child, position, number = _parse_group(tokens, position + 1, token, number, depth + 1)
            add(child)
            is_slot_open = False
            continue
        if token in ">]}":
            if not symbol or token != _CLOSER[symbol]:
                break
            if is_slot_open:
                add(StaffLeaf(str(number)))
                number += 1
            return StaffGroup(symbol, tuple(children), tuple(joints)), position + 1, number
        if token in ",.-":
            if is_slot_open:
                add(StaffLeaf(str(number)))
                number += 1
            joints.append(token)
            is_slot_open = True
        else:
            add(StaffLeaf(token))
            number += 1
            is_slot_open = False
        position += 1
    if symbol:
        raise ValueError(f"'{symbol}' is not closed")
    if is_slot_open and joints:
        add(StaffLeaf(str(number)))
        number += 1
    return StaffGroup(symbol, tuple(children), tuple(joints)), position, number


def staff_names(node: StaffLeaf | StaffGroup) -> list[str]:
    """Ids of the staves below a node, from the top."""
    if isinstance(node, StaffLeaf):
        return [node.name]
    return [name for child in node.children for name in staff_names(child)]


def group_key(node: StaffLeaf | StaffGroup) -> str:
    """The id or range that an [instrument-...] header gives to this staff or group."""
    names = staff_names(node)
    return names[0] if len(names) == 1 else f"{names[0]}-{names[-1]}" if names else ""


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
    counts = part_staves(document)
    if document.headers.staves:
        try:
            layout = parse_staff_layout(document.headers.staves)
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
