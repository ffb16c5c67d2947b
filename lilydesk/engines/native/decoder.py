"""A decoder with compiled kernels, in the place of an onnxruntime graph."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.bundle import CHOOSE_ANOTHER, out_of_memory
from lilydesk.engines.drafting import Draft, Feed, Wish
from lilydesk.engines.drawing import check_logits
from lilydesk.engines.native import columns as c
from lilydesk.engines.native.drafting import foretell, hand_over
from lilydesk.engines.native.frames import FITS, MISFITS, NO_STATE, put_ids, put_take, put_vectors
from lilydesk.engines.native.pace import Pace
from lilydesk.engines.native.packing import PackedDecoder
from lilydesk.engines.native.pages import Pages
from lilydesk.engines.native.team import Job
from lilydesk.engines.native.workspace import Workspace
from lilydesk.engines.session import Graph
from lilydesk.errors import BundleError

Floats = NDArray[np.float32]

_MOST_ROWS = 128  # in one pass over the weights: their quantised form stays in a core's cache
_MOST_PACED_ROWS = 16
MOST_DRAFTED = 16
_COST_OF_A_ROW = 1 / 6  # more in a step of few, as a multiple of the step
_WORTH_SHARING = 16_000_000  # weights times rows; below it, waking a helper costs what it saves


class NativeDecoder:
    """Weights, shared by all forks of a graph, which may run in different threads."""

    def __init__(self, packed: PackedDecoder, name: str, n_threads: int = 1) -> None:
        """Use packed weights with up to `n_threads`; `name` is for messages."""
        self.name = name
        self._packed, self._n_threads = packed, n_threads
        self.n_layers = int((packed.program[:, c.KIND] == c.HEADS).sum())
        self.is_large = len(packed.weights) > _WORTH_SHARING
        self._is_paced = n_threads > 1 and self.is_large
        self._paces = [Pace() for _ in range(_MOST_PACED_ROWS.bit_length() + 1)]
        hidden, slots, vocab, heads, head_dim = map(
            int, packed.sizes[[c.HIDDEN, c.SLOTS, c.VOCAB, c.N_HEADS, c.HEAD_DIM]]
        )
        self.embeds = int(packed.sizes[c.EMBEDDING]) != c.NO_EMBEDDING  # else rows are vectors
        self._dtype = np.dtype(np.int64 if self.embeds else np.float32)
        self.reach = 1 if self.embeds else MOST_DRAFTED  # what embeds its rows is fed patches
        self.width, self.vocab = slots if self.embeds else hidden, vocab
        self.n_heads, self.head_dim = heads, head_dim
        last = packed.program[-1]
        self.n_outputs = int(last[c.N_OUT]) if last[c.KIND] == c.MATRIX else hidden
        self._idle: list[Workspace] = []  # threads take from it and give back
        self._guard = threading.Lock()  # of the next
        self._n_workspaces = 0

    def fitting(self, rows: NDArray[Any]) -> NDArray[Any]:
        """Rows (1, L, ...) of the type that compiled code takes."""
        if rows.ndim != 3:
            self.check(MISFITS)
        return np.ascontiguousarray(rows, self._dtype)

    def check(self, outcome: int) -> None:
        """Raise BundleError if compiled code was given rows of another shape, or unknown ids."""
        if outcome == MISFITS:
            raise BundleError(
                f"The model file {self.name} failed while it was writing.",
                f"Its shapes may not fit geometry.json. {CHOOSE_ANOTHER}",
            )

    def workspace(self) -> Workspace:
        """One that nobody else works in, until it is given back."""
        try:
            return self._idle.pop()
        except IndexError:
            work = Workspace(
                self._packed, self.width, self.n_outputs, self.is_large, self._n_threads
            )
        with self._guard:
            self._n_workspaces += 1
        return work

    def give_back(self, work: Workspace) -> None:
        """Let others work there."""
        self._idle.append(work)

    def do(self, work: Workspace, job: Job, n_rows: int, n_most: int = 1, n_more: int = 0) -> None:
        """A job of `n_most` steps, or fewer, of so many rows; of `n_more` in the first one.

        Helpers take part where that pays, and nobody else works: steps of few rows are timed,
        many are worth it.
        """
        is_busy = self._n_workspaces - len(self._idle) > 1
        if n_rows > _MOST_PACED_ROWS:
            is_shared = not is_busy and n_rows * len(self._packed.weights) > _WORTH_SHARING
            work.run(job, n_most if is_shared else 0)
        elif is_busy or not self._is_paced:
            work.run(job, 0)
        else:
            pace = self._paces[n_rows.bit_length()]
            is_shared, begun_s = pace.is_shared, time.perf_counter()
            work.run(job, n_most if is_shared else 0)
            elapsed_s = time.perf_counter() - begun_s
            n_steps = work.frame.item(c.N_STEPS) + n_more * _COST_OF_A_ROW
            pace.note(is_shared, elapsed_s, n_steps)


class NativeGraph:
    """A decoder and the keys and values of what it was fed (see session.BatchingGraph)."""

    def __init__(self, decoder: NativeDecoder, pages: Pages | None = None, length: int = 0) -> None:
        """Begin with nothing, or with so many rows on these pages."""
        self.decoder, self._length = decoder, length
        self._pages = pages or Pages(decoder.n_layers, decoder.n_heads, decoder.head_dim)
        self._tokens = np.zeros(0, np.int64)  # of the last draft: how many, then each of them
        self._logits = np.zeros((0, decoder.n_outputs), np.float32)

    @property
    def reach(self) -> int:
        """How many tokens are drafted at most."""
        return self.decoder.reach

    @property
    def call_cost(self) -> float:
        """What a call costs besides its steps (see DraftingGraph), as measured at two sizes.

        It is Python, whose memory a large decoder has driven out of the processor's caches.
        """
        return 0.2 if self.decoder.is_large else 2.0

    @property
    def length(self) -> int:
        """Rows in the cache."""
        return self._length

    def reset(self) -> None:
        """Forget everything that was fed."""
        self.truncate(0)

    def truncate(self, length: int) -> None:
        """Forget all rows behind the first `length`, which are in the cache."""
        assert 0 <= length <= self._length
        self._length = length
        self._pages.forget_behind(length)

    def fork(self, length: int) -> NativeGraph:
        """Another graph on the same weights that remembers the first `length` rows."""
        assert 0 <= length <= self._length
        return NativeGraph(self.decoder, self._pages.fork(length), length)

    def run(self, rows: NDArray[Any]) -> Floats:
        """Feed rows of shape (1, L, ...), L >= 1; the output's rows, shape (1, L, ...)."""
        if rows.shape[1] > _MOST_ROWS:
            cuts = range(_MOST_ROWS, rows.shape[1], _MOST_ROWS)
            return np.concatenate([self.run(part) for part in np.split(rows, cuts, 1)], axis=1)
        return self._feed([self], [rows])

    def run_many(self, graphs: Sequence[Graph], rows: Sequence[NDArray[Any]]) -> list[Floats]:
        """Feed `rows[i]`, shape (1, L_i, ...), to `graphs[i]`, with one pass over the weights.

        Every output is, bit for bit, what `graphs[i].run(rows[i])` gives.
        """
        natives = [graph for graph in graphs if isinstance(graph, NativeGraph)]
        n_rows = sum(part.shape[1] for part in rows)
        if len(natives) < len(graphs) or n_rows > _MOST_ROWS:  # or one is wrapped into something
            return [graph.run(part) for graph, part in zip(graphs, rows, strict=True)]
        outputs = self._feed(natives, rows)
        found, begin = [], 0
        for part in rows:
            end = begin + part.shape[1]
            found.append(outputs[:, begin:end])
            begin = end
        return found

    def _feed(self, graphs: Sequence[NativeGraph], rows: Sequence[NDArray[Any]]) -> Floats:
        """All outputs, shape (1, R, ...)."""
        decoder = self.decoder
        with _Taken() as taken:
            work, n_rows = taken.fed(graphs, rows)
            decoder.do(work, work.step, n_rows)
            outputs = work.output[None, :n_rows, : decoder.n_outputs].copy()
        for graph, part in zip(graphs, rows, strict=True):
            graph._length += part.shape[1]
        return outputs

    def can_follow(self, graph: Graph) -> bool:
        """Whether such a graph can be fed in the same call."""
        return isinstance(graph, NativeGraph)

    def draft_many(
        self,
        graphs: Sequence[NativeGraph],
        rows: Sequence[NDArray[Any]],
        wishes: Sequence[Wish],
        before: Sequence[Feed | None] = (),
    ) -> list[Draft]:
        """Feed `rows[i]` to `graphs[i]` and draw what comes then (see DraftingGraph).

        Every draft is what its graph would have given alone, but of a large decoder perhaps
        shorter (see drafting.draft).
        """
        decoder, n_takes = self.decoder, len(graphs)
        most = max([len(wish.chances) for wish in wishes])
        feeds = [feed for feed in before if feed is not None]
        state_rows = _last_rows(before) if feeds else [NO_STATE] * n_takes
        with _Taken() as taken:
            work, n_rows = taken.workspace(graphs, rows, most - 1)
            work.draw_with(wishes[0].tables)
            for line, (graph, part, wish) in enumerate(zip(graphs, rows, wishes, strict=True)):
                graph._put(work, line, decoder.fitting(part), state_rows[line], wish)
            states = self._states(taken, feeds, work) if feeds else None
            if states is None or decoder.is_large:
                decoder.do(work, work.draft, n_takes, most + 1, n_rows - n_takes)
        drafts = [graph._drafted(part.shape[1]) for graph, part in zip(graphs, rows, strict=True)]
        if states is not None:
            for draft, row in zip(drafts, state_rows, strict=True):
                draft.state = None if row == NO_STATE else states[:, row : row + 1]
        return drafts

    def _states(self, taken: _Taken, feeds: Sequence[Feed], work: Workspace) -> Floats:
        """Feed other graphs, whose outputs go to drafts' first rows; the outputs (1, R, hidden).

        A small decoder drafts in the same call.
        """
        graphs: list[Any] = [feed.graph for feed in feeds]
        other: NativeDecoder = graphs[0].decoder
        other.check(FITS if other.n_outputs == self.decoder.width else MISFITS)
        heads, n_rows = taken.fed(graphs, [feed.rows for feed in feeds])
        if self.decoder.is_large:
            other.do(heads, heads.step, n_rows)
            hand_over(heads.frame, work.frame)
        else:
            heads.share(0)
            work.share(0)
            foretell(heads.frame, work.frame)
        for feed, graph in zip(feeds, graphs, strict=True):
            graph._length += feed.rows.shape[1]
        return heads.output[None, :n_rows, : other.n_outputs].copy()

    def _put(
        self, work: Workspace, line: int, rows: NDArray[Any], state_row: int, wish: Wish
    ) -> None:
        """Put what a draft begins with into a frame."""
        chances, sampling = wish.chances, wish.sampling
        if len(self._logits) < len(chances):
            self._tokens = np.empty(1 + len(chances), np.int64)
            self._logits = np.empty((len(chances), self.decoder.n_outputs), np.float32)
        self.decoder.check(
            put_take(
                work.frame, line, rows, self._pages.addresses, self._length, state_row, chances,
                sampling.temperature, sampling.top_k, sampling.top_p, self._tokens, self._logits,
            )
        )  # fmt: skip

    def _drafted(self, n_fed: int) -> Draft:
        drawn: list[int] = self._tokens.tolist()
        n = drawn[0]
        draft = Draft(drawn[1 : n + 1], self._logits[:n])
        if drawn[n] < 0:
            check_logits(draft.logits)
        self._length += n_fed + n - 1
        return draft

    def cached(self, layer: int) -> Floats:
        """Keys and values of a layer, shape (2, heads, length, head_dim)."""
        return self._pages.layer(layer, self._length)


class _Taken:
    """Workspaces for one call, which are given back behind it. Lack of memory is a BundleError."""

    def __enter__(self) -> _Taken:
        self._all: list[tuple[NativeDecoder, Workspace]] = []
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        for decoder, work in self._all:
            decoder.give_back(work)
        if isinstance(error, MemoryError):
            raise out_of_memory() from error

    def workspace(
        self, graphs: Sequence[NativeGraph], rows: Sequence[NDArray[Any]], n_more: int = 0
    ) -> tuple[Workspace, int]:
        """One for these rows, for which and `n_more` there is room in the caches; their number."""
        n_rows = n_pages = 0
        for graph, part in zip(graphs, rows, strict=True):
            n = part.shape[1]
            n_pages = max(n_pages, graph._pages.make_room(graph._length, n + n_more))
            n_rows += n
        decoder = graphs[0].decoder
        work = decoder.workspace()
        self._all.append((decoder, work))
        work.make_room(n_rows, len(graphs), n_pages)
        return work, n_rows

    def fed(
        self, graphs: Sequence[NativeGraph], rows: Sequence[NDArray[Any]]
    ) -> tuple[Workspace, int]:
        """One with these rows in its frame; their number."""
        work, n_rows = self.workspace(graphs, rows)
        decoder = graphs[0].decoder
        put: Any = put_ids if decoder.embeds else put_vectors
        for line, (graph, part) in enumerate(zip(graphs, rows, strict=True)):
            at = graph._pages.addresses, graph._length
            decoder.check(put(work.frame, line, decoder.fitting(part), *at))
        return work, n_rows


def _last_rows(before: Sequence[Feed | None]) -> list[int]:
    """Of each feed, among the rows of all; NO_STATE where there is none."""
    ends = accumulate(0 if feed is None else feed.rows.shape[1] for feed in before)
    return [NO_STATE if feed is None else end - 1 for feed, end in zip(before, ends, strict=True)]
