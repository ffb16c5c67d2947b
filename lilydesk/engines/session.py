"""The seam to onnxruntime: a graph with a KV cache, fed row by row. See native for the faster way.

The GIL is free while a graph runs. Threads never spin: two sessions that spin fight for the cores
(measured: 3-5 times slower beside other work), and one core stays free for the window.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.bundle import CHOOSE_ANOTHER, Bundle, LevelGeometry, out_of_memory
from lilydesk.engines.cores import usable_cores
from lilydesk.errors import BundleError

Weights = Literal["int8", "int4"]
"""How many bits the weights of a model have while it writes."""

_SHAPES = "Its shapes may not fit geometry.json."
_NO_ROOM = "failed to map segment"  # as Linux's loader of libraries says it


class Graph(Protocol):
    """A decoder that remembers what it was fed."""

    @property
    def length(self) -> int:
        """Rows in the cache."""
        ...

    def reset(self) -> None:
        """Forget everything that was fed."""
        ...

    def truncate(self, length: int) -> None:
        """Forget all rows behind the first `length`, which are in the cache."""
        ...

    def fork(self, length: int) -> Graph:
        """Another decoder on the same weights that remembers the first `length` rows of this one.

        From then on each has a cache of its own, and the two may run in different threads.
        """
        ...

    def run(self, rows: NDArray[Any]) -> NDArray[np.float32]:
        """Feed rows of shape (1, L, ...), L >= 1; the output's rows, shape (1, L, ...)."""
        ...


@runtime_checkable
class BatchingGraph(Graph, Protocol):
    """A decoder that reads its weights once for several of its forks."""

    def run_many(
        self, graphs: Sequence[Graph], rows: Sequence[NDArray[Any]]
    ) -> list[NDArray[np.float32]]:
        """Feed `rows[i]`, shape (1, L_i, ...), to `graphs[i]`: this one or its forks, each once.

        Every output is, bit for bit, what `graphs[i].run(rows[i])` gives.
        """
        ...


@dataclass(frozen=True, slots=True)
class Graphs:
    """Both decoders of a bundle."""

    patch: Graph  # patches (1, L, patch_size) int64 -> hidden states (1, L, hidden)
    token: Graph  # embeddings (1, L, hidden) float32 -> logits (1, L, vocab)


def open_graphs(
    bundle: Bundle, cache_folder: Path | None = None, weights: Weights | None = None
) -> Graphs:
    """Load both decoders, as compiled code where that is possible, else with onnxruntime.

    What is prepared for the compiled code is kept below `cache_folder`. `weights` are as in the
    bundle, or rounded to "int4": faster and less exact; None asks the environment variable
    LILYDESK_WEIGHTS. Raises BundleError if the decoders do not fit the bundle's geometry.
    """
    from lilydesk.engines.native import open_native

    if weights is None:
        weights = "int4" if os.environ.get("LILYDESK_WEIGHTS") == "int4" else "int8"
    return open_native(bundle, cache_folder, weights) or open_onnx_graphs(bundle)


def open_onnx_graphs(bundle: Bundle) -> Graphs:
    """Load both decoders with onnxruntime. Raises BundleError if they do not fit the geometry."""
    geometry = bundle.geometry
    patch = CachedGraph(bundle.patch_graph, geometry.patch, "patches", "hidden")
    patch.try_out(np.zeros((1, 1, geometry.patch_size), np.int64), geometry.hidden)
    token = CachedGraph(bundle.token_graph, geometry.token, "inputs_embeds", "logits")
    token.try_out(np.zeros((1, 1, geometry.hidden), np.float32), geometry.vocab)
    return Graphs(patch, token)


def open_session(path: Path, is_brief: bool = False) -> Any:
    """An onnxruntime session on the CPU. Raises BundleError if the file is no usable graph.

    For a brief use it does without a second copy of the weights, in a faster order.
    """
    try:
        import onnxruntime
    except (ImportError, MemoryError) as error:
        if isinstance(error, MemoryError) or _NO_ROOM in str(error):
            raise out_of_memory() from error
        raise
    onnxruntime.disable_telemetry_events()  # on Windows; on Linux: lilydesk/__init__.py
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = default_threads()
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.disable_prepacking", str(int(is_brief)))
    options.log_severity_level = 4  # it raises what it has to say, and prints it besides
    with _in_words(f"The model file {path.name} cannot be loaded.", "Get the bundle again."):
        # without its fall-back, which tries again and prints
        return onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"], enable_fallback=0
        )


@contextmanager
def _in_words(message: str, hint: str) -> Iterator[None]:
    """Turn what onnxruntime raises, whose exceptions have no common base, into a BundleError."""
    try:
        yield
    except MemoryError as error:
        raise out_of_memory() from error
    except Exception as error:
        if "alloc" in str(error).lower():
            raise out_of_memory() from error
        raise BundleError(message, f"{hint} {CHOOSE_ANOTHER}") from error


def default_threads() -> int:
    """One fewer than the cores that we may use, at least one."""
    return max(1, usable_cores() - 1)


class CachedGraph:
    """A decoder graph and its KV cache: `run` sees everything fed since `reset`."""

    def __init__(
        self,
        path: Path,
        level: LevelGeometry,
        input_name: str,
        output_name: str,
        is_brief: bool = False,
    ) -> None:
        """Open the graph; raises BundleError if it is not the graph that `level` describes."""
        self._name = path.name
        self._session = open_session(path, is_brief)
        self._input_name = input_name
        past = [f"past_{kind}_{i}" for i in range(level.n_layers) for kind in "kv"]
        new = [f"new_{kind}_{i}" for i in range(level.n_layers) for kind in "kv"]
        self._past_names, self._outputs = past, [output_name, *new]
        self._check_names({input_name, *past}, set(self._outputs))
        self._empty = np.zeros((1, level.n_kv_heads, 0, level.head_dim), dtype=np.float32)
        self.reset()

    def _check_names(self, inputs: set[str], outputs: set[str]) -> None:
        found_inputs = {value.name for value in self._session.get_inputs()}
        found_outputs = {value.name for value in self._session.get_outputs()}
        if found_inputs != inputs or not outputs <= found_outputs:
            raise BundleError(
                f"The model file {self._name} is not the graph that geometry.json describes.",
                CHOOSE_ANOTHER,
            )

    def reset(self) -> None:
        """Forget everything that was fed."""
        self._past: list[NDArray[np.float32]] = [self._empty] * len(self._past_names)

    @property
    def length(self) -> int:
        """Rows in the cache."""
        return int(self._past[0].shape[2])

    def cached(self, layer: int) -> list[NDArray[np.float32]]:
        """Keys and values of a layer, shape (heads, length, head_dim) each."""
        return [past[0] for past in self._past[2 * layer : 2 * layer + 2]]

    def truncate(self, length: int) -> None:
        """Forget all rows behind the first `length`, which are in the cache."""
        assert 0 <= length <= self.length
        if length < self.length:
            self._past = [past[:, :, :length].copy() for past in self._past]

    def fork(self, length: int) -> CachedGraph:
        """Another decoder on the same session that remembers the first `length` rows."""
        other = copy(self)  # the arrays are never written to: each run makes new ones
        other.truncate(length)
        return other

    def run(self, rows: NDArray[Any]) -> NDArray[np.float32]:
        """Feed rows of shape (1, L, ...), L >= 1; the output's rows, shape (1, L, ...)."""
        feeds = dict(zip(self._past_names, self._past, strict=True))
        feeds[self._input_name] = rows
        n_fed = self.length + rows.shape[1]
        with _in_words(self._failure, _SHAPES):
            output, *self._past = self._session.run(self._outputs, feeds)
            fits = output.ndim == 3 and output.shape[:2] == rows.shape[:2]
            if not fits or output.dtype.kind != "f" or self.length != n_fed:
                raise ValueError(f"an output of shape {output.shape}")
        return output  # type: ignore[no-any-return]

    def try_out(self, rows: NDArray[Any], n_outputs: int) -> None:
        """Feed rows to see whether the output has the right width; forgets them again."""
        if self.run(rows).shape[2] != n_outputs:
            raise BundleError(self._failure, f"{_SHAPES} {CHOOSE_ANOTHER}")
        self.reset()

    @property
    def _failure(self) -> str:
        return f"The model file {self._name} failed while it was writing."
