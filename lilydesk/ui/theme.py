"""Colours, sizes and the style sheet: a calm, light window around a sheet of paper."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

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
HINT = QColor("#4a7a3a")

MARGIN = 12
GAP = 8

_STYLE = f"""
QMainWindow, QDialog {{ background: {WINDOW.name()}; }}
QToolTip {{ background: {PAPER.name()}; color: {INK.name()}; border: 1px solid {LINE.name()};
    padding: 5px; }}
QSplitter::handle {{ background: {WINDOW.name()}; }}
QSplitter::handle:hover {{ background: {ACCENT_PALE.name()}; }}
QMenuBar {{ background: {WINDOW.name()}; padding: 2px 6px; }}
QMenuBar::item {{ padding: 5px 9px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {ACCENT_PALE.name()}; color: {INK.name()}; }}

QPlainTextEdit, QGraphicsView, QListView {{ border: 1px solid {LINE.name()}; border-radius: 6px;
    background: {PAPER.name()}; }}
QPlainTextEdit:focus, QGraphicsView:focus, QListView:focus {{ border-color: {ACCENT.name()}; }}

QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox {{ min-height: 26px; padding: 0 6px;
    border: 1px solid {LINE.name()}; border-radius: 5px; background: {PAPER.name()};
    selection-background-color: {ACCENT.name()}; }}
QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus {{ border-color: {ACCENT.name()}; }}
QComboBox:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled {{
    background: {WINDOW.name()}; color: {QUIET_INK.name()}; }}

QPushButton {{ min-height: 28px; padding: 0 14px; border: 1px solid {LINE.name()};
    border-radius: 6px; background: {PAPER.name()}; }}
QPushButton:hover {{ border-color: {ACCENT.name()}; }}
QPushButton:focus {{ border-color: {ACCENT.name()}; }}
QPushButton:pressed {{ background: {ACCENT_PALE.name()}; }}
QPushButton:disabled {{ color: #a49f96; background: {WINDOW.name()}; }}
QPushButton#primary {{ background: {ACCENT.name()}; color: white; border-color: {ACCENT.name()};
    font-weight: 600; }}
QPushButton#primary:hover {{ background: #24507a; }}
QPushButton#primary:focus {{ border: 2px solid #16324d; }}
QPushButton#primary:disabled {{ background: #b9c6d2; border-color: #b9c6d2; color: #f4f6f8; }}

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
    app.setStyleSheet(_STYLE)


def text_font(size_pt: float) -> QFont:
    """The font of the text pane: letters of one width."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPointSizeF(size_pt)
    return font


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
