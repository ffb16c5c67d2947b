"""Titles, names of parts, and the layout of the staves as headers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from lilydesk.codecs.losses import Losses
from lilydesk.codecs.musicxml.values import text_of
from lilydesk.notation import Headers
from lilydesk.notation.document import InstrumentName
from lilydesk.notation.staves import StaffGroup, StaffLeaf, default_layout

_SYMBOLS = {"brace": "{", "bracket": "<", "square": "["}
_CREATORS = {
    "composer": "composer", "lyricist": "lyricist", "poet": "lyricist", "arranger": "arranger",
}  # fmt: skip
_CREDITS = ("title", "subtitle", "composer", "arranger", "lyricist")
_MEANINGLESS = re.compile(r"MusicXML Part|Part[_ ]?\d*|Instr\.? ?\d*|Unnamed.*", re.IGNORECASE)
_HAS_WORDS = re.compile(r"[^\W\d_]{2}")


def read_texts(root: Element) -> dict[str, str]:
    """The plain headers: title, subtitle, composer ..."""
    found: dict[str, str] = {}
    work, movement = text_of(root, "work/work-title"), text_of(root, "movement-title")
    credits = _credits(root)
    title = work or movement or credits.get("title", "")
    if title:
        found["title"] = _lines(title)
    if work and movement and work != movement:
        found["subtitle"] = _lines(movement)
    number = text_of(root, "work/work-number")
    if number:
        found["opus"] = _lines(number)
    for creator in root.iterfind("identification/creator"):
        name = _CREATORS.get(creator.get("type", "composer"))
        text = _lines(creator.text or "")
        if name and text:
            found[name] = f"{found[name]}, {text}" if name in found else text
    for name, text in credits.items():
        found.setdefault(name, _lines(text))
    return found


def read_rights(root: Element) -> tuple[str, ...]:
    """Lines of copyright, for a comment."""
    lines = [" ".join((item.text or "").split()) for item in root.iterfind("identification/rights")]
    return tuple(f" {line}" for line in lines if _HAS_WORDS.search(line))


def _credits(root: Element) -> dict[str, str]:
    """What is printed on the first page and says what it is."""
    found: dict[str, str] = {}
    for credit in root.findall("credit"):
        kind = text_of(credit, "credit-type")
        words = "\n".join(item.text or "" for item in credit.findall("credit-words"))
        if kind in _CREDITS and words.strip() and kind not in found:
            found[kind] = words
    return found


def _lines(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines() if line.strip())


# -- parts


@dataclass(slots=True)
class _Group:
    """A <part-group> while it is open."""

    number: str
    symbol: str
    is_joined: bool
    name: InstrumentName
    children: list[StaffLeaf | StaffGroup] = field(default_factory=list)
    first_staff: int = 1


class StaffLayout:
    """Reads the <part-list> for parts whose numbers of staves are known."""

    def __init__(
        self, part_list: Element | None, ids: Sequence[str], counts: Sequence[int]
    ) -> None:
        self.instruments: dict[str, InstrumentName] = {}
        self._counts = dict(zip(ids, counts, strict=True))
        self._default = default_layout(tuple(counts))
        self._staff = 1
        self._open = [_Group("", "", False, InstrumentName(""))]
        self._joints: dict[int, str] = {}  # before the staff of this number
        for element in part_list if part_list is not None else ():
            if element.tag == "part-group":
                self._part_group(element)
            elif element.tag == "score-part" and element.get("id") in self._counts:
                self._part(element)
        while len(self._open) > 1:
            self._close()

    def headers(self, texts: dict[str, str], playing_order: str, auto_beam: str) -> Headers:
        """All headers of the score."""
        layout = self._joined(self._open[0].children, "")
        is_usual = layout == self._default or self._staff - 1 != sum(self._counts.values())
        staves = "" if is_usual else _code(layout)
        return Headers(texts, self.instruments, staves, playing_order, auto_beam)

    def _part_group(self, element: Element) -> None:
        number = element.get("number", "1")
        if element.get("type") == "start":
            name = InstrumentName(
                text_of(element, "group-name"), text_of(element, "group-abbreviation")
            )
            symbol = _SYMBOLS.get(text_of(element, "group-symbol"), "")
            is_joined = text_of(element, "group-barline", "no") != "no"
            self._open.append(_Group(number, symbol, is_joined, name, [], self._staff))
            return
        while len(self._open) > 1 and any(group.number == number for group in self._open[1:]):
            if self._close() == number:
                break

    def _close(self) -> str:
        group = self._open.pop()
        if not group.children:
            return group.number
        last = self._staff - 1
        if group.is_joined:
            for staff in range(group.first_staff + 1, last + 1):
                self._joints[staff] = "-"
        if group.name.name:
            key = f"{group.first_staff}-{last}" if last > group.first_staff else str(last)
            self.instruments.setdefault(key, group.name)
        if group.symbol:
            self._open[-1].children.append(self._joined(group.children, group.symbol))
        else:
            self._open[-1].children += group.children
        return group.number

    def _part(self, element: Element) -> None:
        count = self._counts[element.get("id", "")]
        first, last = self._staff, self._staff + count - 1
        self._staff += count
        name = element.find("part-name")
        text = _name(element, "part-name")
        is_shown = name is not None and name.get("print-object") != "no"
        if is_shown and text and not _MEANINGLESS.fullmatch(text):
            key = str(first) if count == 1 else f"{first}-{last}"
            self.instruments[key] = InstrumentName(text, _name(element, "part-abbreviation"))
        leaves: list[StaffLeaf | StaffGroup] = [StaffLeaf(str(n)) for n in range(first, last + 1)]
        if count == 1:
            self._open[-1].children += leaves
        else:
            group = StaffGroup("{", tuple(leaves), ("-",) * (count - 1))
            self._open[-1].children.append(group)

    def _joined(self, children: list[StaffLeaf | StaffGroup], symbol: str) -> StaffGroup:
        joints = tuple(self._joints.get(_first(child), ",") for child in children[1:])
        return StaffGroup(symbol, tuple(children), joints)


def _name(element: Element, tag: str) -> str:
    shown = element.find(f"{tag}-display")
    if shown is not None:
        return " ".join("".join(item.text or "" for item in shown.iter("display-text")).split())
    return " ".join(text_of(element, tag).split())


def _first(node: StaffLeaf | StaffGroup) -> int:
    while isinstance(node, StaffGroup):
        node = node.children[0]
    return int(node.name)


def _code(node: StaffLeaf | StaffGroup) -> str:
    if isinstance(node, StaffLeaf):
        return node.name
    text = _code(node.children[0])
    for joint, child in zip(node.joints, node.children[1:], strict=True):
        text += joint + _code(child)
    closers = {"<": ">", "[": "]", "{": "}", "": ""}
    return f"{node.symbol}{text}{closers[node.symbol]}"


def warn_of_credits(root: Element, texts: dict[str, str], losses: Losses) -> None:
    """Say that words on the page which are no header were left out."""
    known = {" ".join(text.split()) for text in texts.values()}
    for credit in root.findall("credit"):
        words = " ".join(
            " ".join(item.text or "" for item in credit.findall("credit-words")).split()
        )
        kind = text_of(credit, "credit-type")
        is_known = words in known or any(words in text for text in known)
        if _HAS_WORDS.search(words) and not is_known and kind not in ("page number", "rights"):
            losses.add(f"Words on the page were left out: “{words[:60]}”")
