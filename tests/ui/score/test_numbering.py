from __future__ import annotations

from lilydesk.engraving import Box, EngravedSystem
from lilydesk.ui.score.numbering import Numbering


def system(*measures: str) -> EngravedSystem:
    return EngravedSystem("system", (), (), measures, Box(0, 0, 1, 1))


SYSTEMS = (
    EngravedSystem("header", (), (), (), Box(0, 0, 1, 1)),
    system("m0", "m7"),
    system("m1", "m2"),
)


def test_ids_lead_to_what_was_drawn_and_back() -> None:
    numbering = Numbering(SYSTEMS)
    pairs = {"m0": "m0", "m1-n4": "m7-n4", "m2": "m1", "m3-x9.8va": "m2-x9.8va"}
    for meant, drawn in pairs.items():
        assert numbering.drawn(meant) == drawn
        assert numbering.meant(drawn) == meant


def test_ids_of_nothing_drawn_stay_as_they_are() -> None:
    numbering = Numbering(SYSTEMS)
    assert numbering.drawn("m4-n1") == "m4-n1"
    assert numbering.meant("m5-n1") == "m5-n1"
    assert numbering.meant("s3") == numbering.drawn("s3") == "s3"


def test_measures_are_known_by_where_they_stand() -> None:
    numbering = Numbering(SYSTEMS)
    assert numbering.drawn_measures(range(1, 3)) == ("m7", "m1")
    assert numbering.drawn_measures(range(3, 9)) == ("m2",)
    assert numbering.drawn_measures(range(7, 8)) == ()
    assert numbering.index_of("m1") == 2


def test_lines_but_the_first_are_numbered_by_where_they_stand() -> None:
    numbering = Numbering(SYSTEMS)
    assert [numbering.number_of(one) for one in SYSTEMS] == ["", "", "3"]
