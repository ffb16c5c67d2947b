"""Packed weights on disk: written once for a bundle, mapped into memory from then on."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.native.entries import is_whole
from lilydesk.engines.native.packing import PackedDecoder

_ARRAYS = tuple(field.name for field in fields(PackedDecoder) if field.name != "weights")


def load_packed(entry: Path, levels: tuple[str, ...]) -> dict[str, PackedDecoder] | None:
    """The decoders of an entry; None if it is not there or not what was written."""
    if not is_whole(entry):
        return None
    try:
        return {level: map_packed(entry, level) for level in levels}
    except (OSError, ValueError, TypeError, EOFError):
        return None


def map_packed(entry: Path, level: str) -> PackedDecoder:
    """One decoder, its large arrays mapped. Raises OSError or ValueError."""
    arrays: dict[str, NDArray[Any]] = {}
    for name in _ARRAYS:
        path = entry / f"{level}-{name}.npy"
        is_large = name in ("floats", "totals")
        array = np.load(path, mmap_mode="r" if is_large else None, allow_pickle=False)
        arrays[name] = np.asarray(array)
    weights = np.asarray(np.memmap(weights_path(entry, level), np.int8, "r"))
    return PackedDecoder(weights=weights, **arrays)


def weights_path(entry: Path, level: str) -> Path:
    """Where the weights of a decoder lie, nothing but their bytes."""
    return entry / f"{level}-weights.bin"


def save_tables(entry: Path, level: str, packed: PackedDecoder) -> None:
    """Write all but the weights, which pack_decoder has written."""
    for name in _ARRAYS:
        np.save(entry / f"{level}-{name}.npy", getattr(packed, name), allow_pickle=False)
