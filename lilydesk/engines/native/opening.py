"""From a bundle to native graphs: prepared on the first call, loaded on every later one.

What was read off the graphs is compared with onnxruntime before it is ever used. Whatever stands
in the way (another processor, no numba, a graph of another kind, a full disk), onnxruntime runs
the bundle instead.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lilydesk import __version__
from lilydesk.engines.bundle import Bundle, LevelGeometry
from lilydesk.engines.bundle_zip import default_cache_folder
from lilydesk.engines.cores import usable_cores
from lilydesk.engines.native.packing import PackedDecoder, pack_decoder
from lilydesk.engines.native.store import load_packed, save_packed
from lilydesk.engines.native.structure import read_decoder
from lilydesk.engines.native.tracing import UnrecognisedError
from lilydesk.engines.session import CachedGraph, Graphs, Weights

if TYPE_CHECKING:
    from lilydesk.engines.native.decoder import NativeGraph

_FORMAT = 3  # of packed weights
_COMPARED_ROWS = 6
_TOLERANCE = 0.03  # of the standard deviation; int8 rounding alone makes 0.005 or less
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
    folder = (cache_folder or default_cache_folder().parent) / "native"
    if not _can_compile(folder, bundle.geometry.is_small):
        return None
    levels = _levels(bundle)
    entry = folder / f"{bundle.hash[:32]}-{weights}-{_FORMAT}"
    packed = load_packed(entry, tuple(level.name for level in levels))
    if packed is None:
        try:
            packed = {level.name: _prepare(bundle, level, weights) for level in levels}
        except UnrecognisedError as reason:
            _log.info("onnxruntime runs %s: %s", bundle.name, reason)
            return None
        try:
            save_packed(entry, packed)
        except OSError as error:
            _log.info("packed weights are not kept: %s", error)
        else:  # mapped memory instead of our own
            packed = load_packed(entry, tuple(packed)) or packed
    drafts = bundle.geometry.is_small
    return Graphs(*(_open_level(level, packed[level.name], _most_threads(), drafts)
                    for level in levels))  # fmt: skip


def _levels(bundle: Bundle) -> tuple[_Level, _Level]:
    geometry = bundle.geometry
    return (
        _Level("patch", bundle.patch_graph, geometry.patch, "patches", "hidden"),
        _Level("token", bundle.token_graph, geometry.token, "inputs_embeds", "logits"),
    )


def _can_compile(folder: Path, is_small: bool) -> bool:
    """Import the kernels, compiled or loaded from `folder`; False without numba or instructions.

    Drafts only if the model is small: a large one makes none, and compiling them takes a second.
    """
    if importlib.util.find_spec("numba") is None:
        return False
    try:
        import numba

        from lilydesk.engines.native.intrinsics import INSTRUCTIONS

        if not INSTRUCTIONS:
            _log.info("onnxruntime runs all models: no instructions for int8 on this processor")
            return False
        config: Any = numba.config
        before, config.CACHE_DIR = config.CACHE_DIR, str(_code_folder(folder, INSTRUCTIONS))
        try:
            from lilydesk.engines.native import drawing, kernels  # noqa: F401

            if is_small:
                from lilydesk.engines.native import drafting  # noqa: F401
        finally:
            config.CACHE_DIR = before
    except Exception as error:  # numba, LLVM and the file system have no common base
        _log.info("onnxruntime runs all models: the kernels cannot be compiled (%r)", error)
        return False
    return True


def _code_folder(folder: Path, instructions: str) -> Path:
    """Where compiled code lies: below `folder`, or anywhere if nothing can be written there."""
    digest = hashlib.sha256(f"{__version__} {instructions}".encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):  # none in a packaged program
        digest.update(path.read_bytes())
    place = folder / f"code-{digest.hexdigest()[:16]}"
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            return place
    except OSError:
        return Path(tempfile.mkdtemp(prefix="lilydesk-code-"))


def _most_threads() -> int:
    """Both of two cores, four at most; of more than two, one stays free for the window."""
    cores = usable_cores()
    return cores if cores <= 2 else min(4, cores - 1)


def _open_level(
    level: _Level, packed: PackedDecoder, n_threads: int, drafts: bool = False
) -> NativeGraph:
    from lilydesk.engines.native.decoder import NativeDecoder, NativeGraph

    packed.weights.flags.writeable = False
    packed.floats.flags.writeable = False
    packed.totals.flags.writeable = False
    decoder = NativeDecoder(packed, level.path.name, n_threads, drafts)
    return NativeGraph(decoder)


def _prepare(bundle: Bundle, level: _Level, weights: Weights) -> PackedDecoder:
    from lilydesk.engines.native.intrinsics_4_bits import HAS_4_BITS

    geometry = bundle.geometry
    decoder = read_decoder(level.path, level.geometry, level.output_name)
    packed = pack_decoder(decoder, geometry.patch_size, geometry.vocab)
    reference = CachedGraph(level.path, level.geometry, level.input_name, level.output_name)
    _compare(bundle, _open_level(level, packed, 1), reference)
    if weights == "int4" and HAS_4_BITS:
        try:
            return pack_decoder(decoder, geometry.patch_size, geometry.vocab, has_4_bits=True)
        except UnrecognisedError as reason:
            _log.info("%s stays at 8 bits: %s", bundle.name, reason)
    return packed


def _compare(bundle: Bundle, native: NativeGraph, reference: CachedGraph) -> None:
    """Raise UnrecognisedError unless both give the same outputs, keys and values."""
    random = np.random.default_rng(0)
    geometry = bundle.geometry
    ids = random.integers(0, geometry.vocab, (1, _COMPARED_ROWS, geometry.patch_size))
    rows = ids if native.decoder.embeds else bundle.embedding[ids[:, :, 0]]
    for index in range(_COMPARED_ROWS):  # singly: onnxruntime quantises the rows of a call alike
        row = rows[:, index : index + 1]
        _check_alike("output", native.run(row), reference.run(row))
    for number, past in enumerate(reference.past):
        _check_alike(f"cache {number}", native.cached(number // 2)[number % 2], past[0])


def _check_alike(name: str, ours: NDArray[Any], theirs: NDArray[Any]) -> None:
    difference = float(np.sqrt(np.mean((ours - theirs) ** 2)))
    if not difference <= _TOLERANCE * float(theirs.std()) + 1e-6:  # also if it is no number
        raise UnrecognisedError(f"{name} differs by {difference}")
