"""Bundles: the built-in model, those in the user's folder, and the styles to ask them for."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from lilydesk.errors import BundleError

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
DEFAULT_NAME = "default"
_HEADER = ["period", "composer", "genre"]


@dataclass(frozen=True, slots=True)
class BundleEntry:
    """A bundle that can be chosen: a folder or a .zip."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Style:
    """One combination that a model has seen."""

    period: str
    composer: str
    genre: str


def default_bundle_folder() -> Path:
    """Folder of the built-in model."""
    return RESOURCES / "default-bundle"


def user_bundles_folder() -> Path:
    """Where a user drops bundles; may not exist yet."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "LilyDesk" / "bundles"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "LilyDesk" / "bundles"
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "lilydesk" / "bundles"


def list_bundles() -> tuple[BundleEntry, ...]:
    """The built-in bundle first, then the user's by name."""
    entries = [BundleEntry(DEFAULT_NAME, default_bundle_folder())]
    folder = user_bundles_folder()
    if folder.is_dir():
        found = [p for p in folder.iterdir() if p.is_dir() or p.suffix.lower() == ".zip"]
        entries += [BundleEntry(p.stem if p.is_file() else p.name, p) for p in sorted(found)]
    return tuple(entries)


def find_bundle(name_or_path: str) -> Path:
    """Folder or .zip of a bundle by its name, or by a path. Raises BundleError."""
    wanted = name_or_path or DEFAULT_NAME
    entries = {entry.name: entry.path for entry in list_bundles()}
    if wanted in entries:
        return entries[wanted]
    path = Path(wanted).expanduser()
    if path.exists():
        return path
    close = get_close_matches(wanted, entries, n=1)
    hint = f"Did you mean “{close[0]}”?" if close else f"Put it into {user_bundles_folder()}."
    raise BundleError(f"There is no model “{wanted}”.", hint)


def load_styles(name_or_path: str = "") -> tuple[Style, ...]:
    """A bundle's own styles (`styles.tsv` in its folder) and then the published list, each once."""
    try:
        own = bundle_styles(find_bundle(name_or_path))
    except BundleError:  # told when something is to be composed with it
        own = ()
    return tuple(dict.fromkeys([*own, *_read_styles(RESOURCES / "styles.tsv")]))


def bundle_styles(bundle: Path) -> tuple[Style, ...]:
    """Styles of a bundle's own list alone; those that its model has learned."""
    return tuple(_read_styles(bundle / "styles.tsv"))


def _read_styles(path: Path) -> list[Style]:
    """Styles of one list; a missing or unreadable list has none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return []
    rows = [[cell.strip() for cell in line.split("\t")] for line in lines]
    return [Style(*row) for row in rows if len(row) == 3 and row != _HEADER and any(row)]
