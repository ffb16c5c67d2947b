"""The problems strip: every fault in the text with line and column; a click jumps to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QHBoxLayout, QListView, QMenu, QToolButton, QVBoxLayout, QWidget

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
    """Out of sight while the text has no fault.

    Signals:
        problem_chosen(int): show the text at this code point.
        fix_chosen(Problem): apply its fix.
    """

    problem_chosen = Signal(int)
    fix_chosen = Signal(object)

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
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._on_menu)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.fix_button = QToolButton(autoRaise=True)
        self.fix_button.setText("Fix")
        self.fix_button.clicked.connect(self._on_fix)
        top = QHBoxLayout()
        top.addWidget(self._count, 1)
        top.addWidget(self.fix_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.list)
        self.hide()

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show the problems, or nothing."""
        self.model.show_problems(problems)
        self.fix_button.setVisible(any(one.fix_name for one in problems))
        self.fix_button.setEnabled(False)  # a new list has no current row
        n_problems = len(problems)
        self._count.setText("1 problem" if n_problems == 1 else f"{n_problems} problems")
        line_px = self.list.sizeHintForRow(0) if n_problems else 0
        self.list.setFixedHeight(line_px * min(n_problems, _LINES_SHOWN) + 10)
        self.setVisible(bool(n_problems))

    @property
    def current_problem(self) -> Problem | None:
        """The problem of the current row."""
        index = self.list.currentIndex()
        return self.model.problem(index.row()) if index.isValid() else None

    def menu_for(self, problem: Problem) -> QMenu:
        """What can be done about a problem."""
        menu = QMenu(self)
        show = menu.addAction("&Show in the Text")
        show.triggered.connect(lambda _=False: self.problem_chosen.emit(problem.start))
        if problem.fix_name:
            fix = menu.addAction(_fix_text(problem))
            fix.triggered.connect(lambda _=False: self.fix_chosen.emit(problem))
        return menu

    def _on_menu(self, place: QPoint) -> None:
        index = self.list.indexAt(place)
        if index.isValid():
            menu = self.menu_for(self.model.problem(index.row()))
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.list.viewport().mapToGlobal(place))

    def _on_current(self) -> None:
        problem = self.current_problem
        has_fix = problem is not None and bool(problem.fix_name)
        self.fix_button.setEnabled(has_fix)
        tip = f"{_fix_text(problem)} (Alt+Return)" if problem is not None and has_fix else ""
        self.fix_button.setToolTip(tip)

    def _on_fix(self) -> None:
        problem = self.current_problem
        if problem is not None and problem.fix_name:
            self.fix_chosen.emit(problem)

    def _on_chosen(self, index: QModelIndex) -> None:
        self.problem_chosen.emit(self.model.problem(index.row()).start)


def _fix_text(problem: Problem) -> str:
    return f"Fix: {problem.fix_name[0].lower()}{problem.fix_name[1:]}"
