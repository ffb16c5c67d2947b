"""The takes panel: alternatives, the best first; choosing one shows it in the score."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QMenu,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from lilydesk.app.takes_model import ID_ROLE, IS_ACTIVE_ROLE, SUBTITLE_ROLE, TakesModel
from lilydesk.ui.theme import (
    ACCENT,
    ACCENT_PALE,
    GAP,
    INK,
    QUIET_INK,
    heading,
    primary_button,
    quiet_label,
)

_Index = QModelIndex | QPersistentModelIndex
_PADDING_PX = 7
_NARROWEST_PX, _USUAL_PX = 140, 230
_IN_USE = "in use"


class TakesPanel(QWidget):
    """Shows the list; what is asked for goes out by signals.

    Signals:
        preview_chosen(str): show this take in the score; empty: the text again.
        use_chosen(str): put this take into the text.
        compare_chosen(str): show where this take differs from the text.
        remove_chosen(str): take it out of the list.
    """

    preview_chosen = Signal(str)
    use_chosen = Signal(str)
    compare_chosen = Signal(str)
    remove_chosen = Signal(str)

    def __init__(self, model: TakesModel) -> None:
        super().__init__()
        self._model = model
        self.list = _TakesList()
        self.list.setModel(model)
        self.use_button = primary_button("Use")
        self.compare_button = QPushButton("Compare")
        self.rename_button = QPushButton("Rename")
        self.remove_button = QPushButton("Delete")
        self._hint = quiet_label()
        self._hint.setWordWrap(True)
        self._lay_out()
        self._connect()
        self._on_reset()

    def sizeHint(self) -> QSize:
        """Qt: wide enough for names; in a small window it does with less."""
        return QSize(_USUAL_PX, super().sizeHint().height())

    @property
    def current_id(self) -> str:
        """The take that is chosen; empty if none is."""
        index = self.list.currentIndex()
        return str(index.data(ID_ROLE)) if index.isValid() else ""

    def choose(self, identifier: str) -> None:
        """Choose a take, as a click does."""
        row = self._model.row_of(identifier)
        if row >= 0:
            self.list.setCurrentIndex(self._model.index(row))

    def choose_none(self) -> None:
        """Nothing is chosen any more; no signal."""
        selection = self.list.selectionModel()
        selection.blockSignals(True)
        selection.clear()
        selection.blockSignals(False)
        self.list.viewport().update()
        self._update()

    def rename_current(self) -> None:
        """Edit the name of the chosen take in the list."""
        index = self.list.currentIndex()
        if index.isValid():
            self.list.setFocus()
            self.list.edit(index)

    # --- inside

    def _lay_out(self) -> None:
        for button, tip in (
            (self.use_button, "Put this take into the text (Enter)"),
            (self.compare_button, "Show where it differs from the text"),
            (self.rename_button, "Give it another name (F2)"),
            (self.remove_button, "Take it out of the list (Del); Undo brings it back"),
        ):
            button.setToolTip(tip)
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in (self.rename_button, self.remove_button):
            button.setStyleSheet("padding: 0 4px;")
            row.addWidget(button, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(heading("Takes"))
        layout.addWidget(self.list, 1)
        layout.addWidget(self._hint)
        layout.addWidget(self.use_button)
        layout.addWidget(self.compare_button)
        layout.addLayout(row)
        self.setMinimumWidth(_NARROWEST_PX)

    def _connect(self) -> None:
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.use_pressed.connect(self._on_use)
        self.list.remove_pressed.connect(self._on_remove)
        self.list.back_pressed.connect(lambda: self.preview_chosen.emit(""))
        self.list.clicked.connect(lambda _: self._on_current())  # also where it was chosen before
        self.list.doubleClicked.connect(lambda _: self._on_use())
        self.list.customContextMenuRequested.connect(self._on_menu)
        self.use_button.clicked.connect(self._on_use)
        self.compare_button.clicked.connect(lambda: self.compare_chosen.emit(self.current_id))
        self.rename_button.clicked.connect(self.rename_current)
        self.remove_button.clicked.connect(self._on_remove)
        self._model.modelAboutToBeReset.connect(self._on_about_to_reset)
        self._model.modelReset.connect(self._on_reset)

    def menu(self) -> QMenu:
        """What can be done with the chosen take."""
        menu = QMenu(self)
        for text, button in (
            ("&Use", self.use_button),
            ("&Compare with the Text", self.compare_button),
            ("&Rename", self.rename_button),
            ("&Delete", self.remove_button),
        ):
            menu.addAction(text).triggered.connect(button.click)
        return menu

    def _on_menu(self, place: QPoint) -> None:
        if self.list.indexAt(place).isValid():
            menu = self.menu()
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.list.viewport().mapToGlobal(place))

    def _on_current(self) -> None:
        self._update()
        if self.current_id:
            self.preview_chosen.emit(self.current_id)

    def _on_use(self) -> None:
        if self.current_id:
            self.use_chosen.emit(self.current_id)

    def _on_remove(self) -> None:
        if self.current_id:
            self.remove_chosen.emit(self.current_id)

    def _on_about_to_reset(self) -> None:
        self._kept_id = self.current_id

    def _on_reset(self) -> None:
        """The list is another one; what was chosen stays so without being shown anew."""
        selection = self.list.selectionModel()
        row = self._model.row_of(getattr(self, "_kept_id", ""))
        if row >= 0:
            selection.blockSignals(True)
            self.list.setCurrentIndex(self._model.index(row))
            selection.blockSignals(False)
        self._update()

    def _update(self) -> None:
        take = self._model.book.find(self.current_id) if self.current_id else None
        for button in (
            self.use_button, self.compare_button, self.rename_button, self.remove_button,
        ):  # fmt: skip
            button.setEnabled(take is not None)
        if self._model.rowCount() == 0:
            self._hint.setText("Takes are alternatives that the model writes for you to compare.")
        else:
            self._hint.setText(" ".join(take.hints) if take else "")
        self._hint.setVisible(bool(self._hint.text()))


class _TakesList(QListView):
    """Enter uses, Del removes, Esc goes back; F2 edits the name."""

    use_pressed = Signal()
    remove_pressed = Signal()
    back_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Takes")
        self.setItemDelegate(_TakeDelegate(self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setTabKeyNavigation(False)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt: to come here chooses nothing (Qt would choose the first); an arrow key does."""
        is_chosen, selection = self.currentIndex().isValid(), self.selectionModel()
        selection.blockSignals(not is_chosen)
        super().focusInEvent(event)
        if not is_chosen:
            selection.clear()
            selection.blockSignals(False)

    def commitData(self, editor: QWidget) -> None:
        """Qt: a new name makes the list anew, which would pass the keyboard on to the buttons."""
        is_in_use = editor.hasFocus()
        super().commitData(editor)
        if is_in_use:
            self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: keys of the list."""
        key = event.key()
        if self.state() == QAbstractItemView.State.EditingState:
            return  # keys that the field of a new name leaves over, Enter among them
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.use_pressed.emit()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_pressed.emit()
        elif key == Qt.Key.Key_Escape:
            self.back_pressed.emit()
        else:
            super().keyPressEvent(event)


class _TakeDelegate(QStyledItemDelegate):
    """A name, and below it in a quiet colour where the take comes from."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Qt: two lines."""
        line_px = QFontMetrics(option.font).height()
        return QSize(0, 2 * line_px + 2 * _PADDING_PX + 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Qt: draw one take."""
        painter.save()
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_chosen:
            painter.fillRect(option.rect, ACCENT_PALE)
        is_active = bool(index.data(IS_ACTIVE_ROLE))
        if is_active:
            painter.fillRect(QRect(option.rect.topLeft(), QSize(3, option.rect.height())), ACCENT)
        area = option.rect.adjusted(_PADDING_PX + 4, _PADDING_PX, -_PADDING_PX, -_PADDING_PX)
        self._lines(painter, option.font, area, index, is_active)
        painter.restore()

    def _lines(
        self, painter: QPainter, font: QFont, area: QRect, index: _Index, is_active: bool
    ) -> None:
        plain = QFontMetrics(font)
        if is_active:
            painter.setFont(font)
            painter.setPen(ACCENT)
            painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, _IN_USE)
        name_font = QFont(font)
        name_font.setWeight(QFont.Weight.DemiBold)
        room_px = area.width() - (plain.horizontalAdvance(_IN_USE) + 8) * is_active
        metrics = QFontMetrics(name_font)
        name = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, room_px)
        painter.setFont(name_font)
        painter.setPen(INK)
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, name)
        subtitle = plain.elidedText(
            str(index.data(SUBTITLE_ROLE)), Qt.TextElideMode.ElideRight, area.width()
        )
        painter.setFont(font)
        painter.setPen(QUIET_INK)
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, subtitle)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: _Index
    ) -> None:
        """Qt: the name is edited where it stands."""
        editor.setGeometry(option.rect.adjusted(4, 3, -4, -option.rect.height() // 3))
