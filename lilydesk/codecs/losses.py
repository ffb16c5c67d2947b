"""What of a foreign score could not be taken over: sentences with where and how often."""

from __future__ import annotations

from dataclasses import dataclass

_MOST_SENTENCES = 60  # a broken file must not bury what matters under hundreds of them


@dataclass(slots=True)
class _Loss:
    count: int = 0
    place: int | None = None  # the first that is known


class Losses:
    """Collects losses while a score is read. Bounded, however long it is."""

    def __init__(self, unit: str, first: int) -> None:
        """Places are counted in `unit` (line, measure), from `first` on; they are told from 1."""
        self._unit = unit
        self._first = first
        self._found: dict[str, _Loss] = {}
        self._has_more = False

    def add(self, sentence: str, place: int | None = None) -> None:
        """Note a loss; `sentence` has no full stop. A place before the first is none."""
        if sentence not in self._found and len(self._found) == _MOST_SENTENCES:
            self._has_more = True
            return
        loss = self._found.setdefault(sentence, _Loss())
        loss.count += 1
        if place is not None and place >= self._first:
            loss.place = place if loss.place is None else min(loss.place, place)

    def sentences(self) -> tuple[str, ...]:
        """All of them, in the order in which they were met."""
        found = [f"{sentence}{self._where(loss)}." for sentence, loss in self._found.items()]
        if self._has_more:
            found.append("There is more of this kind that is not listed.")
        return tuple(found)

    def _where(self, loss: _Loss) -> str:
        first = "" if loss.place is None else f"{self._unit} {loss.place - self._first + 1}"
        if loss.count == 1:
            return f" ({first})" if first else ""
        return f" ({loss.count} times, first in {first})" if first else f" ({loss.count} times)"
