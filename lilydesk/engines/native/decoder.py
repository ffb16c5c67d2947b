"""A decoder with compiled kernels, in the place of an onnxruntime graph."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.bundle import CHOOSE_ANOTHER, out_of_memory
from lilydesk.engines.drafting import Draft, Wish
from lilydesk.engines.drawing import check_logits
from lilydesk.engines.native import columns as c
from lilydesk.engines.native.kernels import ADDRESS, forward
from lilydesk.engines.native.pace import Call, Pace
from lilydesk.engines.native.packing import PackedDecoder
from lilydesk.engines.native.pages import Pages, addresses_of
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
        shares = n_threads > 1 and self.is_large
        self._paces = {size: Pace(shares) for size in range(_MOST_PACED_ROWS.bit_length() + 1)}
        hidden, slots, vocab, heads, head_dim = map(
            int, packed.sizes[[c.HIDDEN, c.SLOTS, c.VOCAB, c.N_HEADS, c.HEAD_DIM]]
        )
        self.embeds = int(packed.sizes[c.EMBEDDING]) != c.NO_EMBEDDING  # else rows are vectors
        self.width, self.vocab = slots if self.embeds else hidden, vocab
        self.n_heads, self.head_dim = heads, head_dim
        last = packed.program[-1]
        self.n_outputs = int(last[c.N_OUT]) if last[c.KIND] == c.MATRIX else hidden
        self._guard = threading.Lock()  # of the next two
        self._idle: list[Workspace] = []
        self._n_busy = 0

    def run(
        self, rows: NDArray[Any], places: NDArray[np.int64], pages: NDArray[np.int64]
    ) -> Floats:
        """Feed rows (R, ...), each to its place (see columns.py); the output's rows."""
        with self._workspace() as work:
            if len(rows) <= _MOST_ROWS:
                return self._run(work, rows, places, pages).copy()
            outputs = np.empty((len(rows), self.n_outputs), np.float32)
            for begin in range(0, len(rows), _MOST_ROWS):
                part = slice(begin, begin + _MOST_ROWS)
                outputs[part] = self._run(work, rows[part], places[part], pages)
        return outputs

    @contextlib.contextmanager
    def _workspace(self) -> Iterator[Workspace]:
        """One that nobody else works in, with helpers if nobody else works at all."""
        with self._guard:
            work = self._idle.pop() if self._idle else None
            self._n_busy += 1
        try:
            work = work or Workspace(self._packed, self.n_outputs, self._n_threads)
            yield work
        finally:
            with self._guard:
                self._n_busy -= 1
                if work is not None:
                    self._idle.append(work)

    def _run(
        self,
        work: Workspace,
        rows: NDArray[Any],
        places: NDArray[np.int64],
        pages: NDArray[np.int64],
    ) -> NDArray[np.float32]:
        n_rows = len(rows)
        with self._sharing(n_rows) as call:
            counters = work.counters_of(1 if call.is_shared else 0)
            arguments = (*self._arguments(work, rows, places, pages), counters)
            work.run(call.is_shared, lambda: forward(*arguments))
        return work.tables[-1][:n_rows, : self.n_outputs]

    def _arguments(
        self,
        work: Workspace,
        rows: NDArray[Any],
        places: NDArray[np.int64],
        pages: NDArray[np.int64],
    ) -> tuple[Any, ...]:
        """What `forward` is called with, but for its counters."""
        n_rows, packed = len(rows), self._packed
        work.make_room(n_rows)
        if self.embeds:
            work.ids[:n_rows] = rows
        else:
            work.tables[0][:n_rows, : rows.shape[1]] = rows
        return (
            packed.sizes, packed.program, packed.weights, packed.floats, packed.totals, places,
            pages, work.ids, n_rows, work.tables, work.quantised,
        )  # fmt: skip

    def draft(
        self,
        rows: NDArray[Any],
        places: NDArray[np.int64],
        pages: NDArray[np.int64],
        last_rows: Sequence[int],
        wishes: Sequence[Wish],
    ) -> list[Draft]:
        """Feed rows as `run` does, and draw for each take behind its last row.

        A large decoder stops when fewer than half of the takes still draw: its steps for one take
        are nearly as dear as for all.
        """
        tables, n_takes = wishes[0].tables, len(wishes)
        n_wanted = np.array([len(wish.chances) for wish in wishes])
        most = int(n_wanted.max())
        least = (n_takes + 1) // 2 if self.is_large else 1
        chances = np.zeros((n_takes, most))
        samplings = np.empty((n_takes, 3))
        for wish, line, sampling in zip(wishes, chances, samplings, strict=True):
            line[: len(wish.chances)] = wish.chances
            sampling[:] = wish.sampling.temperature, wish.sampling.top_k, wish.sampling.top_p
        tokens, n_drawn = np.empty((n_takes, most), np.int64), np.zeros(n_takes, np.int64)
        logits = np.empty((n_takes, most, self.n_outputs), np.float32)
        drawing = (
            np.array(last_rows), tables.embedding, tables.possible, tables.ends, samplings,
            chances, n_wanted, least, tokens, n_drawn, logits,
        )  # fmt: skip
        from lilydesk.engines.native.drafting import draft

        with self._workspace() as work, self._sharing(n_takes) as call:
            counters = work.counters_of(most + 1 if call.is_shared else 0)
            arguments = (*self._arguments(work, rows, places, pages), counters, *drawing)
            work.run(call.is_shared, lambda: draft(ADDRESS, *arguments))
            call.n_steps = int(n_drawn.max()) + (len(rows) - n_takes) * _COST_OF_A_ROW
        drafts = [
            Draft(drawn[:n], found[:n])
            for drawn, found, n in zip(tokens.tolist(), logits, n_drawn.tolist(), strict=True)
        ]
        for each in drafts:
            if each.tokens[-1] < 0:
                check_logits(each.logits)
        return drafts

    @contextlib.contextmanager
    def _sharing(self, n_rows: int) -> Iterator[Call]:
        """Whether helpers shall take part: steps of few rows are timed, many are worth it."""
        if self._n_busy > 1:
            yield Call(False)
        elif n_rows > _MOST_PACED_ROWS:
            yield Call(n_rows * len(self._packed.weights) > _WORTH_SHARING)
        else:
            with self._paces[n_rows.bit_length()].measured() as call:
                yield call


class NativeGraph:
    """A decoder and the keys and values of what it was fed (see session.BatchingGraph)."""

    def __init__(self, decoder: NativeDecoder) -> None:
        """Begin with nothing."""
        self.decoder = decoder
        self._length = 0
        self._pages = Pages(decoder.n_layers, decoder.n_heads, decoder.head_dim)

    @property
    def reach(self) -> int:
        """How many tokens are drafted at most; what embeds its rows itself is fed patches."""
        return 1 if self.decoder.embeds else MOST_DRAFTED

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
        other = NativeGraph(self.decoder)
        other._pages, other._length = self._pages.fork(length), length
        return other

    def run(self, rows: NDArray[Any]) -> Floats:
        """Feed rows of shape (1, L, ...), L >= 1; the output's rows, shape (1, L, ...)."""
        checked = self._checked(rows)
        length, n_new = self._length, len(checked)
        try:
            self._pages.make_room(length, n_new)
            places = np.array([(0, p) for p in range(length, length + n_new)], np.int64)
            outputs = self.decoder.run(checked, places, self._pages.addresses)
        except MemoryError as error:
            raise out_of_memory() from error
        self._length += n_new
        return outputs[None]

    def run_many(self, graphs: Sequence[Graph], rows: Sequence[NDArray[Any]]) -> list[Floats]:
        """Feed `rows[i]`, shape (1, L_i, ...), to `graphs[i]`, with one pass over the weights.

        Every output is, bit for bit, what `graphs[i].run(rows[i])` gives.
        """
        natives = [graph for graph in graphs if isinstance(graph, NativeGraph)]
        if len(graphs) == 1 or len(natives) < len(graphs):  # or one is wrapped into something
            return [graph.run(part) for graph, part in zip(graphs, rows, strict=True)]
        with _enough_memory():
            fed, places, pages, ends = _joined(natives, rows, [0] * len(natives))
            outputs = self.decoder.run(fed, places, pages)
        found, begin = [], 0
        for graph, end in zip(natives, ends, strict=True):
            graph._length += end - begin
            found.append(outputs[None, begin:end])
            begin = end
        return found

    def draft_many(
        self, graphs: Sequence[NativeGraph], rows: Sequence[NDArray[Any]], wishes: Sequence[Wish]
    ) -> list[Draft]:
        """Feed `rows[i]` to `graphs[i]` and draw what comes then (see DraftingGraph).

        Every draft is what its graph would have given alone.
        """
        with _enough_memory():
            n_more = [len(wish.chances) - 1 for wish in wishes]
            fed, places, pages, ends = _joined(graphs, rows, n_more)
            drafts = self.decoder.draft(fed, places, pages, [end - 1 for end in ends], wishes)
        for graph, part, drafted in zip(graphs, rows, drafts, strict=True):
            graph._length += part.shape[1] + len(drafted.tokens) - 1
        return drafts

    def _checked(self, rows: NDArray[Any]) -> NDArray[Any]:
        """Rows (L, ...); compiled code checks nothing, so their shape and ids are checked here."""
        decoder = self.decoder
        fits = rows.ndim == 3 and rows.shape[0] == 1 and rows.shape[2] == decoder.width
        if fits and decoder.embeds:
            fits = bool(rows.min() >= 0 and rows.max() < decoder.vocab)
        if not fits:
            raise BundleError(
                f"The model file {decoder.name} failed while it was writing.",
                f"Its shapes may not fit geometry.json. {CHOOSE_ANOTHER}",
            )
        checked: NDArray[Any] = rows[0]
        return checked

    def cached(self, layer: int) -> Floats:
        """Keys and values of a layer, shape (2, heads, length, head_dim)."""
        return self._pages.layer(layer, self._length)


def _joined(
    graphs: Sequence[NativeGraph], rows: Sequence[NDArray[Any]], n_more: Sequence[int]
) -> tuple[NDArray[Any], NDArray[np.int64], NDArray[np.int64], list[int]]:
    """Rows of several graphs in one call: the rows, their places, pages, and where each part ends.

    Room is made for them and for `n_more` of each graph.
    """
    parts = [graph._checked(part) for graph, part in zip(graphs, rows, strict=True)]
    places: list[tuple[int, int]] = []
    ends = []
    for line, (graph, part, more) in enumerate(zip(graphs, parts, n_more, strict=True)):
        length, n = graph._length, len(part)
        graph._pages.make_room(length, n + more)
        places += [(line, position) for position in range(length, length + n)]
        ends.append(len(places))
    fed = parts[0] if len(parts) == 1 else np.concatenate(parts)
    pages = addresses_of([graph._pages for graph in graphs])
    return fed, np.array(places, np.int64), pages, ends


@contextlib.contextmanager
def _enough_memory() -> Iterator[None]:
    try:
        yield
    except MemoryError as error:
        raise out_of_memory() from error
