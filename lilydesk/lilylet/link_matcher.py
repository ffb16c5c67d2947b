"""Matches what leads from measure to measure: beams, slurs, hairpins, ties."""

from __future__ import annotations

from typing import NamedTuple

from lilydesk.lilylet.diagnostics import Diagnostic, diagnose
from lilydesk.lilylet.loose_ends import ONE_NOTE
from lilydesk.lilylet.measure_parser import Links
from lilydesk.lilylet.ties import LooseTie, Sounds
from lilydesk.timeline.waiting import Waiting


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
        self._open = {opener: Waiting[int]() for opener in _SPANNERS}  # places in the text
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
                self._open[sign].put(part, voice, at)
            elif sign in _OPENERS:
                self._close(part, voice, _OPENERS[sign], at)
            elif self._open["<"].take_own(part, voice) is not None and sign == ONE_NOTE:
                self._open["<"].put(part, voice, at)

    def _close(self, part: int, voice: tuple[int, int], opener: str, at: int) -> None:
        waiting = self._open[opener]
        if waiting.take_own(part, voice) is not None:
            return
        if opener != "[" and waiting.take_latest(part) is not None:
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
                        "The tie here leads to no note of the same pitch.", replacement="",
                    )
                )  # fmt: skip

    def finish(self) -> list[Diagnostic]:
        """What was never closed, and what was never opened."""
        self._match_ties(())
        for opener, waiting in self._open.items():
            name, width = _SPANNERS[opener]
            message = f"The {name} that begins here never ends."
            self._faults.extend(
                diagnose(f"unclosed-{name}", at, at + width, message, replacement="")
                for at in waiting.rest()
            )
        return self._faults
