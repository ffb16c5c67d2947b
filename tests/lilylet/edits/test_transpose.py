from __future__ import annotations

import pytest

from lilydesk.lilylet import parse_document
from lilydesk.lilylet.edits import (
    INTERVALS,
    EditResult,
    double_durations,
    format_document,
    halve_durations,
    invert,
    practical_interval,
    respell,
    shift_octaves,
    transpose,
    transpose_in_key,
    transpose_to_key,
)
from lilydesk.lilylet.edits.chord_symbols import transposed_symbol
from lilydesk.notation import Pitch
from lilydesk.notation.event import Key
from lilydesk.notation.span import Span
from tests.lilylet.edits.editing import after, span_of


def test_transposing_takes_keys_and_chord_symbols_along() -> None:
    text = '\\key g \\major d\'4-. g,8 \\chords "D7/F#" fs c | % as it was\n<g b>2 |\n'
    result = transpose(parse_document(text), Span(0, len(text)), INTERVALS["minor third"])
    assert after(text, result) == (
        '\\key bf \\major f\'4-. bf,8 \\chords "F7/A" a ef | % as it was\n<bf d>2 |\n'
    )


def test_the_first_note_after_the_selection_keeps_its_octave() -> None:
    text = "c4 d e f | g a b c |\n"
    result = shift_octaves(parse_document(text), span_of(text, "d e"), 1)
    assert after(text, result) == "c4 d' e f, | g a b c |\n"


def test_each_voice_is_mended_by_itself() -> None:
    text = "c4 d \\\\ e f | g a \\\\ b c |\n"
    result = shift_octaves(parse_document(text), span_of(text, "d \\\\ e"), -1)
    assert after(text, result) == "c4 d, \\\\ e, f' | g' a \\\\ b c |\n"


def test_the_first_duration_after_the_selection_is_written_out() -> None:
    text = "c4 d e f |\ng a |\n"
    result = double_durations(parse_document(text), span_of(text, "d e"))
    assert after(text, result) == "c4 d2 e f4 |\ng a |\n"
    result = halve_durations(parse_document(text), span_of(text, "f |\ng"))
    assert after(text, result) == "c4 d e f8 |\ng a4 |\n"


def test_a_whole_note_has_no_double() -> None:
    result = double_durations(parse_document("c1 |"), Span(0, 2))
    assert result.edits == ()
    assert "whole note" in result.reason


def test_a_key_of_a_measure_in_part_selected_stays() -> None:
    text = "\\key g \\major g4 a | b c |\n"
    result = transpose(parse_document(text), span_of(text, "a |"), INTERVALS["major second"])
    assert after(text, result) == "\\key g \\major g4 b | b c |\n"


def test_after_a_transposed_passage_the_old_key_comes_back() -> None:
    text = "\\key g \\major g4 a |\nb c |\n"
    selection = span_of(text, "\\key g \\major g4 a |")
    result = transpose(parse_document(text), selection, INTERVALS["major second"])
    assert after(text, result) == "\\key a \\major a4 b |\n\\key g \\major b c |\n"


def test_each_key_stays_within_seven_signs() -> None:
    text = "\\key a \\major a'4 cs | \\key c \\major c4 e |\n"
    interval = INTERVALS["augmented fourth"]
    result = transpose(parse_document(text), Span(0, len(text)), interval, is_practical=True)
    assert after(text, result) == "\\key ef \\major ef'4 g | \\key fs \\major fs4 as |\n"


def test_to_a_key_goes_the_nearer_way() -> None:
    text = "\\key g \\minor g'4 bf d |\n"
    result = transpose_to_key(parse_document(text), Span(0, len(text)), Pitch("e"))
    assert after(text, result) == "\\key e \\minor e4 g b |\n"


def test_within_the_key_the_scale_spells() -> None:
    text = "\\key g \\major d'4 e fs f |\n"
    result = transpose_in_key(parse_document(text), Span(0, len(text)), 1)
    assert after(text, result) == "\\key g \\major e'4 fs g gf |\n"


def test_respelling_changes_the_name_and_not_the_sound() -> None:
    text = "cs4 bf <d gs>2 |\n"
    result = respell(parse_document(text), Span(0, len(text)))
    assert after(text, result) == "df4 as <d af'>2 |\n"


def test_inverting_mirrors_at_the_first_note() -> None:
    text = "c'4 d e g | c |\n"
    result = invert(parse_document(text), span_of(text, "c'4 d e g |"))
    assert after(text, result) == "c'4 b a f | c'' |\n"


def test_one_pitch_of_a_chord_can_be_selected() -> None:
    text = "<c e g>2 c |\n"
    result = shift_octaves(parse_document(text), span_of(text, "g"), 1)
    assert after(text, result) == "<c e g'>2 c |\n"


def test_notes_without_white_space_stay_apart() -> None:
    text = "edc4 fed |\n"
    result = transpose(parse_document(text), Span(0, 4), -INTERVALS["octave"])
    assert after(text, result) == "e,dc4 f'ed |\n"


@pytest.mark.parametrize("selection", [Span(0, 0), Span(30, 99), Span(14, 14)])
def test_without_notes_it_says_so(selection: Span) -> None:
    result = transpose(parse_document('[title "c d"] % e\n'), selection, INTERVALS["octave"])
    assert result == EditResult((), "There are no notes in the selection.")


@pytest.mark.parametrize(
    ("symbol", "moved"),
    [("Am7", "Bm7"), ("Bb", "C"), ("D/F#", "E/G#"), ("Csus4", "Dsus4"), ("N.C.", None)],
)
def test_chord_symbols(symbol: str, moved: str | None) -> None:
    assert transposed_symbol(symbol, INTERVALS["major second"]) == moved


def test_a_key_beyond_seven_signs_becomes_its_twin() -> None:
    b_major = Key(Pitch("b"), "major")
    twin = practical_interval(INTERVALS["augmented fourth"], b_major)
    assert twin == INTERVALS["diminished fifth"]


def test_formatting_gives_the_canonical_text() -> None:
    text = "\\time 2/4 c4 d|\n% mine\ne f"
    assert after(text, format_document(parse_document(text))) == (
        "\\time 2/4 c4 d | %1\n\n% mine\n\\time 2/4 e4 f | %2\n"
    )


def test_formatting_loses_nothing_that_cannot_be_read() -> None:
    result = format_document(parse_document("c4 xyz |"))
    assert result.edits == ()
    assert "error" in result.reason
