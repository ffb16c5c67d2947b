"""Actions: one table of names, texts, shortcuts and menus, and one rule for which are enabled.

To add an action: a line in `ACTIONS`, and a line in `MainWindow._connect_signals`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu


@dataclass(frozen=True, slots=True)
class WindowState:
    """All that decides which actions make sense."""

    has_text: bool = False
    has_file: bool = False
    has_music: bool = False
    is_composing: bool = False
    is_playing: bool = False
    can_undo: bool = False
    can_redo: bool = False


def _always(state: WindowState) -> str:
    return ""


def _needs_text(state: WindowState) -> str:
    return "" if state.has_text else "there is no text yet"


def _needs_text_or_file(state: WindowState) -> str:
    return "" if state.has_file else _needs_text(state)


def _needs_music(state: WindowState) -> str:
    return "" if state.has_music else "there is no music yet"


def _needs_rest(state: WindowState) -> str:
    return "stop the composition first" if state.is_composing else ""


def _needs_rest_and_music(state: WindowState) -> str:
    return _needs_rest(state) or _needs_music(state)


def _needs_work(state: WindowState) -> str:
    return "" if state.is_composing or state.is_playing else "nothing is under way"


def _needs_undo(state: WindowState) -> str:
    return "" if state.can_undo else "there is nothing to undo"


def _needs_redo(state: WindowState) -> str:
    return "" if state.can_redo else "there is nothing to redo"


@dataclass(frozen=True, slots=True)
class ActionEntry:
    """One action, its shortcuts separated by "; ".

    `why_not` says in a few words why it is disabled; empty if it is not.
    """

    name: str
    menu: str
    text: str
    shortcut: str = ""
    tip: str = ""
    why_not: Callable[[WindowState], str] = _always


SEPARATOR = "-"
MENUS = {
    "file": "&File", "edit": "&Edit", "view": "&View", "compose": "&Compose", "music": "&Music",
    "help": "&Help",
}  # fmt: skip
ACTIONS: tuple[ActionEntry, ...] = (
    ActionEntry("new", "file", "&New", "Ctrl+N", "Start with an empty text", _needs_rest),
    ActionEntry(
        "open",
        "file",
        "&Open…",
        "Ctrl+O",
        "Open a score: Lilylet, a project, MusicXML or ABC",
        _needs_rest,
    ),
    ActionEntry("save", "file", "&Save", "Ctrl+S", "Save the text", _needs_text_or_file),
    ActionEntry("save_as", "file", "Save &As…", "Ctrl+Shift+S", "Save under a name", _needs_text),
    ActionEntry(
        "export", "file", "&Export…", "Ctrl+E", "Write MEI, SVG, MIDI or sound", _needs_music
    ),
    ActionEntry(SEPARATOR, "file", ""),
    ActionEntry("quit", "file", "&Quit", "Ctrl+Q", "Close LilyDesk"),
    ActionEntry("undo", "edit", "&Undo", "Ctrl+Z", "Take back the last step", _needs_undo),
    ActionEntry("redo", "edit", "&Redo", "Ctrl+Shift+Z", "Do it again", _needs_redo),
    ActionEntry(SEPARATOR, "edit", ""),
    ActionEntry("cut", "edit", "Cu&t", "Ctrl+X", "Cut what is selected"),
    ActionEntry("copy", "edit", "&Copy", "Ctrl+C", "Copy what is selected"),
    ActionEntry("paste", "edit", "&Paste", "Ctrl+V", "Paste at the cursor"),
    ActionEntry("select_all", "edit", "Select &All", "Ctrl+A", "Select the whole text"),
    ActionEntry(SEPARATOR, "edit", ""),
    ActionEntry("find", "edit", "F&ind…", "Ctrl+F", "Look for words in the text", _needs_text),
    ActionEntry("find_next", "edit", "Find Ne&xt", "F3", "The next place", _needs_text),
    ActionEntry(
        "find_previous", "edit", "Find Pre&vious", "Shift+F3", "The place before", _needs_text
    ),
    ActionEntry(SEPARATOR, "edit", ""),
    ActionEntry("complete", "edit", "Complete &Word", "Ctrl+J", "What could be typed here"),
    ActionEntry("first_problem", "edit", "&Next Problem", "F8", "Go to the next problem"),
    ActionEntry(
        "fix_problem", "edit", "&Fix Problem", "Alt+Return", "Apply the fix of the problem here"
    ),
    ActionEntry(SEPARATOR, "edit", ""),
    ActionEntry(
        "format",
        "edit",
        "For&mat Document",
        "Ctrl+Shift+F",
        "Bring the whole text into its canonical form",
        _needs_rest_and_music,
    ),
    ActionEntry("zoom_in", "view", "Zoom &In", "Ctrl++; Ctrl+=", "A larger score"),
    ActionEntry("zoom_out", "view", "Zoom &Out", "Ctrl+-", "A smaller score"),
    ActionEntry("zoom_reset", "view", "&Natural Size", "Ctrl+0", "The score in its natural size"),
    ActionEntry(SEPARATOR, "view", ""),
    ActionEntry("larger_text", "view", "&Larger Text", "Ctrl+Shift+.", "Larger letters"),
    ActionEntry("smaller_text", "view", "S&maller Text", "Ctrl+Shift+,", "Smaller letters"),
    ActionEntry(SEPARATOR, "view", ""),
    ActionEntry("next_pane", "view", "Next &Pane", "F6", "To the panel, the text, the score"),
    ActionEntry("takes", "view", "&Takes", "Ctrl+Shift+T", "Show or hide the list of takes"),
    ActionEntry("compose", "compose", "&Compose", "Ctrl+Return", "Write a new piece", _needs_rest),
    ActionEntry(
        "continue",
        "compose",
        "Con&tinue",
        "Ctrl+Shift+Return",
        "Write on: at the cursor if nothing follows it, else at the end of the text",
        lambda state: _needs_rest(state) or _needs_text(state),
    ),
    ActionEntry(SEPARATOR, "compose", ""),
    ActionEntry(
        "compose_takes",
        "compose",
        "Compose in &Several Takes",
        "Ctrl+Alt+Return",
        "Write several new pieces to choose from",
        _needs_rest,
    ),
    ActionEntry(
        "continue_takes",
        "compose",
        "Continue in Se&veral Takes",
        "Ctrl+Alt+Shift+Return",
        "Write several ways to go on, to choose from",
        lambda state: _needs_rest(state) or _needs_text(state),
    ),
    ActionEntry(
        "regenerate",
        "compose",
        "&Regenerate Measures…",
        "Ctrl+R",
        "Write the selected measures anew, in several takes to choose from",
        _needs_rest_and_music,
    ),
    ActionEntry(SEPARATOR, "compose", ""),
    ActionEntry("stop", "compose", "St&op", "Esc", "Stop composing, or playing", _needs_work),
    ActionEntry("play", "music", "&Play", "Ctrl+Space", "Play (in the score: Space)", _needs_music),
    ActionEntry(SEPARATOR, "music", ""),
    ActionEntry(
        "transpose",
        "music",
        "T&ranspose…",
        "Ctrl+T",
        "Transpose the selection, or the whole piece",
        _needs_rest_and_music,
    ),
    ActionEntry(
        "octave_up",
        "music",
        "Octave &Up",
        "Ctrl+Alt+Up",
        "The selected notes an octave higher",
        _needs_rest_and_music,
    ),
    ActionEntry(
        "octave_down",
        "music",
        "Octave &Down",
        "Ctrl+Alt+Down",
        "The selected notes an octave lower",
        _needs_rest_and_music,
    ),
    ActionEntry(
        "double_durations",
        "music",
        "Dou&ble Durations",
        "",
        "The selected notes twice as long",
        _needs_rest_and_music,
    ),
    ActionEntry(
        "halve_durations",
        "music",
        "&Halve Durations",
        "",
        "The selected notes half as long",
        _needs_rest_and_music,
    ),
    ActionEntry(
        "respell",
        "music",
        "Respe&ll",
        "",
        "Sharps of the selection become flats, and flats sharps",
        _needs_rest_and_music,
    ),
    ActionEntry(
        "invert",
        "music",
        "&Invert",
        "",
        "Mirror the selected notes at the first one",
        _needs_rest_and_music,
    ),
    ActionEntry(
        "retrograde",
        "music",
        "Retro&grade",
        "",
        "The selected notes backwards",
        _needs_rest_and_music,
    ),
    ActionEntry(SEPARATOR, "music", ""),
    ActionEntry(
        "insert_measures",
        "music",
        "Insert &Measures…",
        "",
        "Empty measures after this one",
        _needs_rest_and_music,
    ),
    ActionEntry(
        "delete_measures",
        "music",
        "D&elete Measures",
        "",
        "Take the selected measures out",
        _needs_rest_and_music,
    ),
    ActionEntry(
        "change_time",
        "music",
        "Change Time Sig&nature…",
        "",
        "Arrange the music from here on in another time signature",
        _needs_rest_and_music,
    ),
    ActionEntry(
        "add_voice",
        "music",
        "&Add Voice",
        "",
        "Another voice in the selected measures of this part",
        _needs_rest_and_music,
    ),
    ActionEntry(
        "remove_voice",
        "music",
        "Remo&ve Voice",
        "",
        "Take this voice out of the selected measures",
        _needs_rest_and_music,
    ),
    ActionEntry(
        "extract_part",
        "music",
        "E&xtract Part…",
        "",
        "Save this part as a text of its own",
        _needs_music,
    ),
    ActionEntry(
        "extract_staff",
        "music",
        "Extract Sta&ff…",
        "",
        "Save this staff as a text of its own",
        _needs_music,
    ),
    ActionEntry("guide", "help", "&Guide to Lilylet", "F1", "How music is written as text"),
    ActionEntry("about", "help", "&About LilyDesk", "", "What this is"),
)


class Actions:
    """The actions of one window, by name."""

    def __init__(self, window: QMainWindow) -> None:
        self._by_name: dict[str, QAction] = {}
        self._state: WindowState | None = None
        self.menus: dict[str, QMenu] = {
            name: window.menuBar().addMenu(text) for name, text in MENUS.items()
        }
        for menu in self.menus.values():
            menu.setToolTipsVisible(True)
        for entry in ACTIONS:
            menu = self.menus[entry.menu]
            if entry.name == SEPARATOR:
                menu.addSeparator()
            else:
                self._by_name[entry.name] = _make_action(entry, window)
                menu.addAction(self._by_name[entry.name])

    def __getitem__(self, name: str) -> QAction:
        return self._by_name[name]

    def update_actions(self, state: WindowState) -> None:
        """Enable what makes sense; the tip of a disabled action says why it is."""
        if state == self._state:
            return
        self._state = state
        for entry in ACTIONS:
            if entry.name != SEPARATOR:
                action, reason = self._by_name[entry.name], entry.why_not(state)
                action.setEnabled(not reason)
                action.setToolTip(_tip(entry, action, reason))


def _make_action(entry: ActionEntry, window: QMainWindow) -> QAction:
    action = QAction(entry.text, window)
    action.setObjectName(entry.name)
    action.setShortcuts(QKeySequence.listFromString(entry.shortcut))
    action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
    action.setToolTip(_tip(entry, action, ""))
    action.setStatusTip(entry.tip)
    return action


def _tip(entry: ActionEntry, action: QAction, reason: str) -> str:
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    tip = f"{entry.tip} ({keys})" if keys else entry.tip
    return f"{tip}: {reason}" if reason else tip
