"""Fields below each other that scroll where a window is too low for all of them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QFrame,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QWidget,
)


class FormArea(QScrollArea):
    """As high as its fields, or as there is room for: what stands below them stays in sight.

    The wheel scrolls, and changes only the field that somebody is in.
    """

    def __init__(self, form: QLayout) -> None:
        """The fields are as wide as they like to be; the bar has a place of its own beside them."""
        super().__init__(widgetResizable=True)
        self._form = form
        fields = QWidget()
        form.setContentsMargins(0, 0, 0, 0)
        fields.setLayout(form)
        fields.setFixedWidth(form.sizeHint().width())
        self.setWidget(fields)
        self._watch_wheel(fields)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the fields take the keys
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(fields.width() + self.bar_px)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Maximum)

    def _watch_wheel(self, fields: QWidget) -> None:
        found: list[QWidget] = [*fields.findChildren(QAbstractSpinBox)]
        found += fields.findChildren(QComboBox)
        for field in found:
            field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            field.installEventFilter(self)

    @property
    def bar_px(self) -> int:
        """Width of the place for the scroll bar."""
        return self.verticalScrollBar().sizeHint().width()

    def sizeHint(self) -> QSize:
        """Qt: room for all fields."""
        height_px = self._form.totalHeightForWidth(self._form.sizeHint().width())
        return QSize(self.width(), height_px if height_px >= 0 else self._form.sizeHint().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: a field has come or gone; a wheel turns over one that nobody is in, and scrolls."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QAbstractSpinBox | QComboBox):
            event.ignore()
            return not watched.hasFocus()
        return super().eventFilter(watched, event)
