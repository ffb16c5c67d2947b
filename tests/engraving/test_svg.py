from __future__ import annotations

import re

import pytest

from lilydesk.engraving.display import (
    Curve,
    EngravedScore,
    Glyph,
    Line,
    Polygon,
    Rectangle,
    Words,
)
from lilydesk.engraving.request import EngravingRequest
from lilydesk.engraving.svg import SvgReader
from lilydesk.engraving.workshop import Workshop
from tests.engraving.scores import measure, note, plain_score, score, titled_score
from tests.support import need_shared


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    return Workshop()


def engrave(workshop: Workshop, mei: str, width_mm: float = 120) -> EngravedScore:
    return workshop.engrave(EngravingRequest(1, mei, width_mm))


def words_in(score: EngravedScore) -> list[str]:
    marks = [mark for system in score.systems for mark in system.marks]
    return ["".join(run.text for run in mark.runs) for mark in marks if isinstance(mark, Words)]


def test_every_given_id_becomes_an_element(workshop: Workshop) -> None:
    (system,) = engrave(workshop, plain_score(2), 200).systems
    assert [element.id for element in system.elements] == [
        "m0", "m0-n0", "m0-n1", "m0-n2", "m0-n3", "m1", "m1-n0", "m1-n1", "m1-n2", "m1-n3",
    ]  # fmt: skip
    assert {element.kind for element in system.elements} == {"measure", "note"}


def test_marks_of_an_element_are_its_own(workshop: Workshop) -> None:
    (system,) = engrave(workshop, plain_score(1)).systems
    element = system.elements[1]
    kinds = [type(mark) for mark in system.marks[element.first : element.last]]
    assert element.kind == "note"
    assert kinds == [Glyph, Line]  # head and stem


def test_notes_stand_in_order_inside_their_measure(workshop: Workshop) -> None:
    (system,) = engrave(workshop, plain_score(1)).systems
    whole, *notes = system.elements
    assert [note.box.left for note in notes] == sorted(note.box.left for note in notes)
    assert all(
        whole.box.left <= note.box.left < note.box.right <= whole.box.right for note in notes
    )


def test_y_counts_from_the_first_staff_line(workshop: Workshop) -> None:
    mei = score([measure(0, note("low", "e", 4, 1)), measure(1, note("high", "f", 5, 1))])
    (system,) = engrave(workshop, mei).systems
    boxes = {element.id: element.box for element in system.elements}
    assert boxes["low"].top == pytest.approx(630, abs=20)  # head of the bottom line, staff 720
    assert boxes["high"].top == pytest.approx(-90, abs=20)


def test_system_is_the_same_value_wherever_it_stands(workshop: Workshop) -> None:
    short = engrave(workshop, plain_score(12)).systems
    high = engrave(workshop, plain_score(12).replace('oct="5"', 'oct="8"', 1)).systems
    assert short[0] != high[0]
    assert short[1] == high[1]


def test_measures_lead_to_their_system(workshop: Workshop) -> None:
    engraved = engrave(workshop, plain_score(12))
    assert len(engraved.systems) > 1
    assert [m for system in engraved.systems for m in system.measures] == [
        f"m{index}" for index in range(12)
    ]
    assert engraved.system_of_measure("m11") == len(engraved.systems) - 1
    assert engraved.system_of_measure("m99") is None


def test_heading_is_a_block_of_its_own(workshop: Workshop) -> None:
    engraved = engrave(workshop, titled_score("Abendlied", "F. Schubert"))
    assert [system.kind for system in engraved.systems] == ["header", "system"]
    assert engraved.systems[0].measures == ()
    assert words_in(engraved)[:2] == ["Abendlied", "F. Schubert"]


def test_words_keep_style_and_spaces(workshop: Workshop) -> None:
    extra = (
        '<tempo tstamp="1" staff="1">Andante <rend glyph.auth="smufl">\ue1d5</rend> = 96</tempo>'
        '<dir tstamp="3" staff="1" place="below">dolce</dir>'
    )
    engraved = engrave(workshop, score([measure(0, extra=extra)]))
    assert words_in(engraved) == ["Andante\N{NO-BREAK SPACE}\ue1d5\N{NO-BREAK SPACE}= 96", "dolce"]
    words = [mark for mark in engraved.systems[0].marks if isinstance(mark, Words)]
    assert [run.bold for run in words[0].runs] == [True] * len(words[0].runs)
    assert [run.italic for run in words[1].runs] == [True]


def test_beams_slurs_and_frames_are_drawn(workshop: Workshop) -> None:
    beam = f"<beam>{note('a', dur=8)}{note('b', 'd', dur=8)}</beam>{note('c', dur=2)}"
    extra = '<slur startid="#a" endid="#c"/><reh tstamp="1"><rend rend="box">A</rend></reh>'
    (system,) = engrave(workshop, score([measure(0, beam, extra)])).systems
    kinds = {type(mark) for mark in system.marks}
    assert {Polygon, Curve} <= kinds
    assert any(isinstance(mark, Rectangle) and mark.width > 0 for mark in system.marks)


def test_octave_line_is_dashed(workshop: Workshop) -> None:
    extra = '<octave dis="8" dis.place="above" startid="#m0-n0" endid="#m0-n3" staff="1"/>'
    (system,) = engrave(workshop, score([measure(0, extra=extra)])).systems
    assert any(isinstance(mark, Line) and mark.dash for mark in system.marks)


def test_arpeggio_is_turned_upright(workshop: Workshop) -> None:
    chord = f'<chord xml:id="ch" dur="1">{note("a", "c", 4)}{note("b", "g", 5)}</chord>'
    extra = '<arpeg xml:id="arp" plist="#ch"/>'
    (system,) = engrave(workshop, score([measure(0, chord, extra)])).systems
    boxes = {element.id: element.box for element in system.elements}
    turned = [mark for mark in system.marks if isinstance(mark, Glyph) and mark.turn]
    assert turned
    assert boxes["arp"].bottom - boxes["arp"].top > boxes["arp"].right - boxes["arp"].left
    assert boxes["arp"].right <= boxes["ch"].left


def test_hidden_elements_leave_no_ink(workshop: Workshop) -> None:
    hidden = '<note xml:id="ghost" pname="c" oct="5" dur="1" visible="false"/>'
    (system,) = engrave(workshop, score([measure(0, hidden)])).systems
    assert "ghost" not in {element.id for element in system.elements}


def test_every_glyph_that_is_used_has_an_outline(workshop: Workshop) -> None:
    engraved = engrave(workshop, plain_score(3))
    used = {m.name for s in engraved.systems for m in s.marks if isinstance(m, Glyph)}
    assert used
    assert used <= engraved.glyphs.keys()


@pytest.mark.parametrize("svg", ["", "<svg", "<svg/>", "<html><body/></html>"])
def test_foreign_text_is_refused(svg: str) -> None:
    with pytest.raises(ValueError, match="not "):
        SvgReader().read(svg)


def test_long_score_of_several_pages_is_one_row_of_systems(workshop: Workshop) -> None:
    engraved = engrave(workshop, plain_score(600), 50)
    measures = [m for system in engraved.systems for m in system.measures]
    assert measures == [f"m{index}" for index in range(600)]


def test_real_score_is_read_to_the_last_sign() -> None:
    import verovio

    toolkit = verovio.toolkit()
    path = need_shared("conformance", "musicxml", "complex-02-chopin-etude.xml")
    verovio.enableLog(1)
    assert toolkit.loadFile(str(path))
    toolkit.setOptions({"pageHeight": 60000, "svgFormatRaw": True, "footer": "none"})
    svg = toolkit.renderToSVG(1)
    page = SvgReader().read(svg)
    marks = [mark for system in page.systems for mark in system.marks]
    n_uses = len(re.findall(r"<use ", svg))
    assert sum(isinstance(mark, Glyph) for mark in marks) == n_uses
    assert sum(isinstance(mark, Polygon) for mark in marks) == len(re.findall(r"<polygon ", svg))
