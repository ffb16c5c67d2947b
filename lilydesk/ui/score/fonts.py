"""The score's fonts in Qt, and words as shapes in them."""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF, QPainterPath

from lilydesk.engraving import font_data
from lilydesk.engraving.display import Run

# Liberation Serif has the widths that the engraver reckons with when it says Times.
_FAMILIES = {"Times": "Liberation Serif"}


@cache
def load_score_fonts() -> tuple[str, ...]:
    """Hand the engraver's fonts to Qt, once; returns their families. Needs a QGuiApplication."""
    families: list[str] = []
    for data in font_data():
        number = QFontDatabase.addApplicationFontFromData(data)
        families += QFontDatabase.applicationFontFamilies(number)
    return tuple(families)


@lru_cache(maxsize=4096)
def shape_of(run: Run) -> tuple[QPainterPath, float]:
    """Outline of the letters from (0, 0) on the baseline, and how far they advance."""
    font = _font(run)
    path = QPainterPath()
    path.addText(0, 0, font, run.text)
    return path, QFontMetricsF(font).horizontalAdvance(run.text)


def _font(run: Run) -> QFont:
    font = QFont(_FAMILIES.get(run.family, run.family))
    font.setPixelSize(max(1, round(run.size)))
    font.setBold(run.bold)
    font.setItalic(run.italic)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if run.spacing:
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, run.spacing)
    return font
