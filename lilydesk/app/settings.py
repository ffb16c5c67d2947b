"""Settings: one table gives each its type, default and sentence; a JSON file keeps the values.

A damaged file or a value of the wrong type never stops the program: the default takes its place,
and `load_settings` says in one sentence what was ignored.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from lilydesk.app.files import write_bytes

Value = str | int | float | bool | list[str]


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of the table; the type is that of the default."""

    name: str
    default: Value
    sentence: str

    def accepts(self, value: object) -> bool:
        """The value has the type of the default (an int may stand for a float)."""
        if isinstance(self.default, float):
            return isinstance(value, int | float) and not isinstance(value, bool)
        if isinstance(self.default, list):
            return isinstance(value, list) and all(isinstance(item, str) for item in value)
        return type(value) is type(self.default)


SETTINGS: tuple[Setting, ...] = (
    Setting("period", "Romantic", "Period that the compose panel starts with."),
    Setting("composer", "", "Composer that the compose panel starts with."),
    Setting("genre", "", "Genre that the compose panel starts with."),
    Setting("key", "", "Key asked for, for example “g minor”; empty leaves it to the model."),
    Setting("time", "", "Time signature asked for, for example “3/4”; empty leaves it open."),
    Setting("n_measures", 16, "Measures to write at a time."),
    Setting("n_takes", 1, "Alternatives to write at once; one goes straight into the text."),
    Setting("key_only", False, "Write no notes outside the key signature."),
    Setting("max_notes", 0, "Notes that may sound together on a staff; 0 is no limit."),
    Setting("ranges", "", "Lowest and highest note, for example “G3-C6”; empty is no limit."),
    Setting("temperature", 1.0, "How freely the model draws: lower is safer, higher wilder."),
    Setting("top_p", 0.9, "Share of probability that the model draws from, above 0 to 1."),
    Setting("top_k", 0, "Number of candidates that the model draws from; 0 is no limit."),
    Setting("seed", 1, "Seed used when it is not drawn at random."),
    Setting("is_seed_random", True, "Draw a new seed for each piece."),
    Setting("bundle", "", "Model in use, by name or folder; empty is the built-in one."),
    Setting("sound_font", "", "Sound font file; empty is the one found on the system."),
    Setting("font_size_pt", 10.0, "Size of the letters in the text."),
    Setting("score_zoom", 1.0, "Size of the score; 1 is its natural size."),
    Setting("last_folder", "", "Folder that the file dialogs open in."),
    Setting("recent_files", [], "Files opened last, newest first."),
    Setting("window_geometry", "", "Place and size of the window."),
    Setting("splitter_state", "", "Where text and score meet."),
)
_BY_NAME = {setting.name: setting for setting in SETTINGS}


class Settings(QObject):
    """The values in use. Signal: changed(name)."""

    changed = Signal(str)

    def __init__(self, path: Path | None = None, values: dict[str, Value] | None = None) -> None:
        """Values not given have their default; without a path nothing is kept."""
        super().__init__()
        self._path = path
        self._values = {s.name: s.default for s in SETTINGS} | (values or {})

    def text(self, name: str) -> str:
        """A setting that is a word."""
        return str(self._values[name])

    def number(self, name: str) -> float:
        """A setting that is a number."""
        value = self._values[name]
        assert isinstance(value, int | float)
        return float(value)

    def count(self, name: str) -> int:
        """A setting that is a whole number."""
        return int(self.number(name))

    def is_on(self, name: str) -> bool:
        """A setting that is yes or no."""
        return bool(self._values[name])

    def items(self, name: str) -> list[str]:
        """A setting that is a list of words."""
        value = self._values[name]
        assert isinstance(value, list)
        return list(value)

    def put(self, name: str, value: Value) -> None:
        """Change one value; a wrong name or type is a fault of ours."""
        assert _BY_NAME[name].accepts(value), f"{name} = {value!r}"
        if value != self._values[name]:
            self._values[name] = value
            self.changed.emit(name)

    def save(self) -> None:
        """Write what differs from the defaults. Raises FileError."""
        if self._path is None:
            return
        kept = {s.name: self._values[s.name] for s in SETTINGS}
        kept = {name: value for name, value in kept.items() if value != _BY_NAME[name].default}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(self._path, (json.dumps(kept, indent=2, ensure_ascii=False) + "\n").encode())


def load_settings(path: Path) -> tuple[Settings, list[str]]:
    """Settings from a file, and one sentence for each thing in it that was ignored."""
    if not path.exists():
        return Settings(path), []
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Settings(path), [f"The settings in “{path}” cannot be read; defaults are used."]
    if not isinstance(stored, dict):
        return Settings(path), [f"The settings in “{path}” are not a table; defaults are used."]
    values, problems = {}, []
    for name, value in stored.items():
        problem = _problem_of(name, value)
        if problem:
            problems.append(problem)
        else:
            values[name] = value
    return Settings(path, values), problems


def config_folder() -> Path:
    """The user's folder for settings and rescued texts; may not exist yet."""
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", str(Path.home()))) / "LilyDesk"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "LilyDesk"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "lilydesk"


def _problem_of(name: str, value: object) -> str:
    setting = _BY_NAME.get(name)
    if setting is None:
        close = get_close_matches(name, _BY_NAME, n=1)
        return f"Unknown setting “{name}”" + (f": did you mean “{close[0]}”?" if close else ".")
    if not setting.accepts(value):
        return f"Setting “{name}” cannot be {value!r}; {setting.default!r} is used."
    return ""
