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


Note = Callable[[str], None]
"""Told what a composer should know of all candidates together, as a sentence."""


def no_note(sentence: str) -> None:
    """For whoever does not listen."""


def note_of_few(n_found: int, n_asked: int, n_unfit: int = 0) -> str:
    """Why there are fewer takes than were asked for; empty where there are as many or none.

    `n_unfit` of those that are missing could not be put into the text.
    """
    if not 0 < n_found < n_asked:
        return ""
    there = "There is 1 take" if n_found == 1 else f"There are {n_found} takes"
    why = "the model wrote the same again for the others"
    if n_unfit:
        why = "the others could not be put into the text for certain"
    return f"{there} instead of {n_asked}: {why}."


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
