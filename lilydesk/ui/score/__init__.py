"""The engraved score as graphics items: one per system, with overlays for what sounds.

Everything a paint needs is resolved when an item is built, because an exception inside a paint
ends the program: painting only walks through Qt values.
"""

from lilydesk.ui.score.view import ScoreView

__all__ = ["ScoreView"]
