"""MEI text in, pages and display lists out. Knows MEI and SVG as text; no document, no Qt.

`render_svg` draws pages in this process, for scripts. `Engraver` owns a process that draws for
the window: an `EngravingRequest` goes in, an `EngravedScore` of plain values comes out.
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
from lilydesk.engraving.press import render_svg
from lilydesk.engraving.request import EngravingFailure, EngravingRequest
from lilydesk.engraving.workshop import Workshop

__all__ = [
    "Box",
    "Element",
    "EngravedScore",
    "EngravedSystem",
    "Engraver",
    "EngravingFailure",
    "EngravingRequest",
    "Mark",
    "Outline",
    "Workshop",
    "font_data",
    "render_svg",
]
