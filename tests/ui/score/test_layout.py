from __future__ import annotations

from itertools import pairwise

from lilydesk.engraving import Box, EngravedSystem
from lilydesk.ui.score.layout import MARGIN, lay_out


def system(top: float, bottom: float, kind: str = "system") -> EngravedSystem:
    return EngravedSystem(kind, (), (), (), Box(0, top, 18000, bottom))  # type: ignore[arg-type]


def test_ink_of_systems_never_overlaps() -> None:
    systems = [system(-900, 2000), system(-3000, 720), system(100, 720)]
    layout = lay_out(systems, 18000)
    edges = [
        (top + s.box.top, top + s.box.bottom) for top, s in zip(layout.tops, systems, strict=True)
    ]
    assert all(upper[1] < lower[0] for upper, lower in pairwise(edges))


def test_everything_is_on_the_paper() -> None:
    systems = [system(0, 800, "header"), system(-900, 2000), system(-900, 5000)]
    layout = lay_out(systems, 18000)
    assert layout.tops[0] >= MARGIN
    assert layout.paper.bottom == layout.tops[-1] + 5000 + MARGIN
    assert (layout.paper.left, layout.paper.right) == (-MARGIN, 18000 + MARGIN)


def test_short_score_still_has_a_whole_sheet() -> None:
    assert lay_out([system(-10, 720)], 18000, 50_000).paper.bottom == 50_000


def test_no_systems_no_tops() -> None:
    assert lay_out([], 18000).tops == ()
