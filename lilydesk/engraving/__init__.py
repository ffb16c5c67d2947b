"""MEI text in, pages and display lists out. Knows MEI and SVG as text; no document, no Qt.

`render_svg` draws pages in this process, for scripts. `Studio` owns two processes that draw for the
window: an `EngravingRequest` goes in, `EngravedScore`s of plain values come out.
"""

from lilydesk.engraving.display import (
    Box,
    Element,
    EngravedScore,
    EngravedSystem,
    Mark,
    Outline,
)
from lilydesk.engraving.engraver import Engraver
from lilydesk.engraving.fonts import font_data
from lilydesk.engraving.pieces import Cut, CutScore, Mei
from lilydesk.engraving.press import render_svg
from lilydesk.engraving.request import EngravingFailure, EngravingRequest
from lilydesk.engraving.studio import Studio
from lilydesk.engraving.workshop import Workshop

__all__ = [
    "Box",
    "Cut",
    "CutScore",
    "Element",
    "EngravedScore",
    "EngravedSystem",
    "Engraver",
    "EngravingFailure",
    "EngravingRequest",
    "Mark",
    "Mei",
    "Outline",
    "Studio",
    "Workshop",
    "font_data",
    "render_svg",
]
