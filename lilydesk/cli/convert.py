"""`lilydesk convert`: a piece in another format."""

from __future__ import annotations

from pathlib import Path

from lilydesk.app.files import convert_file


def convert_piece(source: Path, target: Path) -> int:
    """Write the target; its suffix says which format."""
    convert_file(source, target)
    return 0
