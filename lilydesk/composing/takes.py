"""Takes: alternatives that were written for a text, each with where it comes from.

A take is a branch of the document: the text that it was written for, and what it changes there.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from lilydesk.lilylet.edits import TextEdit, apply_edits
from lilydesk.lilylet.edits.result import spans_after
from lilydesk.notation.span import Span


class TakeKind(Enum):
    """How a take came about."""

    COMPOSE = "compose"  # a new piece
    CONTINUE = "continue"  # new measures behind the text
    REGENERATE = "regenerate"  # measures written anew
    OWN = "own"  # a version of the composer's, kept


@dataclass(frozen=True, slots=True)
class Origin:
    """All that is needed to have a take again: which model, asked for what."""

    engine: str  # name of the bundle, for people
    family: str
    bundle_hash: str  # SHA-256 of its files, hexadecimal
    seed: int
    temperature: float
    top_p: float
    top_k: int
    prompt: tuple[str, str, str] = ("", "", "")  # period, composer, genre
    key: str = ""
    time: str = ""
    voices: tuple[tuple[int, int], ...] | None = None  # that were written anew; None is all
    constraints: str = ""  # in words
    date: str = ""  # ISO 8601, in UTC


@dataclass(frozen=True, slots=True)
class Take:
    """One alternative."""

    id: str
    name: str
    kind: TakeKind
    base: str  # the text that it was written for
    edits: tuple[TextEdit, ...]  # what it changes there, in the order of the text
    parent: str = ""  # id of the take in use then; empty for the composer's own text
    batch: str = ""  # the same for takes that were written together
    first_measure: int = 0  # from 0, of those that are new
    n_measures: int = 0
    origin: Origin | None = None  # None for a version of the composer's
    bits_per_token: float | None = None
    usual_bits: float | None = None  # see `misfit`
    n_lost_ties: int = 0
    hints: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)  # of a newer program's file, kept

    @property
    def text(self) -> str:
        """The whole text with the take in it."""
        return apply_edits(self.base, self.edits)

    @property
    def new_spans(self) -> tuple[Span, ...]:
        """Where in `text` the model wrote; all else is the composer's own."""
        return spans_after(self.edits)


def misfit(bits: float | None, usual: float | None) -> float:
    """How far bits a token are from the usual ones; infinite for what nobody judged.

    New music is best where it is as foreseeable as music is: the likeliest says one thing over and
    over. For a text that is given, as what follows, nothing is usual, and fewer bits are better.
    """
    return math.inf if bits is None else abs(bits - (usual or 0.0))


def new_id() -> str:
    """An id that no other take has."""
    return secrets.token_hex(8)


@dataclass(frozen=True, slots=True)
class TakesBook:
    """The takes of a document, and which of them is in use. A value: changing it gives another."""

    takes: tuple[Take, ...] = ()
    active: str = ""  # id of the take in use; empty for the composer's own text
    extra: Mapping[str, Any] = field(default_factory=dict)  # of a newer program's file, kept

    def __len__(self) -> int:
        return len(self.takes)

    def find(self, identifier: str) -> Take | None:
        """The take with this id, if there is one."""
        return next((take for take in self.takes if take.id == identifier), None)

    @property
    def active_take(self) -> Take | None:
        """The take in use."""
        return self.find(self.active)

    def add(self, takes: Iterable[Take]) -> TakesBook:
        """With these takes at the end; each that has no name gets the next number."""
        found = list(self.takes)
        for take in takes:
            name = take.name or f"Take {_next_number(found)}"
            found.append(replace(take, name=name))
        return replace(self, takes=tuple(found))

    def rename(self, identifier: str, name: str) -> TakesBook:
        """With another name for a take; an empty one changes nothing."""
        name = " ".join(name.split())
        if not name:
            return self
        return replace(
            self,
            takes=tuple(
                replace(take, name=name) if take.id == identifier else take for take in self.takes
            ),
        )

    def remove(self, identifiers: Iterable[str]) -> TakesBook:
        """Without these takes; the text stays what it is."""
        gone = set(identifiers)
        active = "" if self.active in gone else self.active
        kept = tuple(take for take in self.takes if take.id not in gone)
        return replace(self, takes=kept, active=active)

    def use(self, identifier: str) -> TakesBook:
        """With another take in use."""
        return replace(self, active=identifier)

    def in_order(self) -> tuple[Take, ...]:
        """The newest batch first, in it the best first."""
        batches: dict[str, int] = {}
        for take in self.takes:
            batches.setdefault(take.batch or take.id, len(batches))
        return tuple(
            sorted(
                self.takes,
                key=lambda take: (
                    -batches[take.batch or take.id],
                    take.n_lost_ties,
                    misfit(take.bits_per_token, take.usual_bits),
                ),
            )
        )

    def rank(self, identifier: str) -> tuple[int, int]:
        """The place of a take, from 1, among how many of its batch."""
        take = self.find(identifier)
        if take is None:
            return 0, 0
        batch = [
            one.id for one in self.in_order() if (one.batch or one.id) == (take.batch or take.id)
        ]
        return batch.index(identifier) + 1, len(batch)


def _next_number(takes: Iterable[Take]) -> int:
    numbers = [
        int(take.name.removeprefix("Take "))
        for take in takes
        if take.name.startswith("Take ") and take.name.removeprefix("Take ").isdecimal()
    ]
    return max(numbers, default=0) + 1
