"""A score in pieces, and on its way to a process: only the pieces that it does not have yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Cut(NamedTuple):
    """A measure: its text, the definition that stands before it, the ending that holds it."""

    text: str
    before: str
    ending: str  # opening tag, "" outside


@dataclass(frozen=True, slots=True)
class CutScore:
    """A score in pieces: what stands before its definition, the definition, the measures."""

    head: str
    definition: str
    cuts: tuple[Cut, ...]


Mei = str | CutScore
"""A score to be drawn. In pieces it is understood sooner, above all after a small change."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of the score sent before: `cuts` took the place of those from `first` on."""

    head: str | None  # None: as before
    definition: str | None
    first: int
    n_replaced: int
    cuts: tuple[Cut, ...]


_EMPTY = CutScore("", "", ())


class Sender:
    """Turns scores into changes; its counterpart is a Receiver that sees all of them in order."""

    def __init__(self) -> None:
        self._sent = _EMPTY

    def pack(self, mei: Mei) -> str | Change:
        """What to send; it counts as known to the other side from now on."""
        if isinstance(mei, str):
            return mei
        before, self._sent = self._sent, mei
        first, n_after = n_common_ends(before.cuts, mei.cuts)
        return Change(
            None if mei.head == before.head else mei.head,
            None if mei.definition == before.definition else mei.definition,
            first,
            len(before.cuts) - n_after - first,
            mei.cuts[first : len(mei.cuts) - n_after],
        )


class Receiver:
    """Turns the changes of one Sender back into scores."""

    def __init__(self) -> None:
        self._score = _EMPTY

    def unpack(self, sent: str | Change) -> Mei:
        """The score; pieces seen before are the same objects as before."""
        if isinstance(sent, str):
            return sent
        before = self._score
        last = sent.first + sent.n_replaced
        self._score = CutScore(
            before.head if sent.head is None else sent.head,
            before.definition if sent.definition is None else sent.definition,
            (*before.cuts[: sent.first], *sent.cuts, *before.cuts[last:]),
        )
        return self._score


def n_common_ends(one: Sequence[Cut], other: Sequence[Cut]) -> tuple[int, int]:
    """How many measures are the same from the start on, and of the others from the end on."""
    n_pairs = min(len(one), len(other))
    first = _n_common(one, other, range(n_pairs))
    return first, _n_common(one, other, range(-1, first - n_pairs - 1, -1))


def _n_common(one: Sequence[Cut], other: Sequence[Cut], places: range) -> int:
    for count, place in enumerate(places):
        if one[place] is not other[place] and one[place] != other[place]:
            return count
    return len(places)
