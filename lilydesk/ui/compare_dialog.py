"""Where a take differs from the text, measure by measure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from lilydesk.ui.theme import heading, text_font
from lilydesk.ui.window_place import resize_to_fit

if TYPE_CHECKING:
    from lilydesk.composing.takes_use import MeasureDifference


class CompareDialog(QDialog):
    """A table of the measures that differ, in canonical form."""

    def __init__(
        self, name: str, differences: Sequence[MeasureDifference], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"{name} and the Text")
        n_measures = len(differences)
        count = "1 measure differs." if n_measures == 1 else f"{n_measures} measures differ."
        self.table = QTableWidget(n_measures, 3)
        self.table.setAccessibleName("Measures that differ")
        self.table.setHorizontalHeaderLabels(["Measure", "Text", name])
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setWordWrap(True)
        rows = self.table.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)  # also when widened
        self.table.setTabKeyNavigation(False)
        for row, one in enumerate(differences):
            number = one.first_measure if one.first_measure is not None else one.second_measure
            self._cell(row, 0, "" if number is None else str(number + 1))
            self._cell(row, 1, one.first_text or "–")
            self._cell(row, 2, one.second_text or "–")
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(heading(count if n_measures else "There is no difference."))
        layout.addWidget(self.table, 1)
        layout.addWidget(buttons)
        resize_to_fit(self, 860, 420)

    def _cell(self, row: int, column: int, text: str) -> None:
        item = QTableWidgetItem(text)
        item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        if column:
            item.setFont(text_font(9.5))
        self.table.setItem(row, column, item)
