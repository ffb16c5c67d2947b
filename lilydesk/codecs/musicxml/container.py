"""Compressed MusicXML: the score inside a .mxl archive."""

from __future__ import annotations

import io
import zipfile

from lilydesk.codecs.musicxml.safe_xml import MOST_BYTES, parse_xml
from lilydesk.errors import FileError
from lilydesk.zip_files import BROKEN

_CONTAINER = "META-INF/container.xml"
_MOST_FILES = 1000
_MOST_CONTAINER_BYTES = 2**20
_HINT = "Export it again, or export it uncompressed as .musicxml."


def score_bytes(data: bytes) -> bytes:
    """The XML of a score: the data themselves, or what their archive holds. Raises FileError."""
    if not data.startswith(b"PK\x03\x04"):
        return data
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(archive.infolist()) > _MOST_FILES:
                raise FileError("This archive holds too many files for a score.", _HINT)
            return _read(archive, _root_file(archive), MOST_BYTES)
    except BROKEN as error:
        raise FileError("This compressed score cannot be unpacked.", _HINT) from error
    except (KeyError, OSError) as error:
        raise FileError("This archive is damaged.", _HINT) from error


def _root_file(archive: zipfile.ZipFile) -> str:
    names = set(archive.namelist())
    if _CONTAINER in names:
        container = parse_xml(_read(archive, _CONTAINER, _MOST_CONTAINER_BYTES))
        for rootfile in container.iter("rootfile"):
            path = rootfile.get("full-path", "")
            if path in names:
                return path
    for name in sorted(names):
        if name.lower().endswith((".xml", ".musicxml")) and not name.startswith("META-INF"):
            return name
    raise FileError("There is no score in this archive.", _HINT)


def _read(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """A file of the archive, unpacked no further than `limit`, whatever size it claims."""
    with archive.open(name) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise FileError("What this archive holds is too large for a score.", _HINT)
    return data
