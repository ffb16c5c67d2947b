"""What a model begins and never ends is ended for it; what the composer wrote stays."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lilydesk.composing.whole_marks import WholeMarks
from lilydesk.lilylet import parse_document


def made_whole(*measures: str, prefix: str = "") -> str:
    """The measures as they are handed on, one after the other."""
    marks = WholeMarks(parse_document(prefix))
    last = len(measures) - 1
    return "".join(
        piece
        for index, text in enumerate(measures)
        for piece in marks.add(f"{text} |\n", is_last=index == last)
    )


@pytest.mark.parametrize(
    ("measures", "handed_on"),
    [
        # An end without a beginning.
        (["c4 d) e\\! f]"], "c4 d e f |\n"),
        # What the last measure leaves open ends at its last note, or is not begun there.
        (["c4( d e f"], "c4( d e f) |\n"),
        (["c4( d( e\\< f"], "c4( d( e\\< f))\\! |\n"),
        (["c4 d e f(\\<"], "c4 d e f |\n"),
        (["c4( d e r"], "c4( d e) r |\n"),
        (["c2( r"], "c2 r |\n"),
        (["c4( \\times 2/3 { d8 e f } r2"], "c4( \\times 2/3 { d8 e f) } r2 |\n"),
        (["c8[ d e f g2"], "c8 d e f g2 |\n"),
        (["c4 d e f~"], "c4 d e f |\n"),
        # A tie to another note, or to a voice that is silent.
        (["c4~ d e f", "g1"], "c4 d e f |\ng1 |\n"),
        (["c1~ \\\\ <e g>1~", "R1 \\\\ e1"], "c1 \\\\ <e g>1~ |\nR1 \\\\ e1 |\n"),
        # From one measure to the next all of them may lead.
        (["c4( d e\\< f~", "f1)\\!"], "c4( d e\\< f~ |\nf1)\\! |\n"),
        # In another voice, where its own is silent.
        (["c4( d e f \\\\ a1", "R1 \\\\ a1"], "c4( d e f \\\\ a1 |\nR1 \\\\ a1) |\n"),
    ],
)
def test_marks_of_the_model_have_both_their_ends(measures: list[str], handed_on: str) -> None:
    assert made_whole(*measures) == handed_on
    assert parse_document(handed_on).diagnostics == ()


def test_a_slur_that_is_forgotten_ends_after_some_measures() -> None:
    text = made_whole("c1(", "d1", "e1", "f1", "g1", "a1)", "b1")
    assert text == "c1( |\nd1 |\ne1 |\nf1 |\ng1) |\na1 |\nb1 |\n"


def test_marks_of_the_composer_stay_and_may_be_ended() -> None:
    prefix = "c4) d( e\\< f |\n"
    assert made_whole("c4 d) e f", "g1(", prefix=prefix) == "c4 d) e f |\ng1 |\n"
    assert made_whole("c4 d e f", prefix=prefix) == "c4 d e f |\n"


_NOTES = st.sampled_from((
    "c4", "d8(", "e)", "f\\<", "g\\!", "a4\\p", "b8[", "c]", "r4", "r8)", "<c e>4~", "<c e>", "d()",
))  # fmt: skip
_MEASURES = st.lists(st.lists(_NOTES, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(_MEASURES)
def test_all_marks_of_the_model_have_both_their_ends(measures: list[str]) -> None:
    parsed = parse_document(made_whole(*measures))
    assert {fault.code for fault in parsed.diagnostics} <= {"mark-on-rest"}
    assert len(parsed.document.measures) == len(measures)


def test_a_measure_with_a_tie_out_of_it_waits_for_the_next() -> None:
    marks = WholeMarks(parse_document(""))
    assert marks.add("c1~ |\n", is_last=False) == ()
    assert marks.add("c1~ |\n", is_last=False) == ("c1~ |\n",)
    assert marks.add("d4~ e f g |\n", is_last=False) == ("c1 |\n",)
    assert marks.add("a1 |\n", is_last=False) == ("d4 e f g |\n", "a1 |\n")
    assert marks.add("b1~ |\n", is_last=False) == ()
    assert marks.finish() == ("b1 |\n",)
    assert marks.finish() == ()


def test_given_voices_keep_their_marks() -> None:
    marks = WholeMarks(parse_document(""), frozenset({(0, 0)}))
    assert marks.add("c1~( \\\\ e1~( |\n", is_last=True) == ("c1~( \\\\ e1 |\n",)
