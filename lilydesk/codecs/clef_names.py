"""How Lilylet calls the clefs that other formats tell by shape and line."""

from __future__ import annotations

CLEF_NAMES = {
    ("G", 2): "treble", ("G", 1): "french", ("F", 4): "bass", ("F", 3): "varbaritone",
    ("F", 5): "subbass", ("C", 3): "alto", ("C", 4): "tenor", ("C", 1): "soprano",
    ("C", 2): "mezzosoprano", ("C", 5): "baritone",
}  # fmt: skip
