"""From a bundle to native graphs: prepared on the first call, loaded on every later one.

What was read off the graphs is compared with onnxruntime before it is ever used. Whatever stands
in the way (another processor, no numba, a graph of another kind, a full disk), onnxruntime runs
the bundle instead.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import logging
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.bundle import Bundle, LevelGeometry
from lilydesk.engines.bundle_zip import default_cache_folder
from lilydesk.engines.cores import usable_cores
from lilydesk.engines.native.compiling import Kernels
from lilydesk.engines.native.entries import forget_old, new_entry, note_use, seal
from lilydesk.engines.native.packing import PackedDecoder, pack_decoder
from lilydesk.engines.native.store import load_packed, map_packed, save_tables, weights_path
from lilydesk.engines.native.structure import Decoder, read_decoder
from lilydesk.engines.native.tracing import UnrecognisedError, require
from lilydesk.engines.session import CachedGraph, Graphs, Weights

if TYPE_CHECKING:
    from lilydesk.engines.native.decoder import NativeGraph

_FORMAT = 4  # of packed weights
_KEPT = 4  # bundles whose packed weights stay
_LEVELS = ("patch", "token")
_COMPARED_ROWS = 6
_TOLERANCE = 0.03  # of the standard deviation; int8 rounding alone makes 0.005 or less
Floats = NDArray[np.float32]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Level:
    name: str
    path: Path
    geometry: LevelGeometry
    input_name: str
    output_name: str


def open_native(
    bundle: Bundle, cache_folder: Path | None = None, weights: Weights = "int8"
) -> Graphs | None:
    """Native graphs for a bundle, or None where onnxruntime must run it.

    With "int4" the layers' matrices are rounded to 4 bits, if they divide into groups and the
    processor has VNNI. Raises BundleError where onnxruntime would: files that are no graphs.
    """
    if importlib.util.find_spec("numba") is None:
        return None
    folder = (cache_folder or default_cache_folder().parent) / "native"
    entry = folder / f"{bundle.hash[:32]}-{weights}-{_FORMAT}"
    with Kernels(folder) as kernels:
        packed = load_packed(entry, _LEVELS)
        if packed is None:
            packed = _prepared(bundle, weights, entry, kernels)
        elif not kernels.load():
            return None
    if packed is None:
        return None
    note_use(entry)
    n_threads = _most_threads()
    return Graphs(*(_open_level(level, packed[level.name], n_threads) for level in _levels(bundle)))


def _prepared(
    bundle: Bundle, weights: Weights, entry: Path, kernels: Kernels
) -> dict[str, PackedDecoder] | None:
    """The packed decoders of a bundle, which have been compared; kept as `entry` if possible."""
    try:
        try:
            with new_entry(entry) as scratch:
                _fill(scratch, bundle, weights, kernels)
            folders = [path for path in entry.parent.glob("[!.]*") if path.name[:5] != "code-"]
            forget_old(folders, _KEPT)
            return load_packed(entry, _LEVELS)
        except OSError as error:
            _log.info("packed weights are not kept: %s", error)
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
            _fill(Path(scratch), bundle, weights, kernels)
            return load_packed(Path(scratch), _LEVELS)  # what is mapped stays
    except (UnrecognisedError, OSError) as reason:
        _log.info("onnxruntime runs %s: %s", bundle.name, reason)
        return None


def _levels(bundle: Bundle) -> tuple[_Level, _Level]:
    geometry = bundle.geometry
    return (
        _Level("patch", bundle.patch_graph, geometry.patch, "patches", "hidden"),
        _Level("token", bundle.token_graph, geometry.token, "inputs_embeds", "logits"),
    )


def _most_threads() -> int:
    """Both of two cores, four at most; of more than two, one stays free for the window."""
    cores = usable_cores()
    return cores if cores <= 2 else min(4, cores - 1)


def _open_level(level: _Level, packed: PackedDecoder, n_threads: int) -> NativeGraph:
    from lilydesk.engines.native.decoder import NativeDecoder, NativeGraph

    packed.weights.flags.writeable = False
    packed.floats.flags.writeable = False
    packed.totals.flags.writeable = False
    decoder = NativeDecoder(packed, level.path.name, n_threads)
    return NativeGraph(decoder)


def _fill(scratch: Path, bundle: Bundle, weights: Weights, kernels: Kernels) -> None:
    """Write the entry of a bundle while its kernels are compiled, and compare what it computes."""
    if not kernels.are_possible():
        raise UnrecognisedError("no kernels")
    from lilydesk.engines.native.intrinsics_4_bits import HAS_4_BITS

    with tempfile.TemporaryDirectory(
        dir=scratch.parent, prefix=scratch.name, ignore_cleanup_errors=True
    ) as name:
        trial = Path(name) if weights == "int4" and HAS_4_BITS else scratch
        levels = _levels(bundle)
        expected = [_prepare(bundle, level, trial, scratch) for level in levels]
        seal(scratch)
        if not kernels.load():
            raise UnrecognisedError("no kernels")
        for level, results in zip(levels, expected, strict=True):
            _compare(bundle, level, _open_level(level, map_packed(trial, level.name), 1), results)


def _prepare(bundle: Bundle, level: _Level, trial: Path, scratch: Path) -> list[Floats]:
    """Write a decoder to `trial` and, with 4 bits, to `scratch`; what it shall compute."""
    reference = CachedGraph(level.path, level.geometry, level.input_name, level.output_name, True)
    results = _results(bundle, level, reference)
    del reference  # and its weights
    _give_memory_back()
    decoder = read_decoder(level.path, level.geometry, level.output_name)
    _write(bundle, level, decoder, trial)
    if scratch != trial:
        try:
            _write(bundle, level, decoder, scratch, has_4_bits=True)
        except UnrecognisedError as reason:
            _log.info("%s stays at 8 bits: %s", bundle.name, reason)
            _write(bundle, level, decoder, scratch)
    _give_memory_back()
    return results


def _give_memory_back() -> None:
    """Let the system have what was freed: glibc would keep weights in their various forms."""
    with contextlib.suppress(AttributeError, OSError, TypeError):  # not on every system
        ctypes.CDLL(None).malloc_trim(0)


def _write(
    bundle: Bundle, level: _Level, decoder: Decoder, folder: Path, has_4_bits: bool = False
) -> None:
    slots, vocab = bundle.geometry.patch_size, bundle.geometry.vocab
    path = weights_path(folder, level.name)
    save_tables(folder, level.name, pack_decoder(decoder, slots, vocab, path, has_4_bits))


def _results(bundle: Bundle, level: _Level, graph: CachedGraph | NativeGraph) -> list[Floats]:
    """Outputs for a few rows, then keys and values of each layer."""
    random = np.random.default_rng(0)
    geometry = bundle.geometry
    ids = random.integers(0, geometry.vocab, (1, _COMPARED_ROWS, geometry.patch_size))
    rows = ids if level.name == "patch" else bundle.embedding[ids[:, :, 0]]
    # singly: onnxruntime quantises the rows of a call alike
    outputs = [graph.run(rows[:, index : index + 1]) for index in range(_COMPARED_ROWS)]
    layers = range(level.geometry.n_layers)
    return outputs + [part for layer in layers for part in graph.cached(layer)]


def _compare(bundle: Bundle, level: _Level, graph: NativeGraph, expected: list[Floats]) -> None:
    """Raise UnrecognisedError unless outputs, keys and values are the same but for rounding."""
    found = _results(bundle, level, graph)
    for number, (ours, theirs) in enumerate(zip(found, expected, strict=True)):
        require(ours.shape == theirs.shape, f"result {number} is {theirs.shape}, not {ours.shape}")
        with np.errstate(over="ignore", invalid="ignore"):  # of weights that are far too large
            difference = float(np.sqrt(np.mean((ours - theirs) ** 2)))
            most = _TOLERANCE * float(theirs.std()) + 1e-6
        require(difference <= most, f"result {number} differs by {difference}")  # or is no number
