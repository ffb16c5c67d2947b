"""Requests into display lists: what the engraving process does, and tests do in place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lilydesk.engraving.display import EngravedScore, EngravedSystem, Outline
from lilydesk.engraving.press import Press
from lilydesk.engraving.request import EngravingRequest
from lilydesk.engraving.svg import SvgReader
from lilydesk.errors import EngravingError

_ID = re.compile(r'\bxml:id="([^"]*)"')


class Workshop:
    """One toolkit and one reader. Stays on the thread that made it."""

    def __init__(self) -> None:
        self._press = Press()
        self._reader = SvgReader()

    def engrave(self, request: EngravingRequest) -> EngravedScore:
        """The whole score, its lines broken by verovio. Raises EngravingError."""
        known = frozenset(_ID.findall(request.mei))
        systems: list[EngravedSystem] = []
        glyphs: dict[str, Outline] = {}
        for svg in self._press.draw(request.mei, request.width_mm):
            try:
                page = self._reader.read(svg, known)
            except ValueError as error:
                raise EngravingError("The drawn score cannot be read.") from error
            systems += page.systems
            glyphs |= page.glyphs
        width = request.width_mm * 100
        return EngravedScore(request.number, width, tuple(systems), glyphs, self._press.warnings)


@dataclass(frozen=True, slots=True)
class Parcel:
    """An EngravedScore on its way: without what the other side already has.

    `systems` holds an EngravedSystem where it is new, and always its key.
    """

    number: int
    width: float
    systems: tuple[tuple[int, EngravedSystem | None], ...]
    glyphs: dict[str, Outline]
    warnings: tuple[str, ...]


class Packer:
    """Turns scores into parcels; its counterpart is an Unpacker that sees every parcel."""

    def __init__(self) -> None:
        self._keys: dict[EngravedSystem, int] = {}
        self._sent_glyphs: set[str] = set()
        self._next_key = 0

    def pack(self, score: EngravedScore) -> Parcel:
        """The parcel; what it holds counts as known to the other side from now on."""
        keys: dict[EngravedSystem, int] = {}
        entries: list[tuple[int, EngravedSystem | None]] = []
        for system in score.systems:
            known = self._keys.get(system, keys.get(system))
            keys[system] = self._new_key() if known is None else known
            entries.append((keys[system], system if known is None else None))
        self._keys = keys
        glyphs = {k: v for k, v in score.glyphs.items() if k not in self._sent_glyphs}
        self._sent_glyphs |= glyphs.keys()
        return Parcel(score.number, score.width, tuple(entries), glyphs, score.warnings)

    def _new_key(self) -> int:
        self._next_key += 1
        return self._next_key


class Unpacker:
    """Turns the parcels of one Packer, in order, back into scores."""

    def __init__(self) -> None:
        self._systems: dict[int, EngravedSystem] = {}
        self._glyphs: dict[str, Outline] = {}

    def unpack(self, parcel: Parcel) -> EngravedScore:
        """The score; systems seen before are the same objects as before."""
        systems: dict[int, EngravedSystem] = {}
        for key, system in parcel.systems:
            systems[key] = system or systems.get(key) or self._systems[key]
        self._systems = systems
        self._glyphs = {**self._glyphs, **parcel.glyphs}
        ordered = tuple(systems[key] for key, _ in parcel.systems)
        return EngravedScore(parcel.number, parcel.width, ordered, self._glyphs, parcel.warnings)
