"""One of several ways to go on: what it changes in the text, and how well the model likes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from lilydesk.composing.takes import misfit
from lilydesk.engines import Engine, Score, ScoringEngine
from lilydesk.lilylet.edits import TextEdit


class TakeEngine(Engine, ScoringEngine, Protocol):
    """A model that writes and judges."""


Progress = Callable[[int, int], None]
"""Told how many measures of how many are there, those of all candidates together."""


def no_progress(n_done: int, n_total: int) -> None:
    """For whoever does not watch."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text with new measures in it, not yet ranked."""

    seed: int
    text: str  # the whole piece with it
    edits: tuple[TextEdit, ...]  # of the text it was asked for, in its order
    score: Score | None = None  # see `ranked`; None where there is nothing to judge by
    hints: tuple[str, ...] = field(default=())  # what a composer should know, as sentences
    n_lost_ties: int = 0  # out of the passage, that lead on no longer
    usual_bits: float | None = None  # see `misfit`

    @property
    def bits_per_token(self) -> float | None:
        """Of the score."""
        return self.score.bits_per_token if self.score and self.score.tokens else None


def ranked(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """The best first: all ties kept, then the least misfit; equals as they came."""
    return tuple(
        sorted(
            candidates,
            key=lambda one: (one.n_lost_ties, misfit(one.bits_per_token, one.usual_bits)),
        )
    )
