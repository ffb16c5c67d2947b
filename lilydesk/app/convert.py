"""Convert: a document into another format, chosen by the suffix of the file to write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from lilydesk.app.files import write_bytes
from lilydesk.app.imports import open_lilylet, read_score
from lilydesk.app.project_file import is_project
from lilydesk.errors import FileError

if TYPE_CHECKING:
    from lilydesk.notation import Document


@dataclass(frozen=True, slots=True)
class Conversion:
    """What has come of a score."""

    written: tuple[Path, ...]  # several pages become several drawings, `name-2.svg` and so on
    n_errors: int = 0  # that a Lilylet text has; they do not stop it
    losses: tuple[str, ...] = ()  # what of another format could not be taken over, as sentences


def convert_file(source: Path, target: Path) -> Conversion:
    """Read a score and write it in the format of the target's suffix.

    Raises FileError, EngravingError, DeviceError.
    """
    from lilydesk.lilylet import parse_document

    check_suffix(target)
    if source.suffix.lower() != ".lyl" and not is_project(source):
        score = read_score(source)
        return Conversion(write_document_as(score.document, target), 0, score.losses)
    parsed = parse_document(open_lilylet(source).text)
    return Conversion(write_document_as(parsed.document, target), len(parsed.errors))


def check_suffix(target: Path) -> None:
    """Raise FileError for a suffix that no format has."""
    suffix = target.suffix.lower()
    if suffix in _WRITERS:
        return
    known = ", ".join(_WRITERS)
    close = get_close_matches(suffix, _WRITERS, n=1, cutoff=0.5)
    hint = f"Did you mean {close[0]}?" if close else f"Choose one of {known}."
    named = f"ends in “{suffix}”" if suffix else "has no suffix"
    raise FileError(f"“{target.name}” {named}, which names no format to write.", hint)


def write_document_as(document: Document, target: Path, sound_font: str = "") -> tuple[Path, ...]:
    """Write a document in the format of the target's suffix; returns the files written.

    Raises as `convert_file` does.
    """
    check_suffix(target)
    return _WRITERS[target.suffix.lower()](document, target, sound_font)


def _write_lyl(document: Document, target: Path, sound_font: str) -> tuple[Path, ...]:
    from lilydesk.lilylet import write_document

    write_bytes(target, write_document(document).encode("utf-8"))
    return (target,)


def _write_mei(document: Document, target: Path, sound_font: str) -> tuple[Path, ...]:
    from lilydesk.codecs.mei import write_mei

    write_bytes(target, write_mei(document).encode("utf-8"))
    return (target,)


def _write_svg(document: Document, target: Path, sound_font: str) -> tuple[Path, ...]:
    from lilydesk.codecs.mei import AccidentalStyle, write_mei
    from lilydesk.engraving import render_svg

    pages = render_svg(write_mei(document, AccidentalStyle.CONVENTIONAL))
    others = [target.with_stem(f"{target.stem}-{n}") for n in range(2, len(pages) + 1)]
    paths = (target, *others)
    for path, page in zip(paths, pages, strict=True):
        write_bytes(path, page.encode("utf-8"))
    return paths


def _write_mid(document: Document, target: Path, sound_font: str) -> tuple[Path, ...]:
    from lilydesk.codecs.midi import write_midi
    from lilydesk.timeline import perform

    write_bytes(target, write_midi(perform(document)))
    return (target,)


def _write_wav(document: Document, target: Path, sound_font: str) -> tuple[Path, ...]:
    from lilydesk.playback import wav_bytes
    from lilydesk.timeline import perform

    write_bytes(target, wav_bytes(perform(document), sound_font))
    return (target,)


_WRITERS: dict[str, Callable[[Document, Path, str], tuple[Path, ...]]] = {
    ".lyl": _write_lyl,
    ".mei": _write_mei,
    ".svg": _write_svg,
    ".mid": _write_mid,
    ".wav": _write_wav,
}
