from lilydesk.codecs.mei import AccidentalStyle, write_mei
from lilydesk.codecs.mei.context import (
    first_context,
    measure_facts,
    next_context,
    score_facts,
)
from lilydesk.codecs.mei.measures import Place, encode_measure
from lilydesk.lilylet import parse_document
from tests.codecs.scores import attributes, elements, mei


def test_a_measure_is_encoded_from_its_entry_context_alone() -> None:
    text = "\\key g \\major \\ottava #1 fs''4( | \\clef \"bass\" fs,,4) \\ottava #0 f |\nfs4 |"
    document = parse_document(text).document
    facts = score_facts(
        document.headers, map(measure_facts, document.measures), AccidentalStyle.EVERY_NOTE
    )
    entry = first_context(document, facts)
    whole = write_mei(document)
    for index, measure in enumerate(document.measures):
        piece = encode_measure(measure, Place(index, is_first=index == 0), entry, facts)
        assert piece == encode_measure(measure, Place(index, is_first=index == 0), entry, facts)
        assert all(staff.content in whole for staff in piece.staves)
        entry = next_context(measure, entry, facts)


def test_a_repeated_key_and_time_change_nothing() -> None:
    text = "\\key g \\major \\time 3/4 g'2. |\n\\key g \\major \\time 3/4 g'2. |"
    assert len(elements(mei(text), "scoreDef")) == 1


def test_a_new_key_and_time_stand_before_their_measure() -> None:
    root = mei("c'1 |\n\\key d \\minor \\time 2/2 c'1 |")
    assert attributes(root, "scoreDef", "keysig", "meter.count", "meter.unit", "meter.sym") == [
        ("0", "4", "4", None),
        ("1f", "2", "2", "cut"),
    ]


def test_barlines_stand_at_the_measure_they_belong_to() -> None:
    root = mei('c\'1 \\bar "||" | d \\bar ".|:" | e \\bar ":..:" | f \\bar "|." |')
    assert attributes(root, "measure", "left", "right") == [
        (None, "dbl"),
        (None, None),
        ("rptstart", "rptend"),
        ("rptstart", "end"),
    ]


def test_a_barline_before_the_first_note_stands_on_the_left() -> None:
    assert attributes(mei('c\'1 | \\bar ".|:" d1 |'), "measure", "left") == [(None,), ("rptstart",)]


def test_a_short_measure_is_not_filled_up() -> None:
    root = mei('\\staff "1" c\'4 \\\\\n\\staff "2" c4 |\n\\staff "1" c\'1 |')
    assert not elements(root, "mSpace")


def test_measures_are_numbered_from_one() -> None:
    assert attributes(mei("c'1 | d |"), "measure", "n") == [("1",), ("2",)]
