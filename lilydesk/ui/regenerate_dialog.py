"""What to write anew: which measures, which voices, and how many takes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from lilydesk.app.passages import MeasureRange, VoiceChoice, voices_in
from lilydesk.notation import Document
from lilydesk.ui.theme import field_label, number_field, quiet_label

MOST_TAKES = 16
Keeps = Literal["none", "rhythm", "pitches"]
_KEEPS: tuple[tuple[str, Keeps], ...] = (
    ("nothing", "none"),
    ("the rhythm", "rhythm"),
    ("the pitches", "pitches"),
)


@dataclass(frozen=True, slots=True)
class RegenerateChoices:
    """What was chosen."""

    measures: MeasureRange
    voices: frozenset[tuple[int, int]] | None  # parts and voices from 0; None is all
    n_takes: int
    keeps: Keeps = "none"


class RegenerateDialog(QDialog):
    """Prefilled with the measures that are selected."""

    def __init__(
        self, document: Document, measures: MeasureRange, n_takes: int,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setWindowTitle("Regenerate Measures")
        self._document = document
        self.first = _measure_box(document, measures.first, "First measure")
        self.last = _measure_box(document, measures.last, "Last measure")
        self.n_takes = number_field(QSpinBox(minimum=1, maximum=MOST_TAKES, value=n_takes))
        self.n_takes.setAccessibleName("Takes")
        self.n_takes.setToolTip("How many alternatives to write")
        self.keeps = QComboBox()
        self.keeps.setAccessibleName("Keep")
        self.keeps.setToolTip("What of these voices stays as it is")
        for text, value in _KEEPS:
            self.keeps.addItem(text, value)
        self.voices: list[tuple[VoiceChoice, QCheckBox]] = []
        self._voice_column = QVBoxLayout()
        self._voice_column.setSpacing(4)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._ok = self._buttons.addButton("Regenerate", QDialogButtonBox.ButtonRole.AcceptRole)
        self._ok.setDefault(True)
        self._ok.setObjectName("primary")
        self._lay_out()
        self.setMinimumWidth(380)
        self.first.valueChanged.connect(self._on_first)
        self.last.valueChanged.connect(self._on_last)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._fill_voices()
        self.first.setFocus()
        self.first.selectAll()

    @property
    def choices(self) -> RegenerateChoices:
        """What is chosen now."""
        chosen = [choice for choice, box in self.voices if box.isChecked()]
        is_all = len(chosen) == len(self.voices)
        return RegenerateChoices(
            MeasureRange(self.first.value(), self.last.value()),
            None if is_all else frozenset((choice.part, choice.voice) for choice in chosen),
            self.n_takes.value(),
            self.keeps.currentData(),
        )

    def _lay_out(self) -> None:
        measures = QHBoxLayout()
        measures.addWidget(self.first)
        measures.addWidget(QLabel("to"))
        measures.addWidget(self.last)
        measures.addStretch(1)
        self._form = QFormLayout()
        self._form.addRow(_label("&Measures", self.first), measures)
        self._form.addRow("Voices", self._voice_column)
        self._form.addRow(_label("&Keep", self.keeps), self.keeps)
        self._form.addRow(_label("&Takes", self.n_takes), self.n_takes)
        note = quiet_label(
            "The text around them stays as it is. The takes are listed for you to hear and compare."
        )
        note.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.addLayout(self._form)
        layout.addWidget(note)
        layout.addWidget(self._buttons)

    def _on_first(self, number: int) -> None:
        self.last.setValue(max(number, self.last.value()))
        self._fill_voices()

    def _on_last(self, number: int) -> None:
        self.first.setValue(min(number, self.first.value()))
        self._fill_voices()

    def _fill_voices(self) -> None:
        """The voices of the measures; a choice made stays."""
        off = {(c.part, c.voice) for c, box in self.voices if not box.isChecked()}
        choices = voices_in(self._document, MeasureRange(self.first.value(), self.last.value()))
        if tuple(choice for choice, _ in self.voices) == choices:
            return
        for _, box in self.voices:
            self._voice_column.removeWidget(box)
            box.deleteLater()
        self.voices = [(choice, self._voice_box(choice, off)) for choice in choices]
        self._form.setRowVisible(self._voice_column, len(choices) > 1)
        _in_tab_order([self.last, *(box for _, box in self.voices), self.keeps, self.n_takes])
        self._update()

    def _voice_box(self, choice: VoiceChoice, off: set[tuple[int, int]]) -> QCheckBox:
        box = QCheckBox(choice.label)
        box.setChecked((choice.part, choice.voice) not in off)
        box.toggled.connect(self._update)
        self._voice_column.addWidget(box)
        return box

    def _update(self) -> None:
        self._ok.setEnabled(any(box.isChecked() for _, box in self.voices))


def _label(text: str, buddy: QWidget) -> QLabel:
    label = field_label(text, buddy)
    label.setMinimumWidth(72)  # the style sheet's font is wider than what the layout reckons with
    return label


def _measure_box(document: Document, number: int, name: str) -> QSpinBox:
    box = number_field(QSpinBox(minimum=1, maximum=len(document.measures), value=number))
    box.setAccessibleName(name)
    return box


def _in_tab_order(widgets: Sequence[QWidget]) -> None:
    for one, other in pairwise(widgets):
        QWidget.setTabOrder(one, other)
