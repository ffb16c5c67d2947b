"""Colours, sizes and the style sheet: a calm, light window around a sheet of paper."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QLabel,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from lilydesk.app.bundles import RESOURCES

W = TypeVar("W", bound=QWidget)
S = TypeVar("S", bound=QAbstractSpinBox)

WINDOW = QColor("#f6f4f0")
PAPER = QColor("#ffffff")
DESK = QColor("#e8e5df")  # around the pages of the score
INK = QColor("#26282b")
QUIET_INK = QColor("#6f6a62")
LINE = QColor("#d9d4cb")
ACCENT = QColor("#2c5f8a")
ACCENT_PALE = QColor("#dbe7f2")
GENERATED = QColor("#edf5e9")  # behind what the model wrote
ERROR = QColor("#b3261e")
WARNING = QColor("#a86400")
HINT = QColor("#4f6f8f")

MARGIN = 12
GAP = 8
_INDENT_PX = 7  # border and padding of the other fields

_ICONS = (RESOURCES / "icons").as_posix()
# Fusion's own: a graphics view reckons with that, whatever the style sheet says.
_SCROLL_BAR_PX = 16
STYLE = f"""
QMainWindow, QDialog {{ background: {WINDOW.name()}; }}
QToolTip {{ background: {PAPER.name()}; color: {INK.name()}; border: 1px solid {LINE.name()};
    padding: 5px; }}
QSplitter::handle {{ background: {WINDOW.name()}; }}
QSplitter::handle:hover {{ background: {ACCENT_PALE.name()}; }}
QMenu {{ background: {PAPER.name()}; border: 1px solid {LINE.name()}; padding: 4px; }}
QMenu::item {{ padding: 6px 28px 6px 14px; border-radius: 4px; }}
QMenu::item:selected {{ background: {ACCENT_PALE.name()}; color: {INK.name()}; }}
QMenu::item:disabled {{ color: #a49f96; }}
QMenu::separator {{ height: 1px; background: {LINE.name()}; margin: 4px 8px; }}
QMenuBar {{ background: {WINDOW.name()}; padding: 2px 6px; }}
QMenuBar::item {{ padding: 5px 9px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {ACCENT_PALE.name()}; color: {INK.name()}; }}

QPlainTextEdit, QGraphicsView, QListView {{ border: 1px solid {LINE.name()}; border-radius: 6px;
    background: {PAPER.name()}; }}
QPlainTextEdit:focus, QGraphicsView:focus, QListView:focus {{ border-color: {ACCENT.name()}; }}

QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox {{ min-height: 26px; padding: 0 6px;
    border: 1px solid {LINE.name()}; border-radius: 5px; background: {PAPER.name()};
    selection-background-color: {ACCENT.name()}; }}
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus {{
    border-color: {ACCENT.name()}; }}
QComboBox:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled {{
    background: {WINDOW.name()}; color: {QUIET_INK.name()}; }}

QComboBox::drop-down {{ border: none; width: 24px; }}
QComboBox::down-arrow {{ image: url({_ICONS}/chevron-down.svg); width: 12px; height: 12px; }}
QComboBox QLineEdit, QAbstractSpinBox QLineEdit {{ border: none;
    min-height: 0; padding: 0; background: transparent; }}
QSpinBox, QDoubleSpinBox {{ max-height: 26px; }}
QComboBox QAbstractItemView {{ border: 1px solid {LINE.name()}; padding: 4px; outline: none;
    background: {PAPER.name()}; selection-background-color: {ACCENT_PALE.name()};
    selection-color: {INK.name()}; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: none; width: 24px;
    background: transparent; }}
QAbstractSpinBox::up-button {{ subcontrol-position: top right; margin-top: 2px; }}
QAbstractSpinBox::down-button {{ subcontrol-position: bottom right; margin-bottom: 2px; }}
QAbstractSpinBox::up-arrow {{ image: url({_ICONS}/chevron-up.svg); width: 11px; height: 11px; }}
QAbstractSpinBox::down-arrow {{ image: url({_ICONS}/chevron-down.svg);
    width: 11px; height: 11px; }}
QScrollBar {{ background: transparent; }}
QScrollBar:vertical {{ width: {_SCROLL_BAR_PX}px; }}
QScrollBar:horizontal {{ height: {_SCROLL_BAR_PX}px; }}
QScrollBar::handle {{ background: #cbc5ba; border-radius: 4px; }}
QScrollBar::handle:vertical {{ min-height: 28px; margin: 3px 3px 3px 4px; }}
QScrollBar::handle:horizontal {{ min-width: 28px; margin: 4px 3px 3px 3px; }}
QScrollBar::handle:hover {{ background: #a9a297; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {LINE.name()}; }}
QSlider::sub-page:horizontal {{ border-radius: 2px; background: {ACCENT.name()}; }}
QSlider::sub-page:horizontal:disabled {{ background: {LINE.name()}; }}
QSlider::handle:horizontal {{ width: 14px; margin: -5px 0; border-radius: 7px;
    background: {PAPER.name()}; border: 1px solid {QUIET_INK.name()}; }}
QSlider::handle:horizontal:focus {{ border: 2px solid {ACCENT.name()}; }}
QSlider::handle:horizontal:disabled {{ border-color: {LINE.name()}; }}
QToolButton {{ border: 1px solid transparent; border-radius: 6px; padding: 4px; }}
QToolButton:hover {{ background: {ACCENT_PALE.name()}; }}
QToolButton:focus {{ border-color: {ACCENT.name()}; }}

QMessageBox, QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QPushButton {{ min-height: 28px; padding: 0 14px; border: 1px solid {LINE.name()};
    border-radius: 6px; background: {PAPER.name()}; }}
QPushButton:hover {{ border-color: {ACCENT.name()}; }}
QPushButton:default, QPushButton:focus {{ border-color: {ACCENT.name()}; }}
QPushButton:pressed {{ background: {ACCENT_PALE.name()}; }}
QPushButton:disabled {{ color: #a49f96; background: {WINDOW.name()}; }}
QPushButton#primary {{ background: {ACCENT.name()}; color: white; border-color: {ACCENT.name()};
    font-weight: 600; }}
QPushButton#primary:hover {{ background: #24507a; }}
QPushButton#primary:focus {{ border: 2px solid #16324d; }}
QPushButton#primary:disabled {{ background: #b9c6d2; border-color: #b9c6d2; color: #f4f6f8; }}

QListView::item {{ padding: 3px 4px; }}
QLabel#heading {{ font-weight: 600; color: {QUIET_INK.name()}; }}
QLabel#quiet {{ color: {QUIET_INK.name()}; }}
QProgressBar {{ border: none; border-radius: 3px; background: {LINE.name()}; max-height: 6px; }}
QProgressBar::chunk {{ background: {ACCENT.name()}; border-radius: 3px; }}

QFrame#message[tone="notice"] {{ background: #e7f0e3; }}
QFrame#message[tone="warning"] {{ background: #fbefd5; }}
QFrame#message[tone="error"] {{ background: #f9dedb; }}
QFrame#message {{ border-radius: 6px; }}
"""


def apply_theme(app: QApplication) -> None:
    """Give the whole program its look."""
    app.setStyle("Fusion")
    app.setPalette(_palette())
    app.setStyleSheet(STYLE)


def heading(text: str = "") -> QLabel:
    """A label over a group of fields."""
    return _named(QLabel(text), "heading")


def field_label(text: str, buddy: QWidget) -> QLabel:
    """A label beside a field, level with what is written there; its & leads to the field."""
    label = QLabel(text)
    label.setBuddy(buddy)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
    return label


def quiet_label(text: str = "") -> QLabel:
    """A label that does not ask for attention."""
    return _named(QLabel(text), "quiet")


def primary_button(text: str) -> QPushButton:
    """The one button of a panel that is pressed most."""
    return _named(QPushButton(text), "primary")


def number_field(box: S) -> S:
    """A field whose number stands as far from its border as text does in other fields.

    Qt gives the inside of a spin box no padding from a style sheet.
    """
    box.lineEdit().setTextMargins(_INDENT_PX, 0, 0, 0)
    return box


def text_font(size_pt: float) -> QFont:
    """The font of the text pane: letters of one width."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPointSizeF(size_pt)
    return font


def _named(widget: W, name: str) -> W:
    widget.setObjectName(name)
    return widget


def _palette() -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for which, colour in {
        role.Window: WINDOW,
        role.WindowText: INK,
        role.Base: PAPER,
        role.AlternateBase: WINDOW,
        role.Text: INK,
        role.Button: PAPER,
        role.ButtonText: INK,
        role.ToolTipBase: PAPER,
        role.ToolTipText: INK,
        role.Highlight: ACCENT,
        role.HighlightedText: QColor("white"),
        role.PlaceholderText: QUIET_INK,
        role.Link: ACCENT,
    }.items():
        palette.setColor(which, colour)
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor("#a49f96"))
    return palette
