"""The problems strip: every fault in the text with line and column; a click jumps to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListView,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from lilydesk.app.problems import Problem
from lilydesk.ui.editor_pane import SEVERITY_COLOURS
from lilydesk.ui.theme import heading

_LINES_SHOWN = 6
_PADDING = QSize(16, 7)  # around the words of a row, at least what the style sheet asks for
_Index = QModelIndex | QPersistentModelIndex


class ProblemList(QAbstractListModel):
    """Problems as lines "3:14  message"."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: Sequence[Problem] = ()

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Take the place of the list."""
        self.beginResetModel()
        self.problems = problems
        self.endResetModel()

    def problem(self, row: int) -> Problem:
        """The problem in a row."""
        return self.problems[row]

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Number of problems."""
        return 0 if parent.isValid() else len(self.problems)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a row shows."""
        problem = self.problems[index.row()]
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
        self.list = _ProblemRows()
        self.list.setModel(self.model)
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
        """Show the problems, or nothing; the same ones as before keep their current row."""
        if problems == self.model.problems:
            return
        self.model.show_problems(problems)
        self.fix_button.setVisible(any(one.fix_name for one in problems))
        self.fix_button.setEnabled(False)  # a new list has no current row
        n_problems = len(problems)
        self._count.setText("1 problem" if n_problems == 1 else f"{n_problems} problems")
        self.list.fit_height()
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


class _ProblemRows(QListView):
    """As high as its first rows are, within reason; a long problem takes several lines."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Problems in the text")
        self.setItemDelegate(_WrappingDelegate(self))
        self.setWordWrap(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setLayoutMode(QListView.LayoutMode.Batched)  # there may be thousands
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def fit_height(self) -> None:
        """The rows have changed."""
        model = self.model()
        n_rows = min(model.rowCount(), _LINES_SHOWN)
        words = [str(model.index(row, 0).data()) for row in range(n_rows)]
        rows_px = sum(_size(text, self.fontMetrics(), self.words_px).height() for text in words)
        most_px = _LINES_SHOWN * (self.fontMetrics().height() + _PADDING.height())
        self.setFixedHeight(min(rows_px, most_px) + 10)

    @property
    def words_px(self) -> int:
        """Room for words from left to right."""
        return self.viewport().width() - _PADDING.width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: in another width there are other lines."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit_height()


class _WrappingDelegate(QStyledItemDelegate):
    """Gives each row the height of its words."""

    def __init__(self, rows: _ProblemRows) -> None:
        super().__init__(rows)
        self._rows = rows

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Qt: as high as the words in the width of the list."""
        return _size(str(index.data()), self._rows.fontMetrics(), self._rows.words_px)


def _size(text: str, metrics: QFontMetrics, width_px: int) -> QSize:
    room = QRect(0, 0, max(width_px, 1), 0)
    return metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, text).size() + _PADDING


def _fix_text(problem: Problem) -> str:
    return f"Fix: {problem.fix_name[0].lower()}{problem.fix_name[1:]}"
