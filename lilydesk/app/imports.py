"""Scores in foreign formats, read by the suffix of their file; they become Lilylet texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lilydesk.app.files import TextFile, open_text_file, read_bytes
from lilydesk.app.project_file import is_project, read_project
from lilydesk.errors import FileError

if TYPE_CHECKING:
    from lilydesk.codecs.imported import ImportedScore

_MOST_NAMED = 6  # losses told one by one


@dataclass(frozen=True, slots=True)
class ImportedText:
    """A foreign score as canonical Lilylet."""

    text: str
    suggested_path: Path  # where Save would put it: the file's name with the suffix .lyl
    losses: tuple[str, ...]  # plain sentences: what could not be taken over


def is_foreign(path: Path) -> bool:
    """Whether this is a score in a format that has to be translated."""
    return path.suffix.lower() in _READERS


def open_lilylet(path: Path) -> TextFile:
    """Read a Lilylet text, or that of a project, for commands that take nothing else.

    Raises FileError.
    """
    if is_foreign(path) and path.is_file():
        raise FileError(
            f"“{path.name}” is not Lilylet yet.",
            f"Type: lilydesk convert {path.name} {path.stem}.lyl",
        )
    return read_project(path).score if is_project(path) else open_text_file(path)


def readable_suffixes() -> tuple[str, ...]:
    """Suffixes of every format that can be read, .lyl first."""
    return (".lyl", *_READERS)


def read_score(path: Path) -> ImportedScore:
    """Read a score in a foreign format, by way of its Lilylet text. Raises FileError.

    So what is engraved and played is what the text says, and elements are known by their places.
    """
    from lilydesk.codecs.imported import ImportedScore
    from lilydesk.lilylet import parse_document, write_document

    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(readable_suffixes())
        raise FileError(f"“{path.name}” is in no format that can be read.", f"Choose {known}.")
    score = reader(path)
    document = parse_document(write_document(score.document)).document
    return ImportedScore(document, score.losses)


def import_text(path: Path) -> ImportedText:
    """Read a score in a foreign format as Lilylet. Raises FileError."""
    from lilydesk.lilylet import write_document

    score = read_score(path)
    return ImportedText(write_document(score.document), path.with_suffix(".lyl"), score.losses)


def losses_in_words(losses: tuple[str, ...]) -> str:
    """The first few losses, and how many more there are; empty without any."""
    named = " ".join(losses[:_MOST_NAMED])
    n_more = len(losses) - _MOST_NAMED
    return f"{named} And {n_more} more." if n_more > 0 else named


def _read_abc(path: Path) -> ImportedScore:
    from lilydesk.codecs.abc import read_abc

    return read_abc(open_text_file(path).text)


def _read_musicxml(path: Path) -> ImportedScore:
    from lilydesk.codecs.musicxml import read_musicxml

    return read_musicxml(read_bytes(path))


_READERS: dict[str, Callable[[Path], ImportedScore]] = {
    ".abc": _read_abc,
    ".musicxml": _read_musicxml,
    ".xml": _read_musicxml,
    ".mxl": _read_musicxml,
}
