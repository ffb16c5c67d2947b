"""Barlines, repeats, endings and jumps; titles and the layout of the staves."""

from __future__ import annotations

from lilydesk.codecs.musicxml import read_musicxml
from lilydesk.lilylet import parse_document, write_document
from lilydesk.timeline.playing_order import playing_order
from tests.codecs.musicxml.scores import FOUR_FOUR, direction, imported, note

WHOLE = note("C4", 48)


def repeat(way: str, inside: str = "") -> str:
    side = "left" if way == "forward" else "right"
    return f'<barline location="{side}">{inside}<repeat direction="{way}"/></barline>'


def ending(number: str, kind: str) -> str:
    return f'<ending number="{number}" type="{kind}"/>'


def header_and_order(*measures: str) -> tuple[str, list[int]]:
    document = parse_document(write_document(imported(*measures).document)).document
    return document.headers.playing_order, [index + 1 for index in playing_order(document)]


def test_plain_repeats_need_no_header() -> None:
    assert header_and_order(WHOLE, repeat("forward") + WHOLE + repeat("backward"), WHOLE) == (
        "", [1, 2, 2, 3],
    )  # fmt: skip


def test_a_repeat_may_begin_with_a_pickup() -> None:
    pickup = repeat("forward") + note("G4")
    assert header_and_order(WHOLE, pickup, WHOLE + repeat("backward"))[1] == [1, 2, 3, 2, 3]


def test_endings_become_a_playing_order() -> None:
    first = f'<barline location="left">{ending("1", "start")}</barline>' + WHOLE
    first += repeat("backward", ending("1", "stop"))
    second = f'<barline location="left">{ending("2", "start")}</barline>' + WHOLE
    second += f'<barline location="right">{ending("2", "stop")}</barline>'
    assert header_and_order(WHOLE, first, second, WHOLE) == (
        "2*[1]{2, 3}, 4", [1, 2, 1, 3, 4],
    )  # fmt: skip


def test_endings_are_played_by_their_numbers_and_none_is_called_lost() -> None:
    def bracket(numbers: str, end: str) -> str:
        return f'<barline location="left">{ending(numbers, "start")}</barline>' + WHOLE + end

    score = imported(
        WHOLE,
        bracket("1, 3", repeat("backward", ending("1, 3", "stop"))),
        bracket("2", repeat("backward", ending("2", "stop"))),
        bracket("4", ""),
    )
    assert '[measures "4*[1]{2, 3, 2, 4}"]' in write_document(score.document)
    assert score.losses == ()


def test_a_da_capo_al_fine_goes_back_and_stops() -> None:
    fine = WHOLE + direction("<words>Fine</words>")
    da_capo = WHOLE + direction("<words>D.C. al Fine</words>", '<sound dacapo="yes"/>')
    assert header_and_order(WHOLE, fine, WHOLE, da_capo) == (
        "<1..2, 3..4>", [1, 2, 3, 4, 1, 2],
    )  # fmt: skip


def test_a_dal_segno_al_coda_leaps_to_the_coda() -> None:
    measures = (
        WHOLE,
        direction("<segno/>") + WHOLE,
        WHOLE + direction("<words>To Coda</words>"),
        WHOLE + direction("<words>D.S. al Coda</words>"),
        direction("<coda/>") + WHOLE,
    )
    assert header_and_order(*measures) == ("1, <2..3, 4>, 5", [1, 2, 3, 4, 2, 3, 5])


def test_a_da_capo_of_a_later_movement_stays_in_its_movement() -> None:
    end = WHOLE + "<barline><bar-style>light-heavy</bar-style></barline>"
    da_capo = direction("", '<sound dacapo="yes"/>') + WHOLE
    assert header_and_order(end, WHOLE, da_capo, WHOLE)[1] == [1, 2, 3, 2, 3, 4]


def test_titles_and_people_become_headers_and_rights_a_comment() -> None:
    before = (
        "<work><work-title>Lied</work-title></work><movement-title>Im Mai</movement-title>"
        '<identification><creator type="composer">A. B.</creator>'
        '<creator type="poet">C. D.</creator><rights>Free to use</rights></identification>'
    )
    read = imported(WHOLE, before=before)
    assert read.document.headers.text == {
        "title": "Lied", "subtitle": "Im Mai", "composer": "A. B.", "lyricist": "C. D.",
    }  # fmt: skip
    assert "% Free to use" in write_document(read.document)


def test_parts_have_names_and_groups_brackets() -> None:
    parts = "".join(
        f'<score-part id="{name}"><part-name>{long}</part-name>'
        f"<part-abbreviation>{short}</part-abbreviation></score-part>"
        for name, long, short in (("P1", "Violin", "Vl."), ("P2", "Cello", "Vc."))
    )
    group = (
        '<part-group type="start" number="1"><group-symbol>bracket</group-symbol>'
        "<group-barline>yes</group-barline></part-group>"
    )
    part_list = f'<part-list>{group}{parts}<part-group type="stop" number="1"/></part-list>'
    music = "".join(
        f'<part id="{name}"><measure>{FOUR_FOUR}{WHOLE}</measure></part>' for name in ("P1", "P2")
    )
    data = f"<score-partwise>{part_list}{music}</score-partwise>".encode()
    headers = read_musicxml(data).document.headers
    assert headers.staves == "<1-2>"
    assert [(key, name.name) for key, name in headers.instruments.items()] == [
        ("1", "Violin"), ("2", "Cello"),
    ]  # fmt: skip


def test_a_score_by_measures_is_read_like_one_by_parts() -> None:
    measure = f'<measure><part id="P1">{FOUR_FOUR}{WHOLE}</part></measure>'
    data = f"<score-timewise><part-list/>{measure}</score-timewise>".encode()
    assert "c1 |" in write_document(read_musicxml(data).document)
