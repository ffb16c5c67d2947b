"""Dialogs: the only place that stops and asks. Tests hand in another set of answers."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QFileDialog, QInputDialog, QMessageBox, QPushButton, QWidget

from lilydesk.app.edit_operations import Transposition
from lilydesk.app.imports import readable_suffixes
from lilydesk.app.messages import CrashReport
from lilydesk.app.passages import MeasureRange
from lilydesk.notation import Document
from lilydesk.ui.compare_dialog import CompareDialog
from lilydesk.ui.regenerate_dialog import RegenerateChoices, RegenerateDialog
from lilydesk.ui.transpose_dialog import TransposeDialog

if TYPE_CHECKING:
    from lilydesk.composing.takes_use import MeasureDifference

LILYLET_FILTER = "Lilylet (*.lyl)"
PROJECT_FILTER = "Project: score and takes (*.lilydesk)"
EXPORT_FILTERS = {
    ".mid": "MIDI (*.mid)",
    ".wav": "Sound (*.wav)",
    ".svg": "Pages as drawings (*.svg)",
    ".mei": "MEI (*.mei)",
    ".lyl": "Lilylet, tidied up (*.lyl)",
}


class Answer(Enum):
    """What the composer decides about work that could be lost."""

    SAVE = "save"
    GO_ON = "go on"
    CANCEL = "cancel"


class Dialogs:
    """Questions over one window."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent

    def ask_unsaved(self, name: str) -> Answer:
        """The text has changes and is about to go."""
        return self._ask(
            f"“{name}” has changes that are not saved.", "Save them first?", "Don’t Save"
        )

    def ask_compose_over(self, name: str) -> Answer:
        """A new piece is about to take the place of unsaved work."""
        return self._ask(
            f"Compose starts a new piece in place of “{name}”, which is not saved.",
            "Save it first? Undo brings the text back in any case. "
            "To write on where it ends, use Continue.",
            "Replace",
        )

    def ask_changed_on_disk(self, name: str) -> bool:
        """Another program has written the file; True to write over it."""
        box = self._box(
            f"Another program has changed “{name}” since it was opened here.",
            "Saving would undo what that program wrote. Use Save As to keep both.",
        )
        over = box.addButton("Save Over It", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.exec()
        return box.clickedButton() is over

    def ask_open_path(self, folder: str) -> Path | None:
        """A file to open."""
        name, _ = QFileDialog.getOpenFileName(
            self._parent, "Open", folder, ";;".join(_open_filters())
        )
        return Path(name) if name else None

    def ask_save_path(self, suggestion: str) -> Path | None:
        """A name to save under; the suffix is added where it was left out."""
        filters = {"lyl": LILYLET_FILTER, "lilydesk": PROJECT_FILTER}
        dialog = QFileDialog(self._parent, "Save As", suggestion, ";;".join(filters.values()))
        suffixes = {text: suffix for suffix, text in filters.items()}

        def on_filter(text: str) -> None:
            dialog.setDefaultSuffix(suffixes[text])
            named = Path(dialog.selectedFiles()[0])
            if named.suffix.lower()[1:] in filters:
                dialog.selectFile(named.with_suffix(f".{suffixes[text]}").name)

        suffix = Path(suggestion).suffix[1:]
        first = filters.get(suffix, LILYLET_FILTER)
        dialog.selectNameFilter(first)
        dialog.setDefaultSuffix(suffixes[first])
        dialog.filterSelected.connect(on_filter)
        return _chosen(dialog, suggestion)

    def ask_export_path(self, suggestion: str) -> Path | None:
        """A name to export to; its suffix is the format."""
        dialog = QFileDialog(self._parent, "Export", suggestion, ";;".join(EXPORT_FILTERS.values()))
        suffixes = {text: suffix for suffix, text in EXPORT_FILTERS.items()}
        dialog.setDefaultSuffix("mid")

        def on_filter(text: str) -> None:
            dialog.setDefaultSuffix(suffixes[text][1:])
            named = Path(dialog.selectedFiles()[0])
            if named.suffix.lower() in EXPORT_FILTERS:
                dialog.selectFile(named.with_suffix(suffixes[text]).name)

        dialog.filterSelected.connect(on_filter)
        return _chosen(dialog, suggestion)

    def ask_transposition(self, is_whole: bool) -> Transposition | None:
        """How to transpose the selection, or the whole piece."""
        dialog = TransposeDialog(is_whole, self._parent)
        is_accepted = dialog.exec() == QDialog.DialogCode.Accepted
        dialog.deleteLater()
        return dialog.transposition if is_accepted else None

    def ask_regeneration(
        self, document: Document, measures: MeasureRange, n_takes: int
    ) -> RegenerateChoices | None:
        """Which measures and voices to write anew."""
        dialog = RegenerateDialog(document, measures, n_takes, self._parent)
        is_accepted = dialog.exec() == QDialog.DialogCode.Accepted
        dialog.deleteLater()
        return dialog.choices if is_accepted else None

    def show_comparison(self, name: str, differences: Sequence[MeasureDifference]) -> None:
        """Where a take differs from the text."""
        dialog = CompareDialog(name, differences, self._parent)
        dialog.exec()
        dialog.deleteLater()

    def ask_unsaved_takes(self, name: str) -> Answer:
        """Takes are about to go that the file in use does not hold."""
        return self._ask(
            f"The takes of “{name}” are not saved.",
            "A .lyl file holds the score alone. Save score and takes together as a project?",
            "Don’t Save",
        )

    def ask_n_measures(self) -> int | None:
        """How many empty measures to put in."""
        number, is_accepted = QInputDialog.getInt(
            self._parent, "Insert Measures", "Empty measures after this one:", 1, 1, 999
        )
        return number if is_accepted else None

    def ask_time(self) -> str | None:
        """Another time signature."""
        text, is_accepted = QInputDialog.getText(
            self._parent, "Change Time Signature", "From this measure on, for example 3/4:"
        )
        return text if is_accepted else None

    def show_crash(self, report: CrashReport) -> None:
        """A fault of ours: where the text is, and what to send us."""
        where = f"Your text was saved to\n{report.rescued}" if report.rescued else ""
        box = self._box("LilyDesk made a mistake. You can go on working.", where)
        box.setIcon(QMessageBox.Icon.Critical)
        box.setDetailedText(report.trace)
        box.addButton(QMessageBox.StandardButton.Ok)
        box.exec()

    def show_about(self, version: str) -> None:
        """What this is."""
        QMessageBox.about(
            self._parent,
            "About LilyDesk",
            f"<h3>LilyDesk {version}</h3><p>A desk for composers: write music as text, see it "
            "engraved, hear it, and let a model write on. Everything happens on this computer.</p>",
        )

    def _ask(self, text: str, question: str, go_on: str) -> Answer:
        box = self._box(text, question)
        save = box.addButton(QMessageBox.StandardButton.Save)
        discard = box.addButton(go_on, QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(save)
        box.exec()
        answers: dict[object, Answer] = {save: Answer.SAVE, discard: Answer.GO_ON}
        return answers.get(_as_button(box), Answer.CANCEL)

    def _box(self, text: str, more: str) -> QMessageBox:
        box = QMessageBox(self._parent)
        box.setWindowTitle("LilyDesk")
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(text)
        box.setInformativeText(more)
        return box


def _open_filters() -> list[str]:
    scores = " ".join(f"*{suffix}" for suffix in readable_suffixes())
    return [f"Scores ({scores} *.lilydesk)", LILYLET_FILTER, PROJECT_FILTER, "All files (*)"]


def _as_button(box: QMessageBox) -> QPushButton | None:
    button = box.clickedButton()
    return button if isinstance(button, QPushButton) else None


def _chosen(dialog: QFileDialog, suggestion: str) -> Path | None:
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.selectFile(Path(suggestion).name)
    if dialog.exec() != QFileDialog.DialogCode.Accepted:
        return None
    return Path(dialog.selectedFiles()[0])
