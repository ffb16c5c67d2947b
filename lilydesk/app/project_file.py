"""The project file: score and takes in one .lilydesk file, a zip.

`score.lyl` is the text as it would be saved alone, `takes.json` the takes, `session.json` says
which format this is. Members and fields that this program does not know are kept when saving.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lilydesk.app.files import TextFile, read_bytes
from lilydesk.errors import FileError, LilyDeskError
from lilydesk.zip_files import BROKEN, leads_outside

if TYPE_CHECKING:
    from lilydesk.composing.takes import TakesBook

SUFFIX = ".lilydesk"
FORMAT = 1
_SCORE, _TAKES, _SESSION = "score.lyl", "takes.json", "session.json"
_DAMAGED = "takes-damaged.json"
_MAX_BYTES = 128 * 1024**2  # unpacked, all members together
_MAX_MEMBERS = 1000
_TIMES = (1980, 1, 1, 0, 0, 0)  # equal projects are equal files


@dataclass(frozen=True, slots=True)
class Project:
    """What a project file holds."""

    score: TextFile  # its path is that of the project
    takes: TakesBook
    problem: str = ""  # why the takes are not there although the file has some
    session: Mapping[str, Any] = field(default_factory=dict)
    others: Mapping[str, bytes] = field(default_factory=dict)  # members of a newer program
    raw: bytes = b""  # the file as it was read


def is_project(path: Path) -> bool:
    """Whether a file of this name is a project."""
    return path.suffix.lower() == SUFFIX


def read_project(path: Path) -> Project:
    """Read a project file; one whose takes are broken still gives its score. Raises FileError."""
    raw = read_bytes(path)
    members = _members(path, raw)
    if _SCORE not in members:
        raise FileError(
            f"“{path.name}” holds no score.", "Choose a file that LilyDesk has saved as a project."
        )
    session = _session(path, members.pop(_SESSION, b"{}"))
    score = _score(path, members.pop(_SCORE))
    takes, problem = _takes(members.get(_TAKES))
    if _TAKES in members:
        data = members.pop(_TAKES)
        if problem:
            members[_DAMAGED] = data  # perhaps someone can mend them
    return Project(score, takes, problem, session, members, raw)


def project_bytes(project: Project) -> bytes:
    """A project as the bytes of its file; equal projects give equal bytes."""
    from lilydesk import __version__
    from lilydesk.composing.takes_json import write_takes

    session = dict(project.session) | {"format": FORMAT, "program": f"LilyDesk {__version__}"}
    members = {
        _SCORE: project.score.raw,
        _TAKES: write_takes(project.takes).encode("utf-8", "surrogatepass"),
        _SESSION: (json.dumps(session, ensure_ascii=False, indent=1) + "\n").encode(),
    } | dict(project.others)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, _TIMES), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def new_project(path: Path, score: TextFile, takes: TakesBook) -> Project:
    """A project that has no file yet."""
    return Project(replace(score, path=path), takes)


def _members(path: Path, data: bytes) -> dict[str, bytes]:
    """What the zip holds, by name; refuses one that wants to do harm."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            for info in infos:
                _check_member(path, info)
            if len(infos) > _MAX_MEMBERS or sum(info.file_size for info in infos) > _MAX_BYTES:
                raise FileError(f"“{path.name}” is far too large for a project.", _TRUST)
            return {info.filename: archive.read(info) for info in infos if not info.is_dir()}
    except (*BROKEN, OSError) as error:
        raise FileError(
            f"“{path.name}” is no project that can be read; it may be damaged.",
            "If you have a copy of it, open that one.",
        ) from error


def _check_member(path: Path, info: zipfile.ZipInfo) -> None:
    if leads_outside(info):
        raise FileError(
            f"“{path.name}” wants to write outside its own folder ({info.filename}).", _TRUST
        )
    if info.flag_bits & 1:
        raise FileError(f"“{path.name}” is encrypted.", "LilyDesk writes no such projects.")


_TRUST = "Open only projects from someone whom you trust."


def _session(path: Path, data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    session = value if isinstance(value, dict) else {}
    version = session.get("format", FORMAT)
    if isinstance(version, int) and version > FORMAT:
        raise FileError(
            f"“{path.name}” was saved by a newer LilyDesk.", "Open it with that one, or update."
        )
    return session


def _score(path: Path, raw: bytes) -> TextFile:
    score = TextFile(path, raw)
    try:
        _ = score.text
    except UnicodeDecodeError as error:
        raise FileError(
            f"The score in “{path.name}” is not a UTF-8 text.", "The file may be damaged."
        ) from error
    return score


def _takes(data: bytes | None) -> tuple[TakesBook, str]:
    """The takes, or none and a sentence that says why."""
    from lilydesk.composing.takes import TakesBook
    from lilydesk.composing.takes_json import read_takes

    if data is None:
        return TakesBook(), ""
    try:
        return read_takes(data.decode("utf-8", "surrogatepass")), ""
    except UnicodeDecodeError:
        return TakesBook(), "The takes in this project cannot be read. The score is complete."
    except LilyDeskError as error:
        return TakesBook(), str(error)
