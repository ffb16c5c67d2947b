"""The main window: panels side by side, and all that connects them on one page."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from lilydesk import __version__
from lilydesk.app.bundles import list_bundles, load_styles
from lilydesk.app.commands import command_help
from lilydesk.app.guide import guide_path
from lilydesk.app.messages import PIECE, SCORE, SOUND, UNSAVED
from lilydesk.app.player import PlayerState
from lilydesk.app.problems import without_open_ends
from lilydesk.app.program import Program
from lilydesk.errors import FileError
from lilydesk.ui.actions import Actions, WindowState
from lilydesk.ui.compose_commands import ComposeCommands
from lilydesk.ui.compose_panel import ComposePanel
from lilydesk.ui.dialogs import Dialogs
from lilydesk.ui.edit_commands import EditCommands
from lilydesk.ui.editor_pane import EditorPane
from lilydesk.ui.file_commands import FileCommands
from lilydesk.ui.find_bar import FindBar
from lilydesk.ui.find_commands import FindCommands
from lilydesk.ui.following import Following
from lilydesk.ui.guide_window import GuideWindow
from lilydesk.ui.icons import app_icon
from lilydesk.ui.message_bar import MessageBar
from lilydesk.ui.panes import Panes, framed
from lilydesk.ui.preview_strip import PreviewStrip
from lilydesk.ui.problems_strip import ProblemsStrip
from lilydesk.ui.score import ScoreView
from lilydesk.ui.takes_commands import TakesCommands
from lilydesk.ui.takes_panel import TakesPanel
from lilydesk.ui.transport_bar import TransportBar
from lilydesk.ui.window_place import resize_to_fit, state_of, word_of


class MainWindow(QMainWindow):
    """The one window. It owns the widgets; the program's objects are handed in."""

    def __init__(self, program: Program, dialogs: Dialogs | None = None) -> None:
        super().__init__()
        self.program = program
        self._dialogs = dialogs or Dialogs(self)
        self._session = program.session
        self._presentation = program.presentation
        self.panel = ComposePanel()
        self.editor = EditorPane(command_help())
        self.find_bar = FindBar()
        self.problems = ProblemsStrip()
        self.score = ScoreView()
        self.preview_strip = PreviewStrip()
        self.takes_panel = TakesPanel(program.takes)
        self.transport = TransportBar()
        self.message_bar = MessageBar()
        self.guide: GuideWindow | None = None
        self.action_table = Actions(self)
        self.files = FileCommands(self._session, program.settings, program.messages, self._dialogs)
        self.takes = TakesCommands(
            self._session, program.takes, program.composer, self._presentation, program.messages,
            self._dialogs, self.takes_panel, self.editor,
        )  # fmt: skip
        self.composing = ComposeCommands(
            self._session, program.composer, self.files, program.messages, self.panel,
            self.editor, self.takes,
        )  # fmt: skip
        self.editing = EditCommands(
            self._session, program.messages, self._dialogs, self.editor, self.problems,
            program.editing,
        )  # fmt: skip
        self.finding = FindCommands(self.editor, self.find_bar)
        self.following = Following(program, self.editor, self.score, self.takes, self.finding)
        self._lay_out()
        self._connect_signals()
        self._restore()
        self._on_file_changed()
        self.update_actions()

    # --- what is connected with what

    def _connect_signals(self) -> None:
        program, session, editor, score = self.program, self._session, self.editor, self.score
        messages = program.messages
        # text
        can_redo = editor.document().isRedoAvailable  # what can be done again was undone
        editor.text_edited.connect(lambda text: session.set_text(text, is_undone=can_redo()))
        session.text_replaced.connect(self.composing.give_up)
        session.text_replaced.connect(editor.show_text)
        session.text_replaced.connect(self._presentation.on_text_replaced)
        session.parsed.connect(lambda _: self.takes.on_text())
        session.parsed.connect(self._presentation.on_parsed)
        session.parsed.connect(self.following.on_parsed)
        for read in (session.parsed, program.composer.finished):
            read.connect(lambda *_: self._show_problems())
        session.file_changed.connect(self._on_file_changed)
        self.problems.problem_chosen.connect(self.editing.go_to)
        self.problems.fix_chosen.connect(self.editing.fix)
        # score
        program.engraving.first_in_sight = score.first_in_sight
        program.engraving.engraved.connect(self.following.on_engraved)
        self._presentation.performed.connect(self.transport.show_length)
        self._presentation.emptied.connect(lambda: score.show_score(None))
        program.engraving.failed.connect(lambda error: messages.report(error, SCORE))
        program.engraving.engraved.connect(lambda _: messages.over.emit(SCORE))
        score.element_clicked.connect(self.following.on_element_clicked)
        score.line_width_changed.connect(self._presentation.on_width_changed)
        score.play_toggled.connect(self._presentation.toggle_play)
        editor.cursor_moved.connect(self.following.on_cursor_moved)
        # composing
        self.panel.compose_requested.connect(self.composing.compose)
        self.panel.continue_requested.connect(self.composing.continue_)
        self.panel.stop_requested.connect(self.composing.stop)
        self.composing.state_changed.connect(self.following.on_composing_changed)
        editor.generated_undone.connect(self.composing.give_up)
        # takes
        self.takes.takes_came.connect(self._panes.show_takes)
        self.takes.previewed.connect(self.preview_strip.show_take)
        self.takes.previewed.connect(self.following.on_previewed)
        self.takes.found.connect(score.follow)
        self.preview_strip.use_chosen.connect(self.takes.use_shown)
        self.preview_strip.back_chosen.connect(lambda: self.takes.preview(""))
        program.takes.book_changed.connect(self._on_takes_changed)
        session.takes_lost.connect(lambda problem: messages.warn(problem, topic=PIECE))
        # playing
        self.transport.play_requested.connect(self._presentation.toggle_play)
        self.transport.stop_requested.connect(program.player.stop)
        self.transport.position_chosen.connect(self._presentation.play_from)
        program.player.position_changed.connect(self.transport.show_position)
        program.player.measure_changed.connect(self.transport.show_measure)
        program.player.sounding_changed.connect(score.highlight)
        program.player.state_changed.connect(self._on_player_state)
        program.player.notice.connect(lambda text, hint: messages.warn(text, hint, SOUND))
        # files, messages, actions
        self.files.export_requested.connect(self._on_export)
        self.files.recent_changed.connect(self._fill_recent)
        messages.shown.connect(self.message_bar.show_message)
        messages.over.connect(self.message_bar.on_over)
        session.text_replaced.connect(lambda _: messages.over.emit(PIECE))
        for begun in (session.text_replaced, editor.text_edited, program.composer.started):
            begun.connect(lambda _: messages.over.emit(""))
            begun.connect(self.following.on_begun)
        program.rescue.crashed.connect(self._dialogs.show_crash)
        settings = program.settings
        editor.font_size_changed.connect(lambda size_pt: settings.put("font_size_pt", size_pt))
        score.zoom_changed.connect(lambda percent: settings.put("score_zoom", percent / 100))
        for signal in (
            editor.undoAvailable, editor.redoAvailable, self._presentation.music_changed,
            editor.textChanged, self.composing.state_changed, self.takes.previewed,
        ):  # fmt: skip
            signal.connect(self.update_actions)
        self._connect_actions()

    def _connect_actions(self) -> None:
        self.editing.connect_actions(self.action_table)
        self.finding.connect_actions(self.action_table)
        editor, score = self.editor, self.score
        for name, slot in {
            "new": self.files.new,
            "open": self.files.open,
            "save": self.files.save,
            "save_as": self.files.save_as,
            "export": self.files.export,
            "quit": self.close,
            "undo": self._undo,
            "redo": self._redo,
            "complete": self._complete,
            "zoom_in": lambda: score.zoom_by(1.2),
            "zoom_out": lambda: score.zoom_by(1 / 1.2),
            "zoom_reset": score.reset_zoom,
            "larger_text": lambda: editor.set_font_size(editor.font().pointSizeF() + 1),
            "smaller_text": lambda: editor.set_font_size(editor.font().pointSizeF() - 1),
            "next_pane": self._go_to_next_pane,
            "compose": self.composing.compose,
            "continue": self.composing.continue_,
            "compose_takes": self.composing.compose_takes,
            "continue_takes": self.composing.continue_takes,
            "regenerate": self.composing.regenerate,
            "takes": self._toggle_takes,
            "stop": self._stop,
            "play": self._presentation.toggle_play,
            "guide": self._show_guide,
            "about": lambda: self._dialogs.show_about(__version__),
        }.items():
            self.action_table[name].triggered.connect(lambda _=False, slot=slot: slot())

    # --- what follows from a change

    def update_actions(self) -> None:
        """Enable what makes sense now."""
        document = self.editor.document()
        state = WindowState(
            has_text=bool(self.editor.text.strip()),
            has_file=self._session.path is not None,
            has_music=self._presentation.has_music,
            is_composing=self.program.composer.is_running,
            is_playing=self.program.player.state is not PlayerState.STOPPED,
            can_undo=document.isUndoAvailable() or self.program.takes.can_undo,
            can_redo=document.isRedoAvailable() or self.program.takes.can_redo,
        )
        self.action_table.update_actions(state)
        self.panel.follow_actions(
            self.action_table["compose"], self.action_table["continue"], state.is_composing
        )
        self.transport.setEnabled(state.has_music)

    def _show_problems(self) -> None:
        problems = self._session.problems
        if self.program.composer.is_running:  # a list that comes and goes would move the text
            problems = without_open_ends(problems)
        self.editor.show_problems(problems)
        self.problems.show_problems(problems)

    def _on_file_changed(self) -> None:
        self.setWindowTitle(f"{self.files.name}[*] – LilyDesk")
        self.setWindowModified(self._session.is_modified)
        if not self._session.is_modified:
            self.program.messages.over.emit(UNSAVED)
        self.setWindowFilePath(str(self._session.path or ""))

    def _on_player_state(self, state: PlayerState) -> None:
        self.transport.show_state(state)
        if state is PlayerState.PLAYING and not self.program.player.is_silent:
            self.program.messages.over.emit(SOUND)
        self.update_actions()

    def _on_export(self, path: Path) -> None:
        document = self._session.current.document
        self.program.exporter.export(document, path, self.program.settings.text("sound_font"))

    def _on_takes_changed(self) -> None:
        if self.program.takes.rowCount():
            self._panes.show_takes()
        self.update_actions()

    # --- small commands

    def _toggle_takes(self) -> None:
        if self.takes_panel.isVisible() and self.takes_panel.list.hasFocus():
            self.takes.preview("")
            self._panes.hide_takes()
            self.editor.setFocus()
        else:
            self._panes.show_takes()
            self.takes_panel.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _undo(self) -> None:
        model = self.program.takes
        if model.can_undo and self.takes_panel.isAncestorOf(self.focusWidget()):
            model.undo()
        else:
            self.editor.undo()

    def _redo(self) -> None:
        model = self.program.takes
        if model.can_redo and self.takes_panel.isAncestorOf(self.focusWidget()):
            model.redo()
        else:
            self.editor.redo()

    def _stop(self) -> None:
        if self.program.composer.is_running:
            self.composing.stop()
        else:
            self.program.player.stop()

    def _complete(self) -> None:
        self.editor.setFocus()
        self.editor.completer.open()

    def _go_to_next_pane(self) -> None:
        panes: list[QWidget] = [self.panel.period, self.editor, self.score]
        panes += [self.takes_panel.list] * self.takes_panel.isVisible()
        here = next((i for i, pane in enumerate(panes) if pane.hasFocus()), 0)
        panes[(here + 1) % len(panes)].setFocus(Qt.FocusReason.TabFocusReason)

    def _show_guide(self) -> None:
        try:
            path = guide_path()
        except FileError as error:
            self.program.messages.report(error)
            return
        self.guide = self.guide or GuideWindow(path, self)
        self.guide.show()
        self.guide.raise_()
        self.guide.activateWindow()

    def _fill_recent(self) -> None:
        menu = self._recent_menu
        menu.clear()
        for name in self.program.settings.items("recent_files"):
            action = menu.addAction(Path(name).name)
            action.setToolTip(name)
            action.triggered.connect(lambda _=False, name=name: self.files.open_path(Path(name)))
        menu.menuAction().setEnabled(not menu.isEmpty())

    # --- making and closing

    def _lay_out(self) -> None:
        self.setWindowIcon(app_icon())
        self.setAcceptDrops(True)
        resize_to_fit(self, 1440, 880)
        self._panes = Panes(
            self.editor, self.find_bar, self.problems, self.preview_strip, self.score,
            self.takes_panel,
        )  # fmt: skip
        self.setCentralWidget(framed(self.panel, self._panes, self.message_bar, self.transport))
        self._recent_menu = self.action_table.menus["file"].addMenu("Open &Recent")
        self.action_table.menus["file"].insertMenu(self.action_table["save"], self._recent_menu)

    def _restore(self) -> None:
        settings = self.program.settings
        self.panel.model_chosen.connect(lambda name: self.panel.show_styles(load_styles(name)))
        self.panel.show_bundles(list_bundles())
        self.panel.show_choices(settings)
        self.editor.set_font_size(settings.number("font_size_pt"))
        if settings.number("score_zoom") != 1:
            self.score.zoom_by(settings.number("score_zoom"))
        self.editor.setFocus()
        self.restoreGeometry(state_of(settings.text("window_geometry")))
        self._panes.restoreState(state_of(settings.text("splitter_state")))
        self._fill_recent()

    def _remember(self) -> None:
        settings = self.program.settings
        self.panel.keep_choices(settings)
        settings.put("window_geometry", word_of(self.saveGeometry()))
        settings.put("splitter_state", word_of(self._panes.state_without_takes()))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved changes, then end whatever is under way."""
        if not self.files.may_leave():
            event.ignore()
            return
        self._remember()
        if self.guide is not None:
            self.guide.close()
        self.hide()  # at once: a model that is being prepared cannot be stopped
        self.program.shutdown()
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the file that was dropped, after the drag has ended: it may have to ask."""
        path = Path(event.mimeData().urls()[0].toLocalFile())
        QTimer.singleShot(0, lambda: self.files.open_path(path))
