import gc
import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from lilydesk.codecs.mei import AccidentalStyle, MeiEncoder, MeiMeasure, MeiPieces, write_mei
from lilydesk.lilylet import parse_document, reparse
from tests.codecs.scores import Engraved, attributes, elements, mei

ID = "{http://www.w3.org/XML/1998/namespace}id"


def test_titles_are_in_the_head_and_on_the_page() -> None:
    root = mei('[title "A & B"]\n[composer "Ann\\nOp. 1"]\nc\'4')
    assert [title.text for title in elements(root, "title")] == ["A & B"]
    assert [composer.text for composer in elements(root, "composer")] == ["Ann Op. 1"]
    page_head = elements(root, "pgHead")[0]
    assert len(elements(page_head, "lb")) == 1


def test_the_subtitle_stands_clear_of_the_title() -> None:
    svg = Engraved('[title "Gypsy"]\n[subtitle "In four parts"]\nc\'4').svg
    words = re.search(r"<text.*?Gypsy.*?</text>", svg, re.DOTALL)
    assert words is not None
    top, below = (int(y) for y in re.findall(r'y="(\d+)"', words[0]))
    assert below - top > 650  # the title's letters are 729 high, the subtitle's 486


def test_without_headers_there_is_no_page_head() -> None:
    assert not elements(mei("c'4"), "pgHead")


def test_endings_and_the_order_of_playing() -> None:
    root = mei('[measures "2*[1..2]{3,4}"]\nc\'1 | d | e | f |')
    assert attributes(root, "ending", "n", "lendsym") == [("1", "angledown"), ("2", "none")]
    assert attributes(root, "expansion", "plist") == [("#s0 #s2 #s0 #s3",)]
    by_id = {element.get(ID): element for element in root.iter()}
    assert [len(elements(by_id[name], "measure")) for name in ("s0", "s2", "s3")] == [2, 1, 1]


def test_the_order_is_said_where_a_repeat_begins_without_a_sign() -> None:
    # verovio 6.4.1 ends the process that unfolds such repeats by their signs alone.
    text = 'c4 | d \\bar ":|." | e | f \\bar ":|." | g |'
    assert attributes(mei(text), "expansion", "plist") == [("#s0 #s0 #s2 #s2 #s4",)]
    for signs in (('".|:"', '":|."'), ('":..:"', '":|."'), ('"||"', '":|."')):
        text = "c4 | d \\bar {} | e | f \\bar {} | g |".format(*signs)
        assert not elements(mei(text), "expansion")


def test_an_order_that_cannot_be_read_is_left_aside() -> None:
    root = mei('[measures "2*[1..2"]\nc\'1 | d |')
    assert not elements(root, "expansion")


def test_a_score_without_music_is_still_a_score() -> None:
    assert Engraved("").is_loaded
    assert Engraved('[title "Nothing yet"]').is_loaded


def test_the_same_document_gives_the_same_text() -> None:
    text = "\\key g \\major c'4(\\p d) \\times 2/3 { e8[ f g] } |"
    assert write_mei(parse_document(text).document) == write_mei(parse_document(text).document)


FRAGMENTS = (
    "c'4( d | ",
    "e) \\ottava #1 f | ",
    '\\clef "bass" g,,4~ g\\< | ',
    "\\key d \\major \\time 3/4 fs4 f8[ g] | ",
    "\\ottava #0 a8 b c\\! d |\n",
    '\\staff "2" c\'4 d \\\\\ne4 f |\n',
    "e8[ | f] ~ f | ",
    '[measures "2*[1]{2,3}"]\n',
)


def renamed(pieces: MeiPieces) -> MeiPieces:
    """The pieces, with each measure named by where it stands."""
    names = [re.findall(r'<measure xml:id="(m\d+)"', one.text)[0] for one in pieces.measures]
    assert len(set(names)) == len(names)

    def text(measure: MeiMeasure) -> str:
        found = re.sub(
            r'(["#])(m\d+)(?=[-"])', lambda id_: f"{id_[1]}m{names.index(id_[2])}", measure.text
        )
        return re.sub(r'(<measure [^>]*n=")\d+', r"\1", found, count=1)

    measures = (one._replace(text=text(one)) for one in pieces.measures)
    return replace(pieces, measures=tuple(measures))


@given(st.lists(st.lists(st.sampled_from(FRAGMENTS), max_size=8), min_size=2, max_size=5))
@settings(max_examples=80)
def test_encoding_after_an_edit_equals_encoding_anew(states: list[list[str]]) -> None:
    encoder = MeiEncoder(AccidentalStyle.CONVENTIONAL)
    parsed = parse_document("")
    for state in states:
        parsed = reparse(parsed, "".join(state))
        pieces = encoder.encode_pieces(parsed.document)
        fresh = MeiEncoder(AccidentalStyle.CONVENTIONAL).encode_pieces(parsed.document)
        assert renamed(pieces) == renamed(fresh)


def test_measures_far_from_an_edit_are_the_same_objects() -> None:
    encoder = MeiEncoder(AccidentalStyle.CONVENTIONAL)
    text = "c'4( d | e) f | g~ a | a b | c d | e f |"
    before = parse_document(text)
    old = encoder.encode_pieces(before.document).measures
    new = encoder.encode_pieces(reparse(before, text.replace("a b", "a c")).document).measures
    assert [one is other for one, other in zip(old, new, strict=True)] == [
        True, True, True, False, True, True,
    ]  # fmt: skip


def test_measures_keep_their_names_where_others_come_and_go() -> None:
    encoder = MeiEncoder(AccidentalStyle.CONVENTIONAL)
    text = "c4 d |\ne f |\ng a |\nb c |"
    before = parse_document(text)
    old = encoder.encode_pieces(before.document).measures
    longer = reparse(before, text.replace("g a |", "g a |\nd d |"))
    new = encoder.encode_pieces(longer.document).measures
    assert [re.findall(r'"(m\d+)" n="(\d+)"', one.text)[0] for one in new] == [
        ("m0", "1"), ("m1", "2"), ("m2", "3"), ("m4", "5"), ("m3", "4"),
    ]  # fmt: skip
    assert new[-1] is old[-1]


def barlines(text: str) -> list[tuple[str | None, ...]]:
    return attributes(mei(text), "measure", "left", "right")


def test_the_playing_order_is_shown_as_repeat_signs_and_endings() -> None:
    text = '[measures "1, 2*[2..3]{4,5}"]\nc\'1 | d | e | f | g |'
    assert barlines(text) == [
        (None, None),
        ("rptstart", None),
        (None, None),
        (None, "rptend"),
        (None, None),
    ]
    assert attributes(mei(text), "ending", "n") == [("1",), ("2",)]


def test_repeat_signs_of_the_text_are_not_doubled() -> None:
    header = '[measures "1, 2*[2..3], 4"]\n'
    bare = barlines(header + "c'1 | d | e | f |")
    left = barlines(header + 'c\'1 | \\bar ".|:" d | e \\bar ":|." | f |')
    right = barlines(header + 'c\'1 \\bar ".|:" | d | e | \\bar ":|." f |')
    assert bare == left == right


def test_a_repeat_takes_the_place_of_a_plain_double_barline() -> None:
    assert barlines('[measures "2*[1..2]"]\nc\'1 | d \\bar "|." |') == [
        (None, None),
        (None, "rptend"),
    ]


def test_an_ending_of_several_turns_bears_all_their_numbers() -> None:
    root = mei('[measures "1, 2, 1, 2, 1, 3"]\nc\'1 | d | e |')
    assert attributes(root, "ending", "label") == [("1., 2.",), ("3.",)]


def test_a_barline_within_a_tuplet_is_shown_at_the_end_of_the_measure() -> None:
    assert barlines('\\tuplet 3/2 { c\'4 \\bar "||" d e } f2 |') == [(None, "dbl")]


def test_encoding_leaves_nothing_to_the_collector() -> None:
    document = parse_document(r"c'4 \tuplet 3/2 { d8 e f } g4 r | a2 b |" * 3).document
    MeiEncoder(AccidentalStyle.CONVENTIONAL).encode_pieces(document)
    gc.collect()
    MeiEncoder(AccidentalStyle.CONVENTIONAL).encode_pieces(document)
    assert gc.collect() == 0
