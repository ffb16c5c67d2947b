"""Where the sound font is: a chosen file, the program's own, or the system's."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from lilydesk.errors import DeviceError

ENVIRONMENT_NAME = "LILYDESK_SOUND_FONT"

# General MIDI fonts that distributions ship, the better sounding first; then any other.
_KNOWN_STEMS = (
    "FluidR3Mono_GM", "FluidR3_GM", "MuseScore_General", "GeneralUser-GS", "GeneralUser_GS",
    "GeneralUser", "default-GM", "default", "TimGM6mb",
)  # fmt: skip
_SUFFIXES = (".sf3", ".sf2")
_INSTALL_HINT = (
    "Type: sudo apt install fluidr3mono-gm-soundfont, or put a .sf2 or .sf3 file into one of these."
)


def find_sound_font(chosen: str = "", folders: Sequence[Path] | None = None) -> Path:
    """The sound font file to use.

    In this order: `chosen`, the file named by LILYDESK_SOUND_FONT, and the best one in the first
    of `folders` that has any; these are normally the program's resources and the system's folders.
    Raises DeviceError, which names the file or the folders looked at.
    """
    named = chosen or os.environ.get(ENVIRONMENT_NAME, "")
    if named:
        return _checked(Path(named).expanduser())
    searched = standard_folders() if folders is None else folders
    for folder in searched:
        if fonts := _fonts_in(folder):
            return min(fonts, key=_rank)
    places = _listed(str(folder) for folder in searched)
    raise DeviceError(f"No sound font was found in {places}.", _INSTALL_HINT)


def standard_folders() -> tuple[Path, ...]:
    """The program's resources, then the user's and the system's folders of sound fonts."""
    return (Path(__file__).parents[2] / "resources", *_system_folders())


def check_is_sound_font(path: Path) -> None:
    """Raise DeviceError unless the file looks like a sound font.

    Asked before FluidSynth opens it, because a library beneath FluidSynth complains on stderr.
    """
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError as error:
        raise DeviceError(
            f"The sound font “{path}” cannot be read: {error.strerror}.", "Choose another file."
        ) from error
    if head[:4] != b"RIFF" or head[8:12] != b"sfbk":
        raise DeviceError(
            f"“{path}” is not a sound font.", "Choose a file that ends in .sf2 or .sf3."
        )


def _checked(path: Path) -> Path:
    if not path.is_file():
        raise DeviceError(
            f"The sound font “{path}” does not exist.",
            f"Let “sound_font” in settings.json, or {ENVIRONMENT_NAME}, name another file or none.",
        )
    return path


def _fonts_in(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(file for file in folder.iterdir() if _is_font_name(file))


def _is_font_name(path: Path) -> bool:
    return path.suffix.lower() in _SUFFIXES and path.is_file()


def _rank(path: Path) -> int:
    return _KNOWN_STEMS.index(path.stem) if path.stem in _KNOWN_STEMS else len(_KNOWN_STEMS)


def _system_folders() -> tuple[Path, ...]:
    if sys.platform == "darwin":
        return (
            Path.home() / "Library/Audio/Sounds/Banks", Path("/Library/Audio/Sounds/Banks"),
            Path("/opt/homebrew/share/sounds/sf2"),
        )  # fmt: skip
    if sys.platform == "win32":
        return (Path(os.environ.get("PROGRAMDATA", "C:/ProgramData")) / "soundfonts",)
    user = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
    return (
        user / "soundfonts", user / "sounds/sf3", user / "sounds/sf2",
        Path("/usr/share/sounds/sf3"), Path("/usr/share/sounds/sf2"),
        Path("/usr/share/soundfonts"), Path("/usr/local/share/soundfonts"),
    )  # fmt: skip


def _listed(names: Iterable[str]) -> str:
    """The names as a sentence has them: “a, b and c”."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
