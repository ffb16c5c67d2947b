"""Another time signature: the same notes in other measures."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lilydesk.lilylet import parse_document
from lilydesk.lilylet.edits import apply_edits, change_time
from lilydesk.notation.span import Span
from lilydesk.timeline import perform
from tests.lilylet.cases import case_names, case_text
from tests.strategies import broken_lilylet_texts, lilylet_texts


def rebarred(text: str, numerator: int, denominator: int, at: int = 0) -> str:
    result = change_time(parse_document(text), Span(at, at), numerator, denominator)
    assert result.reason == ""
    return apply_edits(text, result.edits)


def reason(text: str, numerator: int = 3, denominator: int = 4) -> str:
    result = change_time(parse_document(text), Span(0, 0), numerator, denominator)
    assert result.edits == ()
    return result.reason


def test_notes_across_a_barline_are_split_and_tied() -> None:
    text = "\\key g \\major \\time 4/4 g'4 a b2 | %1\n\nc'1 | %2\n"
    assert rebarred(text, 3, 4) == (
        "\\key g \\major \\time 3/4 g'4 a b~ | %1\n\n"
        "\\key g \\major \\time 3/4 b'4 c2~ | %2\n\n"
        "\\key g \\major \\time 3/4 c'2 r4 | %3\n"
    )


def test_notes_that_a_barline_had_split_are_joined() -> None:
    text = "\\time 3/4 g4 a b~ |\nb4 c2~ |\nc2 d4 |\n"
    assert rebarred(text, 9, 4) == "\\time 9/4 g4 a b2 c1 d4 |\n"


def test_up_to_the_next_time_signature_and_no_further() -> None:
    text = "c1 |\n\\time 4/4 d2 e |\n% stays\n\\time 3/4 c4 d e |\n"
    changed = rebarred(text, 2, 4, text.index("d2"))
    assert changed == "c1 |\n\\time 2/4 d2 |\n\n\\time 2/4 e2 |\n% stays\n\\time 3/4 c4 d e |\n"


def test_a_pickup_stays() -> None:
    text = "\\time 3/4 \\partial 4 c4 | d e f | g a b |\n"
    assert rebarred(text, 2, 4) == (
        "\\time 2/4 \\partial 4 c4 |\n\n\\time 2/4 d4 e |\n\n\\time 2/4 f4 g |\n\n"
        "\\time 2/4 a'4 b |\n"
    )


def test_a_tuplet_is_cut_between_its_notes() -> None:
    text = "\\time 4/4 c2 d4 \\tuplet 3/2 { e8 f g } |\n"
    assert rebarred(text, 7, 8) == (
        "\\time 7/8 c2 d4 \\tuplet 3/2 { e8 f16~ } |\n\n\\time 7/8 \\tuplet 3/2 { f16 g8 } r2. |\n"
    )


def test_keys_stay_where_they_were() -> None:
    text = "\\key c \\major \\time 4/4 c4 d e f |\n\\key d \\major d4 e fs g |\n"
    assert rebarred(text, 3, 4) == (
        "\\key c \\major \\time 3/4 c4 d e |\n\n"
        "\\key c \\major \\time 3/4 f4 \\key d \\major d e |\n\n"
        "\\key d \\major \\time 3/4 fs4 g r |\n"
    )


def test_remarks_stay() -> None:
    text = "\\time 4/4 c1 |\n% a remark\nd1 |\n"
    assert "% a remark\n" in rebarred(text, 2, 4)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("\\time 3/4 c2. |", "already"),
        ("c1 \\addlyrics { la } |", "lyrics"),
        ("\\time 4/4 c2 \\time 2/4 d |", "within a measure"),
        ("\\time 4/4 \\repeat tremolo 16 { c32 e } |", "tremolo"),
        ('[measures "1..2"]\nc1 | d1 |', "[measures]"),
        ("", "no measure"),
    ],
)
def test_what_cannot_be_arranged_is_said(text: str, part: str) -> None:
    assert part in reason(text)


def test_no_time_signature() -> None:
    assert "3/5" in reason("c1 |", 3, 5)


Heard = list[tuple[Fraction, Fraction, int]]


def heard(text: str) -> Heard:
    notes = perform(parse_document(text).document).notes
    return sorted((note.onset, note.length, note.midi) for note in notes)


TIMES = ((3, 4), (2, 4), (6, 8), (5, 4), (4, 4), (3, 2))


def keeps_its_sound(text: str, time: tuple[int, int]) -> bool:
    result = change_time(parse_document(text), Span(0, 0), *time)
    assert result.edits or result.reason
    changed = apply_edits(text, result.edits)
    assert [note[0::2] for note in heard(changed)] == [note[0::2] for note in heard(text)]
    return bool(result.edits)


@settings(max_examples=150)
@given(text=st.one_of(lilylet_texts(), broken_lilylet_texts()), time=st.sampled_from(TIMES))
def test_odd_texts_do_no_harm(text: str, time: tuple[int, int]) -> None:
    result = change_time(parse_document(text), Span(0, 0), *time)
    assert result.edits or result.reason


def test_the_conformance_texts_sound_the_same_in_other_measures() -> None:
    n_changed = 0
    for number, name in enumerate(case_names()[::6]):
        text = case_text(name)
        if len(text) < 4000 and "\\grace" not in text:
            n_changed += keeps_its_sound(text, TIMES[number % len(TIMES)])
    assert n_changed or not case_names()
