"""The steps in which the score grows and shrinks."""

from __future__ import annotations

_STAFF_SPACE = 180  # hundredths of a millimetre
# Pixels between two staff lines: whole ones, so that all lines are equally sharp. 7 is life size.
ZOOMS = (3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 21, 24, 28)
LIFE_SIZE = ZOOMS.index(7)


def scale_of(zoom: int, pixel_ratio: float) -> float:
    """Pixels for a hundredth of a millimetre. `pixel_ratio`: the screen's own for each of Qt's."""
    return round(ZOOMS[zoom] * pixel_ratio) / pixel_ratio / _STAFF_SPACE


def next_zoom(zoom: int, factor: float) -> int:
    """Index of the zoom nearest to `factor` times this one, but of another one if there is."""
    wanted = ZOOMS[zoom] * factor
    if factor == 1:
        return zoom
    others = range(zoom + 1, len(ZOOMS)) if factor > 1 else range(zoom)
    return min(others, key=lambda index: abs(ZOOMS[index] - wanted), default=zoom)
