"""Matches what leads from measure to measure: beams, slurs, hairpins, ties."""

from __future__ import annotations

from typing import NamedTuple

from lilydesk.lilylet.diagnostics import Diagnostic, diagnose
from lilydesk.lilylet.loose_ends import ONE_NOTE
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
    """Takes the measures in order. Slurs and hairpins may end in another voice of their part."""

    def __init__(self) -> None:
        self._open: dict[tuple[int, str], list[tuple[int, int]]] = {}  # voices and places
        self._ties: list[tuple[int, LooseTie]] = []
        self._faults: list[Diagnostic] = []

    def take(self, links: Links, position: int) -> None:
        """The next measure, whose text begins at `position`."""
        if self._ties:
            self._match_ties(links.first_sounds)
        if links.loose_ties or self._ties:
            self._ties = [(position, tie) for tie in links.loose_ties]
        for part, voice, sign, offset in links.loose_ends:
            at = position + offset
            if sign in _SPANNERS:
                self._open.setdefault((part, sign), []).append((voice, at))
            elif sign in _OPENERS:
                self._close(part, voice, _OPENERS[sign], at)
            elif self._take_own(part, voice, "<") and sign == ONE_NOTE:
                self._open[part, "<"].append((voice, at))

    def _take_own(self, part: int, voice: int, opener: str) -> bool:
        """Close the latest of a voice's own; False if it has none."""
        opened = self._open.get((part, opener), [])
        index = next((i for i in reversed(range(len(opened))) if opened[i][0] == voice), None)
        if index is not None:
            del opened[index]
        return index is not None

    def _close(self, part: int, voice: int, opener: str, at: int) -> None:
        if self._take_own(part, voice, opener):
            return
        opened = self._open.get((part, opener))
        if opened and opener != "[":
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
                diagnose(f"unclosed-{name}", at, at + width, message) for _, at in places
            )
        return self._faults
