"""Packed weights on disk: written once for a bundle, mapped into memory from then on.

The folder is safe to delete at any time; what is missing or damaged is made anew.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
import zlib
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.native.packing import PackedDecoder

_KEPT = 4  # bundles whose packed weights stay
_ARRAYS = tuple(field.name for field in fields(PackedDecoder))
_MARK = "checksums.json"


def load_packed(folder: Path, levels: tuple[str, ...]) -> dict[str, PackedDecoder] | None:
    """The decoders of an entry; None if it is not there or not what was written."""
    try:
        checksums = json.loads((folder / _MARK).read_text(encoding="utf-8"))
        decoders = {}
        for level in levels:
            arrays = {}
            for name in _ARRAYS:
                path = folder / f"{level}-{name}.npy"
                if _checksum(path) != checksums[path.name]:
                    return None
                arrays[name] = _load(path, name in ("weights", "floats", "totals"))
            decoders[level] = PackedDecoder(**arrays)
    except (OSError, ValueError, KeyError, TypeError, EOFError):
        return None
    (folder / _MARK).touch()  # used last
    return decoders


def save_packed(folder: Path, decoders: dict[str, PackedDecoder]) -> None:
    """Write an entry beside its place and rename it, so that none is ever half there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".writing-"))
    try:
        checksums = {}
        for level, packed in decoders.items():
            for name in _ARRAYS:
                path = scratch / f"{level}-{name}.npy"
                np.save(path, getattr(packed, name), allow_pickle=False)
                checksums[path.name] = _checksum(path)
        (scratch / _MARK).write_text(json.dumps(checksums), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(FileExistsError):  # another process was faster
            scratch.rename(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    _forget_old(folder.parent)


def _load(path: Path, is_mapped: bool) -> NDArray[Any]:
    return np.asarray(np.load(path, mmap_mode="r" if is_mapped else None, allow_pickle=False))


def _forget_old(store: Path) -> None:
    marks = sorted(store.glob(f"*/{_MARK}"), key=lambda mark: mark.stat().st_mtime, reverse=True)
    for mark in marks[_KEPT:]:
        shutil.rmtree(mark.parent, ignore_errors=True)


def _checksum(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while part := file.read(1 << 22):
            checksum = zlib.crc32(part, checksum)
    return checksum
