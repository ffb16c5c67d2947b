"""Files: open and save a .lyl text, and turn one format into another by its suffix.

What the composer did not touch is written back byte for byte: line ends, a byte order mark, a
missing final newline. A file that another program changed since it was opened is noticed.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from pathlib import Path

from lilydesk.app.line_ends import with_line_ends_of, with_plain_line_ends
from lilydesk.atomic_file import write_atomically
from lilydesk.errors import FileError

_BOM = b"\xef\xbb\xbf"

_REASONS = {
    errno.ENOENT: ("does not exist", "Check the name, or choose another file."),
    errno.EISDIR: ("is a folder", "Choose a file in it."),
    errno.ENOTDIR: ("lies in something that is not a folder", "Choose another place."),
    errno.EACCES: ("may not be used by you", "Ask for the permission, or choose another place."),
    errno.EPERM: ("may not be used by you", "Ask for the permission, or choose another place."),
    errno.EROFS: ("lies on a disk that cannot be written", "Choose another place."),
    errno.ENOSPC: ("does not fit on the disk, which is full", "Make room, or choose another disk."),
    errno.EDQUOT: (
        "does not fit into your share of the disk",
        "Make room, or choose another disk.",
    ),
    errno.EFBIG: ("is larger than this disk takes", "Choose another disk."),
    errno.ENAMETOOLONG: ("has too long a name", "Choose a shorter one."),
}


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text as it lay on the disk when it was opened or last saved."""

    path: Path
    raw: bytes

    @property
    def text(self) -> str:
        """The text with a line feed after every line and no byte order mark."""
        return with_plain_line_ends(self._decoded())

    @property
    def has_bom(self) -> bool:
        """A byte order mark stands in front."""
        return self.raw.startswith(_BOM)

    def with_text(self, text: str) -> TextFile:
        """The same file holding `text`, its line ends and byte order mark kept."""
        kept = with_line_ends_of(text, self._decoded())
        return TextFile(self.path, (_BOM if self.has_bom else b"") + kept.encode("utf-8"))

    def _decoded(self) -> str:
        return self.raw.removeprefix(_BOM).decode("utf-8")


def open_text_file(path: Path) -> TextFile:
    """Read a UTF-8 text. Raises FileError."""
    file = TextFile(path, read_bytes(path))
    try:
        _ = file.text
    except UnicodeDecodeError as error:
        line = file.raw[: error.start].count(b"\n") + 1
        raise FileError(
            f"“{path.name}” is not a UTF-8 text: byte {error.start + 1}, in line {line}.",
            "Save it as UTF-8 in the program that wrote it.",
        ) from error
    return file


def save_text_file(file: TextFile) -> None:
    """Write the file so that a crash leaves the old one or the new one. Raises FileError."""
    write_bytes(file.path, file.raw)


def new_text_file(path: Path, text: str) -> TextFile:
    """A file that does not exist yet: line feeds, no byte order mark."""
    return TextFile(path, text.encode("utf-8"))


def is_changed_on_disk(file: TextFile) -> bool:
    """Another program has written the file since, or removed it. Raises FileError."""
    if not file.path.exists():
        return False  # nothing there to lose
    return read_bytes(file.path) != file.raw


def write_bytes(path: Path, data: bytes) -> None:
    """Write through a temporary file. Raises FileError."""
    try:
        if path.is_dir():  # raises as well, for a name that is too long
            raise IsADirectoryError(errno.EISDIR, "")
        write_atomically(path, data)
    except OSError as error:
        raise file_error(path, error) from error


def file_error(path: Path, error: OSError) -> FileError:
    """The sentence for what the operating system refused."""
    if error.errno == errno.ENOENT and not path.parent.is_dir():
        return FileError(
            f"The folder “{path.parent}” does not exist.",
            "Check the name, or choose another place.",
        )
    reason, hint = _REASONS.get(
        error.errno or 0, (f"cannot be used: {error.strerror or error}", "Choose another place.")
    )
    return FileError(f"“{path}” {reason}.", hint)


def read_bytes(path: Path) -> bytes:
    """All bytes of a file. Raises FileError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise file_error(path, error) from error
