"""Drawing a few tokens in a row before the guide looks at them.

A draft costs one call where each token would cost several. The guide then reads it token by token;
what it does not take is drawn again from the logits of that place, and the rest of the draft is
thrown away. As each place has a random number of its own, the text is the same however far ahead
is drafted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.drawing import draw_allowed
from lilydesk.engines.sampling import Sampling
from lilydesk.engines.session import BatchingGraph, Graph
from lilydesk.engines.vocabulary import Mask

_LEARNING = 1 / 32  # of each token


@dataclass(frozen=True, slots=True, eq=False)
class DraftTables:
    """What all drafts of a bundle have in common."""

    embedding: NDArray[np.float32]  # (vocab, hidden)
    possible: Mask  # the tokens that may ever be drawn
    ends: Mask  # those behind which the next tokens are mostly settled


@dataclass(frozen=True, slots=True, eq=False)
class Feed:
    """Rows (1, L, ...) that a decoder is to be fed."""

    graph: Graph
    rows: NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Wish:
    """How tokens are to be drawn."""

    tables: DraftTables
    sampling: Sampling
    chances: NDArray[np.float64]  # (n,) a random number for each token at most


@dataclass(slots=True, eq=False)
class Draft:
    """Tokens as they were drawn, one at least, and the logits (n, vocab) they come from.

    The logits hold until the same graph drafts again. `state` is the last output of what was fed
    before, shape (1, 1, hidden).
    """

    tokens: Sequence[int]
    logits: NDArray[np.float32]
    state: NDArray[np.float32] | None = None


class DraftingGraph(BatchingGraph, Protocol):
    """A token decoder that feeds itself what is drawn."""

    reach: int
    """How many tokens it drafts at most; if 1, it leaves the drawing to others."""
    call_cost: float
    """What a call costs besides its steps, as a multiple of a step."""

    def can_follow(self, graph: Graph) -> bool:
        """Whether such a graph can be fed in the same call."""
        ...

    def draft_many(
        self,
        graphs: Sequence[Graph],
        rows: Sequence[NDArray[Any]],
        wishes: Sequence[Wish],
        before: Sequence[Feed | None],
    ) -> list[Draft]:
        """Feed `rows[i]`, shape (1, L_i, hidden), to `graphs[i]` and draw what comes then.

        If there is something to feed before, its last output takes the place of the first row. A
        draft ends with its wish's last chance, or behind one of the tokens `ends`. All tokens but
        its last one are fed. All wishes have the same tables.
        """
        ...


def reach_of(graph: Graph) -> int:
    """How many tokens in a row a graph drafts."""
    return getattr(graph, "reach", 1)


class DraftLength:
    """How many tokens are worth drafting, by how often the last ones were refused.

    A refused token throws away what was drafted behind it, which is half a draft in the mean. So
    for n tokens the calls cost call_cost / n a token, the steps for nothing n / 2 for each token
    that is refused; both together are least where they are equal.
    """

    def __init__(self, graph: Graph) -> None:
        """Begin as if one token in sixteen were refused."""
        self._most = reach_of(graph)
        self._call_cost: float = getattr(graph, "call_cost", 0.0)
        self._refused = 1 / 16

    def note(self, n_taken: int, is_refused: bool) -> None:
        """Of a draft so many tokens were taken; perhaps one was refused then."""
        self._refused *= (1 - _LEARNING) ** (n_taken + is_refused)
        self._refused += _LEARNING * is_refused

    @property
    def best(self) -> int:
        """Tokens, one at least."""
        best = math.sqrt(2 * self._call_cost / max(self._refused, 1e-4))
        return max(1, min(round(best), self._most))


def draft_one(logits: NDArray[np.float32], wish: Wish) -> Draft:
    """A draft of one token from logits (vocab,). Raises BundleError if one is no number."""
    chance = float(wish.chances[0])
    return Draft([draw_allowed(logits, wish.tables.possible, wish.sampling, chance)], logits[None])
