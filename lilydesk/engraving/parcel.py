"""Scores on their way between processes, without what the other side already has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lilydesk.engraving.display import EngravedScore, EngravedSystem, Outline

_PORTION = 8  # systems: some milliseconds for whoever unpacks them

Entry = tuple[int, EngravedSystem | None]


@dataclass(frozen=True, slots=True)
class Portion:
    """Systems that a parcel to come will name by their keys alone."""

    systems: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Parcel:
    """An EngravedScore; `systems` holds a system where it is new, and always its key."""

    number: int
    width: float
    systems: tuple[Entry, ...]
    glyphs: dict[str, Outline]
    warnings: tuple[str, ...]
    is_whole: bool


class Packer:
    """Turns scores into parcels; its counterpart is an Unpacker that sees every parcel."""

    def __init__(self) -> None:
        self._keys: dict[EngravedSystem, int] = {}
        self._sent_glyphs: set[str] = set()
        self._next_key = 0

    def pack(self, score: EngravedScore) -> Parcel:
        """The parcel; what it holds counts as known to the other side from now on."""
        keys: dict[EngravedSystem, int] = {}
        entries: list[Entry] = []
        for system in score.systems:
            known = self._keys.get(system, keys.get(system))
            keys[system] = self._new_key() if known is None else known
            entries.append((keys[system], system if known is None else None))
        self._keys = keys
        return Parcel(
            score.number,
            score.width,
            tuple(entries),
            self.pack_glyphs(score.glyphs),
            score.warnings,
            score.is_whole,
        )

    def pack_glyphs(self, glyphs: dict[str, Outline]) -> dict[str, Outline]:
        """Those of the outlines that were not sent before."""
        new = {name: glyphs[name] for name in glyphs.keys() - self._sent_glyphs}
        self._sent_glyphs |= new.keys()
        return new

    def _new_key(self) -> int:
        self._next_key += 1
        return self._next_key


def in_portions(parcel: Parcel) -> Iterator[Portion | Parcel]:
    """The parcel, or several things that are unpacked as quickly each, the parcel last."""
    new = [entry for entry in parcel.systems if entry[1] is not None]
    if len(new) > _PORTION:
        for first in range(0, len(new), _PORTION):
            yield Portion(tuple(new[first : first + _PORTION]))
        parcel = replace(parcel, systems=tuple((key, None) for key, _ in parcel.systems))
    yield parcel


class Unpacker:
    """Turns the parcels of one Packer, in order, back into scores."""

    def __init__(self) -> None:
        self._systems: dict[int, EngravedSystem] = {}
        self._arrived: dict[int, EngravedSystem] = {}  # ahead of their parcel
        self._glyphs: dict[str, Outline] = {}

    def add(self, portion: Portion) -> None:
        """Keep systems for the parcel that follows."""
        self._arrived.update((key, system) for key, system in portion.systems if system)

    def unpack(self, parcel: Parcel) -> EngravedScore:
        """The score; systems seen before are the same objects as before."""
        known = self._systems | self._arrived
        systems: dict[int, EngravedSystem] = {}
        for key, system in parcel.systems:
            systems[key] = system or systems.get(key) or known[key]
        self._systems, self._arrived = systems, {}
        self._glyphs = {**self._glyphs, **parcel.glyphs}
        ordered = tuple(systems[key] for key, _ in parcel.systems)
        return EngravedScore(
            parcel.number, parcel.width, ordered, self._glyphs, parcel.warnings, parcel.is_whole
        )
