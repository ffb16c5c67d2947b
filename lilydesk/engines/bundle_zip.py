"""A bundle handed over as .zip: unpacked once into a cache folder, nothing outside it."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
import zipfile
from pathlib import Path

from lilydesk.errors import BundleError
from lilydesk.zip_files import BROKEN, leads_outside

_MAX_BYTES = 8 * 1024**3  # unpacked; the published model has 0.2 GB
_MAX_RATIO = 100  # of unpacked to packed; weights shrink to two thirds, text to a tenth
_MAX_MEMBERS = 1000
_NO_FAULT_OF_THE_DISK = (None, errno.EINVAL)  # from broken streams, and places before the file


def default_cache_folder() -> Path:
    """Where unpacked bundles lie; safe to delete."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "lilydesk" / "bundles"


def unpack_bundle(path: Path, cache_folder: Path | None = None) -> Path:
    """The folder with the contents of a .zip. Raises BundleError."""
    cache = cache_folder or default_cache_folder()
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        target = cache / digest[:32]
        if not target.is_dir():
            _unpack(path, target)
    except (*BROKEN, OSError) as error:
        if not isinstance(error, OSError) or error.errno in _NO_FAULT_OF_THE_DISK:
            raise BundleError(
                f"{path.name} is no .zip that can be read.",
                "Download it again, or choose its folder.",
            ) from error
        raise BundleError(
            f"{path.name} cannot be unpacked: {error.strerror or error}.",
            f"Make room in {cache}, or unpack the bundle yourself and choose its folder.",
        ) from error
    return target


def _unpack(path: Path, target: Path) -> None:
    """Unpack beside the target and rename, so that a half-written folder is never used."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if leads_outside(member):
                raise BundleError(
                    f"{path.name} wants to write outside its own folder ({member.filename}).",
                    _TRUST,
                )
        n_bytes = sum(member.file_size for member in archive.infolist())
        most = min(_MAX_BYTES, _MAX_RATIO * path.stat().st_size)
        if n_bytes > most or len(archive.infolist()) > _MAX_MEMBERS:
            raise BundleError(f"{path.name} is far too large for a model bundle.", _TRUST)
        folder = Path(tempfile.mkdtemp(dir=target.parent, prefix=".unpacking-"))
        try:
            archive.extractall(folder)
            folder.rename(target)
        except FileExistsError:
            pass  # another process was faster
        finally:
            shutil.rmtree(folder, ignore_errors=True)


_TRUST = "Do not use it; get the bundle from a source that you trust."
