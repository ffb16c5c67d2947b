"""What every reader of a .zip has to look out for."""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import PurePosixPath

try:
    from lzma import LZMAError
except ImportError:  # a Python that was built without it
    LZMAError = zipfile.BadZipFile  # type: ignore[misc, assignment]

BROKEN = (
    zipfile.BadZipFile, zlib.error, LZMAError, EOFError, ValueError, NotImplementedError,
    RuntimeError,
)  # fmt: skip
"""What zipfile raises on archives that cannot be read; ValueError on names that are no text, the
last two on odd compression and where a password is asked for."""


def leads_outside(member: zipfile.ZipInfo) -> bool:
    """Whether a member is a link, or would be written outside the folder it is unpacked into."""
    name = PurePosixPath(member.filename.replace("\\", "/"))
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    is_inside = name.parts and ".." not in name.parts and ":" not in name.parts[0]
    return not is_inside or name.is_absolute() or is_link
