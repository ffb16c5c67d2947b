"""What is asked of the engraver."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EngravingRequest:
    """A score to draw. Numbers grow; an answer with a smaller one than shown is stale."""

    number: int
    mei: str
    width_mm: float = 180  # of the lines, where a staff is 7.2 mm high


@dataclass(frozen=True, slots=True)
class EngravingFailure:
    """The answer to a request that verovio could not draw."""

    number: int
    message: str
    hint: str = ""
