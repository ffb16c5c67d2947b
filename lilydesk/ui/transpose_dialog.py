"""How to transpose: by an interval, along the scale, or to another key."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QRadioButton,
    QWidget,
)

from lilydesk.app.edit_operations import (
    INTERVAL_NAMES,
    STEP_NAMES,
    TONICS,
    TransposeBy,
    Transposition,
)

_CHOICES = (
    (TransposeBy.INTERVAL, "By an &interval", INTERVAL_NAMES, "major second"),
    (TransposeBy.SCALE, "Along the &scale", STEP_NAMES, "second"),
    (TransposeBy.KEY, "To the &key of", tuple(TONICS), "C"),
)


class TransposeDialog(QDialog):
    """One choice of three, each with its list, and a direction."""

    def __init__(self, is_whole: bool, parent: QWidget | None = None) -> None:
        """`is_whole`: nothing is selected, so the whole piece is meant."""
        super().__init__(parent)
        self.setWindowTitle("Transpose")
        self.ways: dict[TransposeBy, QRadioButton] = {}
        self.names: dict[TransposeBy, QComboBox] = {}
        self.direction = QComboBox()
        self.direction.addItems(["up", "down"])
        self.direction.setAccessibleName("Direction")
        rows = QGridLayout(self)
        what = "The whole piece is transposed." if is_whole else "The selection is transposed."
        rows.addWidget(QLabel(what), 0, 0, 1, 2)
        for row, (by, text, names, first) in enumerate(_CHOICES, start=1):
            self._add_row(rows, row, by, text, names, first)
        rows.addWidget(QLabel("Direction"), 4, 0)
        rows.addWidget(self.direction, 4, 1)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        rows.addWidget(buttons, 5, 0, 1, 2)
        self.ways[TransposeBy.INTERVAL].setChecked(True)

    @property
    def transposition(self) -> Transposition:
        """What is chosen."""
        by = next(way for way, button in self.ways.items() if button.isChecked())
        return Transposition(by, self.names[by].currentText(), self.direction.currentIndex() == 0)

    def _add_row(
        self, rows: QGridLayout, row: int, by: TransposeBy, text: str, names: tuple[str, ...],
        first: str,
    ) -> None:  # fmt: skip
        way, box = QRadioButton(text), QComboBox()
        box.addItems(names)
        box.setCurrentText(first)
        box.setAccessibleName(text.replace("&", ""))
        box.activated.connect(lambda _: way.setChecked(True))
        way.toggled.connect(self._on_way)
        self.ways[by], self.names[by] = way, box
        rows.addWidget(way, row, 0)
        rows.addWidget(box, row, 1)

    def _on_way(self) -> None:
        """To a key it goes the nearer way."""
        self.direction.setEnabled(not self.ways[TransposeBy.KEY].isChecked())
