"""Words in verovio's SVG: nested spans of size 0 around the real ones, flattened into runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, cast
from xml.etree.ElementTree import Element as Node

from lilydesk.engraving.display import Anchor, Box, Run, Words
from lilydesk.engraving.outline import number

TEXT_FAMILY = "Times"  # verovio's name for the text font; a view maps it to Liberation Serif

_RULE = re.compile(r"([^{}]+)\{([^}]*)\}")
_CLASS = re.compile(r"g\.(\w+)\s*$")
_LINE_FEED = re.compile(r"[\r\n\t]+")
_ASCENT, _DESCENT, _ADVANCE = 0.75, 0.25, 0.5  # of the size; boxes need no better than that


class Style(NamedTuple):
    """The inherited properties of text."""

    family: str = TEXT_FAMILY
    size: float = 0
    bold: bool = False
    italic: bool = False
    spacing: float = 0
    anchor: str = "start"

    def within(self, node: Node) -> Style:
        """The style inside this node: its attributes override what is inherited."""
        style = self
        for name, value in node.attrib.items():
            change = _CHANGES.get(name)
            if change is not None:
                style = change(style, value)
        return style

    def under(self, declarations: dict[str, str]) -> Style:
        """The style after a rule of the style sheet."""
        style = self
        for name, value in declarations.items():
            style = _CHANGES[name](style, value)
        return style


def _length(value: str) -> float:
    return number(value.removesuffix("px"))


_CHANGES: dict[str, Callable[[Style, str], Style]] = {
    "font-family": lambda style, value: style._replace(family=value.split(",")[0].strip("'\" ")),
    "font-size": lambda style, value: style._replace(size=_length(value)),
    "font-weight": lambda style, value: style._replace(bold=value in ("bold", "bolder")),
    "font-style": lambda style, value: style._replace(italic=value in ("italic", "oblique")),
    "letter-spacing": lambda style, value: style._replace(spacing=_length(value)),
    "text-anchor": lambda style, value: style._replace(anchor=value),
}


def read_sheet(sheet: str) -> dict[str, dict[str, str]]:
    """The text properties that a style sheet gives to groups, by their class."""
    rules: dict[str, dict[str, str]] = {}
    for selectors, body in _RULE.findall(sheet):
        pairs = (line.split(":", 1) for line in body.split(";") if ":" in line)
        known = {k.strip(): v.strip() for k, v in pairs if k.strip() in _CHANGES}
        for selector in selectors.split(",") if known else ():
            found = _CLASS.search(selector)
            if found:
                rules.setdefault(found[1], {}).update(known)
    return rules


class _Place(NamedTuple):
    """A baseline's start; each x or y in the source begins a new one (absent means 0)."""

    x: float
    y: float
    anchor: str


def read_words(node: Node, style: Style, dx: float, dy: float) -> Iterator[Words]:
    """Words of a `text` node, one per place that it or a span inside it names, moved by dx, dy."""
    lines: list[tuple[_Place, list[Run]]] = []
    _walk(node, style, lines)
    for place, runs in lines:
        kept = tuple(run for run in runs if run.size > 0)
        if any(run.text.strip() for run in kept):
            yield Words(place.x + dx, place.y + dy, cast(Anchor, place.anchor), kept)


def _walk(node: Node, outer: Style, lines: list[tuple[_Place, list[Run]]]) -> None:
    style = outer.within(node)
    if node.tag == "text" or "x" in node.attrib or "y" in node.attrib:
        x, y = number(node.get("x", "0")), number(node.get("y", "0"))
        lines.append((_Place(x, y, style.anchor), []))
    _add_run(node.text, style, lines)
    for child in node:
        if child.tag == "tspan":  # a `title` is a label for machines, not ink
            _walk(child, style, lines)
        _add_run(child.tail, style, lines)


def _add_run(text: str | None, style: Style, lines: list[tuple[_Place, list[Run]]]) -> None:
    if not text:
        return
    # Spaces at the edges of a run are part of the music's words (" = 96"); line feeds are not.
    words = _LINE_FEED.sub(" ", text)
    run = Run(words, style.family, style.size, style.bold, style.italic, style.spacing)
    lines[-1][1].append(run)


def words_box(words: Words) -> Box:
    """About the room that words take (a box needs no font)."""
    width = sum(len(run.text) * (run.size * _ADVANCE + run.spacing) for run in words.runs)
    size = max(run.size for run in words.runs)
    shift = {"middle": width / 2, "end": width}.get(words.anchor, 0)
    left = words.x - shift
    return Box(left, words.y - _ASCENT * size, left + width, words.y + _DESCENT * size)
