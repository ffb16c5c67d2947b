from __future__ import annotations

import xml.etree.ElementTree as ElementTree

from lilydesk.engraving.display import Run, Words
from lilydesk.engraving.svg_text import Style, read_sheet, read_words, words_box


def words_of(svg: str, style: Style | None = None) -> list[Words]:
    return list(read_words(ElementTree.fromstring(svg), style or Style(), 0, 0))


def test_size_comes_from_the_innermost_span() -> None:
    (words,) = words_of(
        '<text x="7" y="9" font-size="0px"><tspan class="rend" font-weight="bold">'
        '<tspan class="text"><tspan font-size="405px">Lento</tspan></tspan></tspan></text>'
    )
    assert words == Words(7, 9, "start", (Run("Lento", "Times", 405, True, False),))


def test_spaces_at_the_edges_of_runs_are_kept() -> None:
    (words,) = words_of(
        '<text x="0" y="0"><tspan font-size="300px">dolce </tspan>'
        '<tspan font-size="300px" font-family="Leipzig">N</tspan>'
        '<tspan font-size="300px"> = 96</tspan></text>'
    )
    assert [run.text for run in words.runs] == ["dolce ", "N", " = 96"]
    assert [run.family for run in words.runs] == ["Times", "Leipzig", "Times"]


def test_absent_coordinate_is_zero() -> None:
    (words,) = words_of('<text y="50"><tspan font-size="9px">5</tspan></text>')
    assert (words.x, words.y) == (0, 50)


def test_place_and_anchor_on_a_span_start_a_new_line() -> None:
    svg = (
        '<text font-size="0px">'
        '<tspan x="100" y="20" text-anchor="middle"><tspan font-size="40px">Title</tspan></tspan>'
        '<tspan x="200" y="60" text-anchor="end"><tspan font-size="30px">Name</tspan></tspan>'
        "</text>"
    )
    title, name = words_of(svg)
    assert (title.x, title.y, title.anchor) == (100, 20, "middle")
    assert (name.x, name.y, name.anchor) == (200, 60, "end")


def test_line_feed_inside_words_is_a_space() -> None:
    (words,) = words_of('<text x="0" y="0"><tspan font-size="9px">Chopin\nOp. 10</tspan></text>')
    assert words.runs[0].text == "Chopin Op. 10"


def test_labels_for_machines_are_not_printed() -> None:
    (words,) = words_of(
        '<text x="0" y="0"><tspan><title class="labelAttr">title</title>'
        '<tspan font-size="9px">Song</tspan></tspan></text>'
    )
    assert [run.text for run in words.runs] == ["Song"]


def test_letters_of_size_zero_are_not_ink() -> None:
    assert words_of('<text x="0" y="0" font-size="0px"><tspan>ghost</tspan></text>') == []


def test_letter_spacing_belongs_to_its_run() -> None:
    (words,) = words_of(
        '<text x="0" y="0"><tspan font-size="9px" letter-spacing="90px">f</tspan></text>'
    )
    assert words.runs[0].spacing == 90


def test_style_sheet_gives_weight_and_slant_by_class() -> None:
    sheet = (
        "#a g.fing, #a g.tempo {font-weight:bold;}#a g.dir {font-style:italic;}"
        "#a ellipse {stroke:currentColor}#a g.placeholder {visibility:hidden}"
    )
    rules = read_sheet(sheet)
    assert rules == {
        "fing": {"font-weight": "bold"},
        "tempo": {"font-weight": "bold"},
        "dir": {"font-style": "italic"},
    }
    assert Style().under(rules["dir"]).italic


def test_span_overrides_what_the_class_says() -> None:
    (words,) = words_of(
        '<text x="0" y="0"><tspan font-style="normal" font-size="9px">a</tspan></text>',
        Style(italic=True),
    )
    assert not words.runs[0].italic


def test_box_of_words_lies_around_their_anchor() -> None:
    runs = (Run("abcd", "Times", 100, False, False),)
    assert words_box(Words(0, 0, "start", runs)).left == 0
    assert (
        words_box(Words(0, 0, "middle", runs)).left
        < 0
        < words_box(Words(0, 0, "middle", runs)).right
    )
    assert words_box(Words(0, 0, "end", runs)).right == 0
