"""Matches what leads from measure to measure: beams, slurs, hairpins, ties."""

from __future__ import annotations

from typing import NamedTuple

from lilydesk.lilylet.diagnostics import Diagnostic, diagnose
from lilydesk.lilylet.measure_parser import Links
from lilydesk.lilylet.ties import LooseTie, Sounds


class _Spanner(NamedTuple):
    """How messages speak of a kind of spanner, and how wide its sign is in the text."""

    name: str
    width: int


_SPANNERS = {
    "[": _Spanner("beam", 1), "(": _Spanner("slur", 1), "<": _Spanner("hairpin", 2),
}  # fmt: skip
_OPENERS = {"]": "[", ")": "(", "!": "<"}


class LinkMatcher:
    """Takes the measures in order. Partners may stand in different voices of one part."""

    def __init__(self) -> None:
        self._open: dict[tuple[int, str], list[int]] = {}
        self._ties: list[tuple[int, LooseTie]] = []
        self._faults: list[Diagnostic] = []

    def take(self, links: Links, position: int) -> None:
        """The next measure, whose text begins at `position`."""
        if self._ties:
            self._match_ties(links.first_sounds)
        if links.loose_ties or self._ties:
            self._ties = [(position, tie) for tie in links.loose_ties]
        for part, sign, offset in links.loose_ends:
            if sign in _SPANNERS:
                self._open.setdefault((part, sign), []).append(position + offset)
            else:
                self._close(part, _OPENERS[sign], position + offset)

    def _close(self, part: int, opener: str, at: int) -> None:
        opened = self._open.get((part, opener))
        if opened:
            opened.pop()
            return
        name, width = _SPANNERS[opener]
        message = f"The {name} that ends here never began."
        self._faults.append(diagnose(f"stray-{name}-end", at, at + width, message, replacement=""))

    def _match_ties(self, sounds: tuple[Sounds, ...]) -> None:
        for position, tie in self._ties:
            if tie.part >= len(sounds) or not tie.sounds & sounds[tie.part]:
                at = position + tie.offset
                self._faults.append(
                    diagnose(
                        "tie-without-target", at, at + 1,
                        "The tie here leads to no note of the same pitch.",
                    )
                )  # fmt: skip

    def finish(self) -> list[Diagnostic]:
        """What was never closed, and what was never opened."""
        self._match_ties(())
        for (_, opener), places in self._open.items():
            name, width = _SPANNERS[opener]
            message = f"The {name} that begins here never ends."
            self._faults.extend(
                diagnose(f"unclosed-{name}", at, at + width, message) for at in places
            )
        return self._faults
