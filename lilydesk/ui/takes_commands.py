"""Takes: what happens between the runner, the list, the score and the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from lilydesk.app.compose_runner import ComposeChoices, ComposeRunner
from lilydesk.app.continuation import continue_point
from lilydesk.app.messages import Messages
from lilydesk.app.passages import range_of
from lilydesk.app.presentation import Presentation
from lilydesk.app.session import Session
from lilydesk.app.take_jobs import TakesOrder
from lilydesk.app.takes_model import TakesModel
from lilydesk.notation import measure_id
from lilydesk.ui.dialogs import Dialogs
from lilydesk.ui.editor_pane import EditorPane
from lilydesk.ui.takes_panel import TakesPanel
from lilydesk.ui.text_edits import apply_generated, selection_of

if TYPE_CHECKING:
    from lilydesk.composing.takes import Take, TakeKind

SEVERAL = 4  # takes, where nobody said how many


class TakesCommands(QObject):
    """Orders takes, shows them and puts them to use.

    Signals:
        previewed(str): the score shows the take of this name; empty: the text.
        found(str): the take that was chosen is in the text, from the measure with this id on.
        takes_came(): there are new takes to look at.
    """

    previewed = Signal(str)
    found = Signal(str)
    takes_came = Signal()

    def __init__(
        self,
        session: Session,
        model: TakesModel,
        runner: ComposeRunner,
        presentation: Presentation,
        messages: Messages,
        dialogs: Dialogs,
        panel: TakesPanel,
        editor: EditorPane,
    ) -> None:
        super().__init__()
        self._session = session
        self._model = model
        self._runner = runner
        self._presentation = presentation
        self._messages = messages
        self._dialogs = dialogs
        self._panel = panel
        self._editor = editor
        self._shown: Take | None = None  # in the score, in place of the text
        runner.takes_ready.connect(self._on_takes)
        model.book_changed.connect(self._on_book_changed)
        panel.preview_chosen.connect(self.preview)
        panel.use_chosen.connect(self.use)
        panel.compare_chosen.connect(self.compare)
        panel.remove_chosen.connect(self.remove)

    @property
    def is_previewing(self) -> bool:
        """The score shows a take."""
        return self._shown is not None

    # --- ordering

    def compose(self, choices: ComposeChoices, n_takes: int) -> None:
        """Several new pieces, to choose from."""
        from lilydesk.composing.takes import TakeKind

        self._order(choices, TakeKind.COMPOSE, n_takes)

    def continue_(self, choices: ComposeChoices, n_takes: int) -> None:
        """Several ways to go on, to choose from."""
        from lilydesk.composing.takes import TakeKind

        point = continue_point(self._editor.text, self._editor.cursor_offset)
        self._order(choices, TakeKind.CONTINUE, n_takes, point)

    def regenerate(self, choices: ComposeChoices, n_takes: int) -> None:
        """Ask which measures, and write them anew."""
        from lilydesk.composing.takes import TakeKind

        document = self._session.current.document
        measures = range_of(document, *selection_of(self._editor))
        if measures is None:
            self._messages.notice("There is no measure to write anew yet.")
            return
        chosen = self._dialogs.ask_regeneration(document, measures, n_takes)
        if chosen is not None:
            order = TakesOrder(
                TakeKind.REGENERATE,
                self._editor.text,
                chosen.n_takes,
                first_measure=chosen.measures.first - 1,
                n_measures=chosen.measures.last - chosen.measures.first + 1,
                voices=chosen.voices,
                keeps=chosen.keeps,
                parent=self._model.book.active,
            )
            self.end_preview()
            self._runner.start_takes(choices, order)

    def _order(
        self, choices: ComposeChoices, kind: TakeKind, n_takes: int, offset: int = 0
    ) -> None:
        self.end_preview()
        parent = self._model.book.active
        text = self._editor.text
        self._runner.start_takes(
            choices, TakesOrder(kind, text, n_takes, offset=offset, parent=parent)
        )

    def _on_takes(self, number: int, takes: tuple[Take, ...]) -> None:
        if not takes:
            return
        best = self._model.add(takes)[0]
        self.takes_came.emit()
        # in a turn of its own: list and score at once could be felt while the window is in use
        QTimer.singleShot(0, self, lambda: self._panel.choose(best))

    def _on_book_changed(self) -> None:
        """The take in the score may have another name."""
        take = self._model.book.find(self._shown.id) if self._shown else None
        if take is not None and take is not self._shown:
            self._shown = take
            self.previewed.emit(take.name)

    # --- looking and listening

    def preview(self, identifier: str) -> None:
        """Show a take in the score, where it can be heard; an empty id shows the text.

        A take that the text is already is found there, and that is all.
        """
        take = self._model.book.find(identifier) if identifier else None
        if take is None:
            self.end_preview()
            self._panel.choose_none()
            return
        if take is self._shown:
            return
        if take.text == self._editor.text:
            self.end_preview()
            self._presentation.go_to_measure(take.first_measure)
            self.found.emit(measure_id(take.first_measure))
            return
        from lilydesk.lilylet import reparse

        parsed = reparse(self._session.current, take.text)  # may read the text, which ends previews
        self._shown = take
        self._presentation.on_parsed(parsed)
        self._presentation.go_to_measure(take.first_measure)
        self.previewed.emit(take.name)

    def end_preview(self) -> None:
        """Show the text again."""
        if self._shown is not None:
            self._shown = None
            self._presentation.on_parsed(self._session.current)
            self.previewed.emit("")

    def on_text(self) -> None:
        """The text was read anew: the score shows it, and it may be that of another take."""
        self._model.on_text(self._session.text)
        if self._shown is not None:
            self._shown = None
            self._panel.choose_none()
            self.previewed.emit("")

    @property
    def shown_measure_id(self) -> str:
        """Id of the first new measure of the take in the score; empty without one."""
        return measure_id(self._shown.first_measure) if self._shown is not None else ""

    @property
    def shown_measures(self) -> range:
        """The new measures of the take in the score; none without one."""
        take = self._shown
        return range(take.first_measure, take.first_measure + take.n_measures) if take else range(0)

    def compare(self, identifier: str) -> None:
        """Show where a take differs from the text."""
        take = self._model.book.find(identifier)
        if take is not None:
            from lilydesk.composing.takes_use import compare

            self._dialogs.show_comparison(take.name, compare(self._session.text, take.text))

    # --- putting to use

    def use_shown(self) -> None:
        """Put the take that the score shows into the text."""
        if self._shown is not None:
            self.use(self._shown.id)

    def use(self, identifier: str) -> None:
        """Put a take into the text, as one step to undo."""
        take = self._model.book.find(identifier)
        use = self._model.use(identifier, self._editor.text)
        if take is None or use is None:
            return
        if use.is_over_changes:
            kept = self._model.keep_own(self._editor.text)
            self._messages.notice(
                "The passage was changed after this take was written.",
                f"The text as it was is in the list as “{kept}”.",
            )
        self._shown = None
        self.previewed.emit("")
        apply_generated(self._editor, use.edits)
        self._model.mark_used(identifier)
        if not use.edits:
            self._presentation.on_parsed(self._session.current)
        self._go_to(take)

    def _go_to(self, take: Take) -> None:
        document = self._session.current.document
        if take.first_measure < len(document.starts):
            begin = document.measures[take.first_measure].span.start
            self._editor.go_to(document.starts[take.first_measure] + begin)

    def on_new_piece(self) -> None:
        """A piece is written over the text: no take is in use any more."""
        self._model.mark_used("")

    def remove(self, identifier: str) -> None:
        """Take a take out of the list."""
        take = self._model.book.find(identifier)
        if take is not None:
            self.preview("")
            self._model.remove([identifier])
            self._messages.notice(f"“{take.name}” was deleted.", "Undo in the list brings it back.")
