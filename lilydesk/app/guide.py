"""Where the guide to the language lies: beside the program, in the source tree and in packages."""

from __future__ import annotations

from pathlib import Path

from lilydesk.errors import FileError

DOCS = Path(__file__).resolve().parents[2] / "docs"


def guide_path(folder: Path = DOCS) -> Path:
    """The guide, as Markdown with images in folders beside it. Raises FileError if it is gone."""
    path = folder / "lilylet.md"
    if not path.is_file():
        raise FileError("The guide to Lilylet is missing.", "Install LilyDesk again.")
    return path
