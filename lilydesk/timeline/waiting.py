"""What begins in a voice and waits for its end, there or in another voice of the part."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(slots=True)
class _Entry(Generic[Item]):
    item: Item
    is_waiting: bool = True


class Waiting(Generic[Item]):
    """Slurs or hairpins that are open. Each step takes the same time, however many wait."""

    def __init__(self) -> None:
        self._by_voice: dict[tuple[int, Hashable], list[_Entry[Item]]] = {}
        self._by_part: dict[int, list[_Entry[Item]]] = {}
        self._n_waiting = 0

    def __bool__(self) -> bool:
        """Something waits."""
        return self._n_waiting > 0

    def put(self, part: int, voice: Hashable, item: Item) -> None:
        """Let something wait for its end."""
        entry = _Entry(item)
        self._by_voice.setdefault((part, voice), []).append(entry)
        self._by_part.setdefault(part, []).append(entry)
        self._n_waiting += 1

    def own(self, part: int, voice: Hashable) -> Item | None:
        """What began last in a voice and still waits."""
        entry = _last(self._by_voice.get((part, voice)))
        return entry.item if entry else None

    def take_own(self, part: int, voice: Hashable) -> Item | None:
        """The same, which waits no longer."""
        return self._take(self._by_voice.get((part, voice)))

    def latest(self, part: int) -> Item | None:
        """What began last in any voice of a part and still waits."""
        entry = _last(self._by_part.get(part))
        return entry.item if entry else None

    def take_latest(self, part: int) -> Item | None:
        """The same, which waits no longer."""
        return self._take(self._by_part.get(part))

    def rest(self) -> list[Item]:
        """All that still waits."""
        entries = (entry for part in self._by_part.values() for entry in part)
        return [entry.item for entry in entries if entry.is_waiting]

    def _take(self, entries: list[_Entry[Item]] | None) -> Item | None:
        entry = _last(entries)
        if entry is None:
            return None
        entry.is_waiting = False
        self._n_waiting -= 1
        return entry.item


def _last(entries: list[_Entry[Item]] | None) -> _Entry[Item] | None:
    while entries and not entries[-1].is_waiting:
        entries.pop()
    return entries[-1] if entries else None
