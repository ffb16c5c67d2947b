"""Writing as a coroutine: it asks for a decoder's answer, and whoever drives it fetches that.

So one driver runs one take, and another runs several, whose questions are answered together where
the decoder can do that.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.drafting import Feed, Wish, draft_one, reach_of
from lilydesk.engines.session import Graph

_T = TypeVar("_T")
Answer = Any
"""A decoder's output, (1, L, ...); or the Draft that was wished for."""
_TOKENS_AS_DEAR_AS_A_PATCH = 3  # the patch decoder is so much larger
MAX_BATCHED_ROWS = 32  # a question with more of them fills the cores by itself


@dataclass(frozen=True, slots=True, eq=False)
class Ask:
    """Rows (1, L, ...) that a decoder is to be fed, and what it is to draw then.

    Patch decoders are never to draw, token decoders always. If a patch decoder is to be fed
    `before`, its last output takes the place of the first row.
    """

    graph: Graph
    rows: NDArray[Any]
    wish: Wish | None = None
    before: Feed | None = None

    def behind(self, state: NDArray[np.float32]) -> Ask:
        """The same with this first row, (1, 1, hidden), and nothing to feed before."""
        return Ask(self.graph, np.concatenate([state, self.rows[:, 1:]], axis=1), self.wish)

    def answer(self) -> Answer:
        """Feed the rows here and now."""
        return answers_to([self])[0]


RunMany = Callable[[Sequence[Graph], Sequence[NDArray[Any]]], list[NDArray[np.float32]]]
"""session.BatchingGraph.run_many."""
Asking = Generator[Ask, Answer, _T]
"""A coroutine that asks, and returns something in the end."""
Work = Generator[Ask | str, Any, None]
"""A coroutine that asks, and gives pieces of text."""


def answered(asking: Asking[_T]) -> _T:
    """Drive a coroutine to its end here and now."""
    try:
        ask = next(asking)
        while True:
            ask = asking.send(ask.answer())
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]


def write_alone(work: Work) -> Iterator[str]:
    """The pieces of text of one take."""
    with closing(work):
        writer = Writer(0, work)
        while not writer.is_done:
            if writer.ask is not None:
                writer.go_on(writer.ask.answer())
            yield from writer.take_pieces()


def begin_together(first: Work, others: Iterator[Work], stack: ExitStack) -> list[Writer]:
    """The takes at work, in their order; leaving the stack closes them.

    `others` is asked for the rest when the first take has fed its prefix and stands before its
    first token.
    """
    writers = [Writer(0, stack.enter_context(closing(first)))]
    while writers[0].ask is not None and writers[0].ask.wish is None:
        writers[0].go_on(writers[0].ask.answer())
    for number, work in enumerate(others, 1):
        writers.append(Writer(number, stack.enter_context(closing(work))))
    return writers


def drive(writers: Sequence[Writer]) -> Iterator[tuple[int, str]]:
    """Answer what these takes ask until all are written; their pieces."""
    while True:
        for writer in writers:
            for piece in writer.take_pieces():
                yield writer.number, piece
        asking = [writer for writer in writers if writer.ask is not None]
        if not asking:
            return
        _answer(_next_batch(asking))


class Writer:
    """A take at work: the pieces it has given, and what it waits for."""

    def __init__(self, number: int, work: Work) -> None:
        """Begin it, up to its first question."""
        self.number = number
        self._work = work
        self._pieces: list[str] = []
        self.ask: Ask | None = None
        self.go_on(None)

    @property
    def is_done(self) -> bool:
        """Whether it is written and nothing of it is left to take."""
        return self.ask is None and not self._pieces

    def go_on(self, answer: Answer | None) -> None:
        """Hand over the answer, and write until the next question or the end."""
        self.ask = None
        try:
            given = self._work.send(answer)
            while isinstance(given, str):
                self._pieces.append(given)
                given = self._work.send(None)
            self.ask = given
        except StopIteration:
            return

    def take_pieces(self) -> list[str]:
        """The pieces since the last time."""
        pieces, self._pieces = self._pieces, []
        return pieces


def _next_batch(asking: Sequence[Writer]) -> list[Writer]:
    """Those that are answered together, so that few questions are answered alone.

    First whoever is to be fed only. Then all drafts; but while more takes are in the middle of a
    patch, or as many and near its end, those that stand before one wait for them: patches are dear.
    """
    fed: list[Writer] = []
    begun: list[Writer] = []
    before: list[Writer] = []
    for writer in asking:
        ask = writer.ask
        assert ask is not None
        if ask.rows.shape[1] > MAX_BATCHED_ROWS:
            return [writer]
        (fed if ask.wish is None else begun if ask.before is None else before).append(writer)
    wishes = [writer.ask.wish for writer in begun if writer.ask]
    most = max([len(wish.chances) for wish in wishes if wish], default=0)
    n_more = len(begun) - len(before)
    waits = n_more > 0 or (n_more == 0 and most <= _TOKENS_AS_DEAR_AS_A_PATCH)
    return fed or (begun if waits else list(asking))


def _answer(writers: Sequence[Writer]) -> None:
    answers = answers_to([writer.ask for writer in writers if writer.ask is not None])
    for writer, answer in zip(writers, answers, strict=True):
        writer.go_on(answer)


def answers_to(asks: Sequence[Ask]) -> list[Answer]:
    """Feed what is asked, in one call if possible; drafts are wished for of all or of none."""
    graphs, rows = [ask.graph for ask in asks], [ask.rows for ask in asks]
    wishes = [ask.wish for ask in asks if ask.wish is not None]
    if not wishes:
        return list(_outputs(graphs, rows))
    first: Any = graphs[0]
    before, drafts = [ask.before for ask in asks], reach_of(first) > 1
    if not all([feed is None or (drafts and first.can_follow(feed.graph)) for feed in before]):
        return [_answer_apart(ask) for ask in asks]
    if drafts:
        return list(first.draft_many(graphs, rows, wishes, before))
    outputs = _outputs(graphs, rows)
    return [draft_one(out[0, -1], wish) for out, wish in zip(outputs, wishes, strict=True)]


def _answer_apart(ask: Ask) -> Answer:
    """What is fed before is fed in a call of its own."""
    if ask.before is None:
        return ask.answer()
    state = ask.before.graph.run(ask.before.rows)[:, -1:]
    draft = ask.behind(state).answer()
    draft.state = state
    return draft


def _outputs(
    graphs: Sequence[Graph], rows: Sequence[NDArray[Any]]
) -> Sequence[NDArray[np.float32]]:
    # not isinstance, which takes as long as a small model's step
    run_many: RunMany | None = getattr(graphs[0], "run_many", None) if len(graphs) > 1 else None
    if run_many is not None:
        return run_many(graphs, rows)
    return [graph.run(part) for graph, part in zip(graphs, rows, strict=True)]
