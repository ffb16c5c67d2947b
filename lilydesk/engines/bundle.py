"""A LilyNota bundle on disk: which files make it, and whether they fit each other.

Nothing is loaded into onnxruntime here; see session. Source: the bundle format.
"""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.bundle_zip import unpack_bundle
from lilydesk.engines.external_data import external_locations
from lilydesk.engines.tokenizer import BOS, EOS, PAD, Tokenizer
from lilydesk.errors import BundleError

PATCH_GRAPH, TOKEN_GRAPH = "patch_kv_int8.onnx", "token_kv_int8.onnx"
EMBEDDING, GEOMETRY = "wte.npy", "geometry.json"
TOKENIZERS = ("tokenizer.json", "lilylet-tokenizer.json")
DEFAULT_CONTEXT = 1024  # patches, where geometry.json does not say
_LEAST_CONTEXT = 8  # patches; in fewer there is no room for a prompt and a measure
_SMALL = 16_000_000  # weights
_WEIGHTS_OF_LAYER = 12  # times the square of its width, about
CHOOSE_ANOTHER = "Choose another folder, or use the built-in model."


@dataclass(frozen=True, slots=True)
class LevelGeometry:
    """Shape of one decoder's KV cache."""

    n_layers: int
    n_kv_heads: int
    head_dim: int


@dataclass(frozen=True, slots=True)
class Geometry:
    """Sizes of a model, from geometry.json."""

    patch_size: int
    hidden: int
    vocab: int
    patch: LevelGeometry
    token: LevelGeometry
    context: int = DEFAULT_CONTEXT  # patches that the patch decoder may see

    @property
    def is_small(self) -> bool:
        """Whether a step takes so short that Python between the steps counts."""
        layers = self.patch.n_layers + self.token.n_layers
        return _WEIGHTS_OF_LAYER * layers * self.hidden**2 <= _SMALL


@dataclass(frozen=True, eq=False)
class Bundle:
    """The files of a bundle, checked, with the small ones read."""

    name: str
    patch_graph: Path
    token_graph: Path
    geometry: Geometry
    embedding: NDArray[np.float32]  # (vocab, hidden)
    tokenizer: Tokenizer
    files: tuple[Path, ...]  # all that make the model what it is

    @cached_property
    def hash(self) -> str:
        """SHA-256 over names and contents of the files, hexadecimal. Reads them all, once."""
        digest = hashlib.sha256()
        for path in sorted(self.files, key=lambda path: path.name):
            with path.open("rb") as file:
                digest.update(path.name.encode() + hashlib.file_digest(file, "sha256").digest())
        return digest.hexdigest()


def read_bundle(path: Path, cache_folder: Path | None = None) -> Bundle:
    """Check a bundle's folder, or its .zip, which is unpacked below `cache_folder` once.

    Raises BundleError with one sentence on what is wrong.
    """
    try:
        return _read_bundle(path, cache_folder)
    except MemoryError as error:
        raise out_of_memory() from error
    except OSError as error:
        if error.errno == errno.ENOMEM:
            raise out_of_memory() from error
        reason = error.strerror or str(error)
        raise BundleError(f"{path} cannot be read: {reason}.", CHOOSE_ANOTHER) from error


def _read_bundle(path: Path, cache_folder: Path | None) -> Bundle:
    if not path.exists():
        raise BundleError(f"There is no model bundle at {path}.", CHOOSE_ANOTHER)
    if not path.is_file():
        return _read_folder(path, path)
    folder = unpack_bundle(path, cache_folder)
    try:
        return _read_folder(path, folder)
    except BundleError:
        shutil.rmtree(folder, ignore_errors=True)  # perhaps only that copy is damaged
        raise


def _read_folder(path: Path, folder: Path) -> Bundle:
    """The bundle that is called `path` and lies in `folder`."""
    places = _places(folder)
    geometry_path = _required(places, GEOMETRY, path)
    graphs = [_required(places, name, path) for name in (PATCH_GRAPH, TOKEN_GRAPH)]
    embedding_path = _required(places, EMBEDDING, path)
    tokenizer_path = next((p for name in TOKENIZERS if (p := _find(places, name))), None)
    geometry = _read_geometry(geometry_path)
    weights = dict.fromkeys(file for graph in graphs for file in _weight_files(graph))
    files = [geometry_path, embedding_path, *graphs, *weights]
    files += [tokenizer_path] if tokenizer_path else []
    return Bundle(
        name=path.stem if path.is_file() else path.resolve().name,
        patch_graph=graphs[0],
        token_graph=graphs[1],
        geometry=geometry,
        embedding=_read_embedding(embedding_path, geometry),
        tokenizer=_read_tokenizer(tokenizer_path, geometry),
        files=tuple(files),
    )


def _places(folder: Path) -> list[Path]:
    """Folders where a bundle's files may lie: itself, its `onnx`, one folder inside a zip."""
    places = [folder, folder / "onnx"]
    if folder.is_dir():
        inner = [entry for entry in folder.iterdir() if entry.is_dir() and entry.name != "onnx"]
        if len(inner) == 1:
            places += [inner[0], inner[0] / "onnx"]
    return places


def _find(places: Iterable[Path], name: str) -> Path | None:
    return next((place / name for place in places if (place / name).is_file()), None)


def _required(places: Iterable[Path], name: str, bundle: Path) -> Path:
    found = _find(places, name)
    if found is None:
        raise BundleError(
            f"{bundle} is no LilyNota bundle: the file {name} is missing.", CHOOSE_ANOTHER
        )
    return found


def _read_geometry(path: Path) -> Geometry:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        geometry = _parse_geometry(data)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _damaged(path, "it does not say the model's sizes") from error
    if geometry.context < _LEAST_CONTEXT:
        raise _damaged(path, f"a context of {geometry.context} patches is too short to write in")
    if (data.get("pad_id", PAD), data.get("bos_id", BOS), data.get("eos_id", EOS)) != (0, 1, 2):
        raise _damaged(path, "its special tokens are not those of LilyNota")
    return geometry


def _parse_geometry(data: Any) -> Geometry:
    patch, token = [
        LevelGeometry(*(_count(data[level], key) for key in ("n_layers", "n_kv_heads", "head_dim")))
        for level in ("patch", "token")
    ]
    patch_size, hidden, vocab = (_count(data, key) for key in ("patch_size", "hidden", "vocab"))
    context = _count(data, "context") if "context" in data else DEFAULT_CONTEXT
    return Geometry(patch_size, hidden, vocab, patch, token, context)


def _count(data: Any, key: str) -> int:
    value = data[key]
    if type(value) is not int or not 0 < value < 1_000_000:
        raise ValueError(f"{key} is {value!r}")
    return value


def _read_embedding(path: Path, geometry: Geometry) -> NDArray[np.float32]:
    try:
        # mapped, so that a size that the file only claims to have is never asked for
        with np.errstate(over="ignore"):  # that size in bytes may be more than fits
            table = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, MemoryError):
        raise
    except Exception as error:  # numpy reads the head as Python, which may fail in many ways
        raise _damaged(path, "it is no table of numbers") from error
    if not isinstance(table, np.ndarray) or table.dtype != np.float32:
        raise _damaged(path, "it does not hold 32-bit numbers")
    if table.shape != (geometry.vocab, geometry.hidden):
        wanted = f"{geometry.vocab} × {geometry.hidden}"
        found = " × ".join(map(str, table.shape or (1,)))
        raise _damaged(path, f"it holds {found} numbers, and geometry.json asks for {wanted}")
    if not np.isfinite(table).all():
        raise _damaged(path, "some of its numbers are not finite")
    return np.array(table)


def _read_tokenizer(path: Path | None, geometry: Geometry) -> Tokenizer:
    if path is None:
        return Tokenizer.standard()
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        tokenizer = Tokenizer.from_json(data)
        highest = max(int(entry["id"]) for entry in data["vocab"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _damaged(path, "it is no vocabulary") from error
    if highest >= geometry.vocab:
        raise _damaged(path, f"it has token {highest}, and the model knows {geometry.vocab}")
    return tokenizer


def _weight_files(path: Path) -> list[Path]:
    """Files beside a graph in which it keeps tensors.

    Refuses a truncated graph, and one that would read from outside its folder.
    """
    try:
        locations = external_locations(path)
    except (ValueError, RecursionError) as error:
        raise _damaged(path, str(error)) from error
    folder = path.parent.resolve()
    targets = []
    for location in sorted(locations):
        is_plain = location.isprintable() and "\\" not in location
        target = (folder / location).resolve() if is_plain else folder.parent
        if not target.is_relative_to(folder):
            shown = "".join(sign if sign.isprintable() else "?" for sign in location)
            raise BundleError(
                f"The model file {path.name} wants to read outside its folder ({shown}).",
                "Do not use this bundle; get it from a source that you trust.",
            )
        if not target.is_file():
            raise _damaged(path, f"the file “{location}” that belongs to it is missing")
        targets.append(target)
    return targets


def out_of_memory() -> BundleError:
    """What to say when the memory does not suffice."""
    return BundleError(
        "There is not enough memory for this model.",
        "Close other programs, or use the built-in model.",
    )


def _damaged(path: Path, reason: str) -> BundleError:
    return BundleError(
        f"The model file {path.name} cannot be used: {reason}.",
        f"Get the bundle again. {CHOOSE_ANOTHER}",
    )
