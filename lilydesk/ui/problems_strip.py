"""The problems strip: every fault in the text with line and column; a click jumps to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QListView, QVBoxLayout, QWidget

from lilydesk.app.problems import Problem
from lilydesk.ui.editor_pane import SEVERITY_COLOURS
from lilydesk.ui.theme import heading

_LINES_SHOWN = 5
_Index = QModelIndex | QPersistentModelIndex


class ProblemList(QAbstractListModel):
    """Problems as lines "3:14  message"."""

    def __init__(self) -> None:
        super().__init__()
        self._problems: Sequence[Problem] = ()

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Take the place of the list."""
        self.beginResetModel()
        self._problems = problems
        self.endResetModel()

    def problem(self, row: int) -> Problem:
        """The problem in a row."""
        return self._problems[row]

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Number of problems."""
        return 0 if parent.isValid() else len(self._problems)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a row shows."""
        problem = self._problems[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{problem.line}:{problem.column}  {problem.message} {problem.hint}".rstrip()
        if role == Qt.ItemDataRole.ForegroundRole:
            return SEVERITY_COLOURS[problem.severity]
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{problem.message}\n{problem.hint}".strip()
        return None


class ProblemsStrip(QWidget):
    """Out of sight while the text has no fault. Signal: problem_chosen(code point)."""

    problem_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ProblemList()
        self._count = heading()
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setAccessibleName("Problems in the text")
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._on_chosen)
        self.list.activated.connect(self._on_chosen)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._count)
        layout.addWidget(self.list)
        self.hide()

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show the problems, or nothing."""
        self.model.show_problems(problems)
        n_problems = len(problems)
        self._count.setText("1 problem" if n_problems == 1 else f"{n_problems} problems")
        line_px = self.list.sizeHintForRow(0) if n_problems else 0
        self.list.setFixedHeight(line_px * min(n_problems, _LINES_SHOWN) + 10)
        self.setVisible(bool(n_problems))

    def _on_chosen(self, index: QModelIndex) -> None:
        self.problem_chosen.emit(self.model.problem(index.row()).start)
