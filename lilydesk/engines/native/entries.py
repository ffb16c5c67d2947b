"""Prepared things on disk: folders that are written beside their place, sealed, and renamed.

An entry is safe to delete at any time; what is missing or damaged is made anew. Two programs may
make the same one at once: the first to finish wins.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import time
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

_SEAL = "checksums.json"
_SCRATCH = ".writing-"
_ABANDONED_S = 3600.0  # then nobody is writing there any more


def is_whole(entry: Path) -> bool:
    """Whether an entry is there, byte for byte as it was sealed."""
    try:
        checksums = json.loads((entry / _SEAL).read_text(encoding="utf-8"))
        sums = [_checksum(entry / name) == value for name, value in checksums.items()]
    except (OSError, ValueError, AttributeError):
        return False
    return bool(sums) and all(sums)


@contextlib.contextmanager
def new_entry(place: Path) -> Iterator[Path]:
    """A folder to fill and `seal`; without an error in between it becomes the entry. OSError."""
    place.parent.mkdir(parents=True, exist_ok=True)
    _forget_abandoned(place.parent)
    scratch = Path(tempfile.mkdtemp(dir=place.parent, prefix=_SCRATCH))
    try:
        yield scratch
        if not is_whole(place):  # else another process was faster
            shutil.rmtree(place, ignore_errors=True)
            with contextlib.suppress(OSError):  # faster by a hair
                scratch.rename(place)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def seal(entry: Path) -> None:
    """Note what all files of an entry hold."""
    files = sorted(path for path in entry.rglob("*") if path.is_file())
    checksums = {path.relative_to(entry).as_posix(): _checksum(path) for path in files}
    (entry / _SEAL).write_text(json.dumps(checksums), encoding="utf-8")


def note_use(entry: Path) -> None:
    """Put an entry off from being forgotten."""
    with contextlib.suppress(OSError):
        os.utime(entry)


def forget_old(places: Iterable[Path], n_kept: int) -> None:
    """Delete all folders but those made or used last."""
    newest_first = sorted(places, key=lambda place: place.stat().st_mtime, reverse=True)
    for place in newest_first[n_kept:]:
        shutil.rmtree(place, ignore_errors=True)


def _forget_abandoned(folder: Path) -> None:
    """Delete what processes that were killed have left half written."""
    for scratch in folder.glob(f"{_SCRATCH}*"):
        with contextlib.suppress(OSError):
            if time.time() - scratch.stat().st_mtime > _ABANDONED_S:
                shutil.rmtree(scratch, ignore_errors=True)


def _checksum(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while part := file.read(1 << 22):
            checksum = zlib.crc32(part, checksum)
    return checksum
