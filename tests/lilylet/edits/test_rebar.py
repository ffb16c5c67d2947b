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
from tests.lilylet.edits.editing import after
from tests.strategies import broken_lilylet_texts, lilylet_texts


def rebarred(text: str, numerator: int, denominator: int, at: int = 0) -> str:
    return after(text, change_time(parse_document(text), Span(at, at), numerator, denominator))


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


def test_a_tempo_behind_a_rest_that_fills_its_measure_stays_at_the_start() -> None:
    text = "\\time 4/4 c'1 | R1 \\tempo 4=60 | d'1 |\n"
    assert "\\time 3/4 c'4 \\tempo 4=60 r2 |" in rebarred(text, 3, 4)


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
        ("c1 \\addlyrics { la la } |", "more syllables"),
        ("\\time 4/4 \\repeat tremolo 2 { c2 e } |", "tremolo"),
        ('[measures "1, 2"]\nc1 | d1 |', "[measures]"),
        ('c1 | d1 \\bar ":|." | e1 |', "repeat sign at measure 2"),
        ("", "no measure"),
    ],
)
def test_what_cannot_be_arranged_is_said(text: str, part: str) -> None:
    assert part in reason(text)


def test_syllables_go_with_their_notes() -> None:
    text = "\\time 4/4 c4 d2. \\addlyrics { Freu -- de } | e4 r f2~ | f1 \\addlyrics { _ } |\n"
    assert rebarred(text, 2, 4) == (
        "\\time 2/4 c4 d~ \\addlyrics { Freu -- de } |\n\n\\time 2/4 d2 |\n\n"
        "\\time 2/4 e4 r |\n\n\\time 2/4 f2~ |\n\n\\time 2/4 f2~ \\addlyrics { _ } |\n\n"
        "\\time 2/4 f2 |\n"
    )
    text = "\\time 4/4 c4 d2. \\addlyrics { a b } \\addlyrics { c } | e1 \\addlyrics { d } |\n"
    changed = rebarred(text, 3, 4)
    assert changed == (
        "\\time 3/4 c4 d2~ \\addlyrics { a b } \\addlyrics { c } |\n\n"
        "\\time 3/4 d4 e2~ \\addlyrics { _ d } |\n\n\\time 3/4 e2 r4 |\n"
    )


def test_a_tied_note_with_a_syllable_of_its_own_is_not_joined() -> None:
    text = "\\time 2/4 c2~ \\addlyrics { a } | c2 \\addlyrics { b } |\n"
    assert rebarred(text, 4, 4) == "\\time 4/4 c2~ c \\addlyrics { a b } |\n"


def test_a_time_signature_within_a_measure_holds_from_the_next_one_on() -> None:
    text = "\\time 4/4 c1 | d2 \\time 2/4 e | f2 | g2 |\n"
    assert rebarred(text, 3, 2) == "\\time 3/2 c1 d2 |\n\n\\time 3/2 e2 r1 | \\time 2/4 f2 | g2 |\n"
    text = text.replace("| f2", "| \\time 2/4 f2")
    assert rebarred(text, 3, 2).endswith("r1 | \\time 2/4 f2 | g2 |\n")


def test_a_tremolo_across_a_barline_is_cut_between_its_strokes() -> None:
    text = "\\time 4/4 c4( \\repeat tremolo 12 { e32\\p g-.) } |\n"
    assert rebarred(text, 2, 4) == (
        "\\time 2/4 c4( \\repeat tremolo 4 { e32\\p g32-. } |\n\n"
        "\\time 2/4 \\repeat tremolo 8 { e32 g32) } |\n"
    )
    text = "\\time 4/4 \\repeat tremolo 2 { c4 e } |\n"
    assert rebarred(text, 3, 4) == (
        "\\time 3/4 \\repeat tremolo 1 { c4 e4 } c4 |\n\n\\time 3/4 e4 r2 |\n"
    )


def test_a_tremolo_that_fits_stays_whole() -> None:
    text = "\\time 2/4 \\repeat tremolo 4 { c16 e } | d2 |\n"
    assert rebarred(text, 4, 4) == "\\time 4/4 \\repeat tremolo 4 { c16 e16 } d2 |\n"


def test_the_playing_order_follows_where_its_sections_begin_at_barlines() -> None:
    music = "\\time 4/4 c1 | d1 | e1 | f1 |\n\\time 2/4 g2 |\n"
    changed = rebarred('[measures "2*[1..2]{3, 4}, 5"]\n' + music, 2, 4)
    assert parse_document(changed).document.headers.playing_order == "2*[1..4]{5..6, 7..8}, 9"
    assert "3/4" not in reason('[measures "2*[1..2]{3, 4}, 5"]\n' + music)
    changed = rebarred('[measures "2*[1..4], 5"]\n' + music, 3, 4)
    assert parse_document(changed).document.headers.playing_order == "2*[1..6], 7"


def test_numbers_behind_later_barlines_follow() -> None:
    text = "\\time 4/4 c1 | %1\nd1 | %2\n\\time 3/4 e2. | %3\n"
    assert rebarred(text, 2, 4).endswith("\\time 2/4 d2 | %4\n\\time 3/4 e2. | %5\n")


def test_ornaments_do_not_stand_in_the_way() -> None:
    assert "\\trill" in rebarred("\\time 4/4 c2 d\\trill | e1 |\n", 3, 4)


def test_a_voice_goes_on_on_its_own_staff() -> None:
    text = (
        '\\time 2/4 g\'2 \\\\ \\staff "2" c,~ |\n'
        '\\staff "1" g\'2 \\\\ e4 f \\\\ \\staff "2" c,2 |\n'
    )
    assert rebarred(text, 4, 4) == (
        '\\staff "1" \\time 4/4 g\'2 g \\\\\n\\staff "1" s2 e,4 f \\\\\n\\staff "2" c,1 |\n'
    )


def test_grace_notes_at_the_end_of_a_measure_stay_before_its_barline() -> None:
    text = "\\time 2/4 c2 | d2\\trill \\grace { c16 d } | e2 | f2 |\n"
    assert rebarred(text, 4, 4) == (
        "\\time 4/4 c2 d\\trill \\grace { c16 d } |\n\n\\time 4/4 e2 f |\n"
    )


def test_stems_are_said_once() -> None:
    text = "\\time 2/4 \\stemUp c2 | \\stemUp d | \\stemDown e | f |\n"
    assert rebarred(text, 4, 4) == (
        "\\time 4/4 \\stemUp c2 d |\n\n\\time 4/4 \\stemUp \\stemDown e2 \\stemNeutral f |\n"
    )


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
