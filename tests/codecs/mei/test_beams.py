from fractions import Fraction

import pytest

from lilydesk.codecs.mei.beams import beam_groups
from lilydesk.notation import TimeSignature
from tests.codecs.scores import Engraved, attributes, elements, joined, layers, mei, names


def beam_sizes(text: str) -> list[int]:
    return [
        len([child for child in beam.iter() if child.tag.endswith(("note", "chord"))])
        for beam in elements(mei(text), "beam")
    ]


@pytest.mark.parametrize(
    ("signature", "ends"),
    [
        ((4, 4), [0, 2, 4]),
        ((3, 4), [0, Fraction(3, 2), 3]),
        ((6, 8), [0, Fraction(3, 2), 3]),
        ((5, 4), [0, 1, 2, 3, 4, 5]),
        ((3, 8), [0, Fraction(3, 2)]),
        ((7, 16), [0, Fraction(7, 4)]),
    ],
)
def test_groups_follow_the_time_signature(signature: tuple[int, int], ends: list[Fraction]) -> None:
    assert beam_groups(TimeSignature(*signature)) == ends


def test_without_any_manual_beam_the_meter_beams() -> None:
    assert beam_sizes("c'8 d e f g a b c") == [4, 4]


def test_one_manual_beam_switches_the_automatic_ones_off() -> None:
    assert beam_sizes("c'8[ d] e f g a b c | c8 d e f") == [2]


def test_the_header_has_the_last_word() -> None:
    assert beam_sizes('[auto-beam "off"]\nc\'8 d e f') == []
    assert beam_sizes('[auto-beam "on"]\nc\'8[ d e] f g a b c') == [3, 4]


def test_rests_and_long_notes_break_automatic_beams() -> None:
    assert beam_sizes("c'8 d r e f4 g8 a") == [2, 2]


def test_an_automatic_beam_may_hold_tuplets() -> None:
    root = mei("\\times 2/3 { c'8 d e } \\times 2/3 { f g a }")
    assert layers(root) == [["beam"]]
    assert names(elements(root, "beam")[0]) == ["tuplet", "tuplet"]


def test_a_manual_beam_inside_a_tuplet_stays_inside() -> None:
    root = mei("\\times 2/3 { c'8[ d e] } f4")
    assert names(elements(root, "tuplet")[0]) == ["beam"]


def test_a_beam_over_two_tuplets_holds_them() -> None:
    root = mei("\\times 2/3 { c'8[ d e } \\times 2/3 { f g a] }")
    assert layers(root) == [["beam"]]


def test_a_beam_that_cuts_through_a_tuplet_becomes_a_span() -> None:
    root = mei("\\times 2/3 { c'8 d[ e } f8] g4")
    assert layers(root) == [["tuplet", "note", "note"]]
    assert joined(root, "beamSpan") == [("d", "f")]
    ((plist,),) = attributes(root, "beamSpan", "plist")
    assert plist is not None
    assert len(plist.split()) == 3


def test_a_beam_over_the_barline_becomes_a_span_in_the_first_measure() -> None:
    text = "c'4 d8[ e | f g] a4 |"
    first, second = elements(mei(text), "measure")
    assert len(elements(first, "beamSpan")) == 1
    assert not elements(second, "beamSpan")
    assert Engraved(text).warnings == []


def test_grace_notes_have_beams_of_their_own_inside_the_others() -> None:
    root = mei("c'8.[ \\grace { d16[ c b c] } f16]")
    outer, inner = elements(root, "beam")
    assert names(outer) == ["note", "beam", "note"]
    assert names(inner) == ["note"] * 4


def test_a_beam_that_is_never_closed_in_a_tuplet_ends_with_it() -> None:
    assert beam_sizes("\\times 2/3 { c'16] d16[ e16 f16] g16[ a16 }") == [3, 2]


def test_a_beam_over_rests_alone_is_left_out_across_a_tuplet_too() -> None:
    root = mei("\\time 2/4 r4[ \\tuplet 3/2 { r8 r] r } |")
    assert not elements(root, "beamSpan")


@pytest.mark.parametrize("text", ["c'2 r8[ r16] r16", "c'2 r8[ \\grace { d'8 } r8]"])
def test_a_beam_over_rests_alone_is_left_out(text: str) -> None:
    assert not elements(mei(text), "beam")


def test_a_beam_that_begins_and_ends_with_a_rest_holds_what_is_between() -> None:
    assert beam_sizes("r8[ c' d r]") == [2]
