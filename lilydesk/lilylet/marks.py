"""Marks written close to a note: `-.([`, `~`, `^>`, `-3`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from lilydesk.notation.mark import MarkKind, Placement


class MarkShape(NamedTuple):
    """A mark and where it stands in its token."""

    kind: MarkKind
    start: int
    end: int
    text: str
    placement: Placement | None
    spanner: str  # "[" "]" "(" ")" "~" where the mark opens, closes or leads on, else empty


SHORTHANDS = {
    ".": MarkKind.STACCATO,
    "!": MarkKind.STACCATISSIMO,
    "-": MarkKind.TENUTO,
    "^": MarkKind.MARCATO,
    ">": MarkKind.ACCENT,
    "_": MarkKind.PORTATO,
}
SPANNERS = {
    "[": MarkKind.BEAM_START,
    "]": MarkKind.BEAM_END,
    "(": MarkKind.SLUR_START,
    ")": MarkKind.SLUR_END,
    "~": MarkKind.TIE,
}
PLACEMENTS = {"^": Placement.ABOVE, "_": Placement.BELOW, "-": None}
_MARK = re.compile(r"([][()~])|([-^_])([-.!>^_()~]|[1-5])|([-.>^_])")


def _shape(match: re.Match[str]) -> MarkShape:
    spanner, direction, sign, bare = match.groups()
    placement = PLACEMENTS[direction] if direction else None
    sign = spanner or sign or bare
    if sign in SPANNERS:
        return MarkShape(SPANNERS[sign], match.start(), match.end(), "", placement, sign)
    if sign in SHORTHANDS:
        return MarkShape(SHORTHANDS[sign], match.start(), match.end(), "", placement, "")
    return MarkShape(MarkKind.FINGERING, match.start(), match.end(), sign, placement, "")


@lru_cache(maxsize=4096)
def mark_shapes(text: str) -> tuple[MarkShape, ...]:
    """The marks of a run like `-.([`, each with its place in it."""
    return tuple(_shape(match) for match in _MARK.finditer(text))
