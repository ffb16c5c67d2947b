"""What is asked of an engraver's process, and its answers other than a score."""

from __future__ import annotations

from dataclasses import dataclass

from lilydesk.engraving.display import EngravedSystem, Outline
from lilydesk.engraving.pieces import Mei


@dataclass(frozen=True, slots=True)
class EngravingRequest:
    """A score to draw. Numbers grow; an answer with a smaller one than shown is stale."""

    number: int
    mei: Mei
    width_mm: float = 180  # of the lines, where a staff is 7.2 mm high
    first_in_sight: int = 0  # the measure, from 0, from which on the score is looked at


@dataclass(frozen=True, slots=True)
class Preview:
    """The first lines of a long score, to have something to look at while the rest is drawn."""

    number: int
    mei: Mei
    width_mm: float


@dataclass(frozen=True, slots=True)
class Adoption:
    """A score that another process has drawn: the ground for retouching."""

    number: int
    mei: Mei
    width_mm: float
    edges: tuple[int, ...]  # indices of the measures that begin a line, and their number
    n_headers: int


@dataclass(frozen=True, slots=True)
class Retouch:
    """The adopted score after an edit: only the lines that changed are drawn, breaks stay.

    If those are too many, the first of them that are looked at.
    """

    number: int
    mei: Mei
    first_in_sight: int = 0


Request = EngravingRequest | Preview | Adoption | Retouch


@dataclass(frozen=True, slots=True)
class EngravingFailure:
    """The answer to a request that verovio could not draw."""

    number: int
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Adopted:
    """The answer to an Adoption. From now on places count in that score."""

    number: int


@dataclass(frozen=True, slots=True)
class Retouched:
    """The systems after a Retouch: new ones, and the places that others had in the score before.

    None for `systems` if too much has changed: the score has to be laid out again. Likewise where
    this is only a part, and most lines are those before; places still count in that score then.
    """

    number: int
    systems: tuple[EngravedSystem | int, ...] | None
    glyphs: dict[str, Outline]
    is_part: bool = False
