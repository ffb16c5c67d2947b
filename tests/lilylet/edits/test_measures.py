"""Measures and voices put in and taken out; parts taken as texts of their own; retrograde."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lilydesk.lilylet import parse_document
from lilydesk.lilylet.edits import (
    add_voice,
    apply_edits,
    delete_measures,
    extract_part,
    extract_staff,
    insert_measures,
    remove_voice,
    retrograde,
)
from lilydesk.notation.span import Span
from tests.lilylet.cases import case_names, case_text
from tests.lilylet.edits.editing import after, span_of
from tests.lilylet.meaning import meaning
from tests.strategies import broken_lilylet_texts, lilylet_texts

OPERATIONS = (insert_measures, delete_measures, add_voice, remove_voice, retrograde)


CANONICAL = "\\key g \\major \\time 3/4 g'4 a b | %1\n\nc'2. | %2\n\nd'4 e fs | %3\n"


def test_empty_measures_go_in_after_the_one_of_the_cursor() -> None:
    result = insert_measures(parse_document(CANONICAL), span_of(CANONICAL, "a b"), 2)
    assert after(CANONICAL, result) == CANONICAL.replace(
        "%1\n", "%1\n\nR1 | %2\n\nR1 | %3\n"
    ).replace("c'2. | %2", "c'2. | %4").replace("fs | %3", "fs | %5")


def test_in_the_middle_of_a_line_the_note_after_keeps_octave_and_duration() -> None:
    text = "c''8 d e f | g a b c |"
    result = insert_measures(parse_document(text), Span(0, 0))
    assert after(text, result) == "c''8 d e f | R1 | g8 a b c |"


def test_each_staff_gets_its_rest() -> None:
    text = '\\staff "1" c4 \\\\ \\staff "2" e \\\\\\ g |\n'
    result = insert_measures(parse_document(text), Span(12, 12))
    empty = '\\staff "1" R1 \\\\ \\staff "2" R1 \\\\\\ R1 |'
    assert after(text, result) == f"{text}{empty}\n"


def test_a_deleted_measure_leaves_the_rest_as_it_was() -> None:
    result = delete_measures(parse_document(CANONICAL), span_of(CANONICAL, "c'2."))
    changed = after(CANONICAL, result)
    assert changed == "\\key g \\major \\time 3/4 g'4 a b | %1\n\nd'4 e fs | %2\n"


@pytest.mark.parametrize("piece", ["c'2. | %2\n\n", "\n\nc'2. | %2", " %1\n\nc'2. | %2\n"])
def test_whole_lines_are_the_measures_that_stand_in_them(piece: str) -> None:
    result = delete_measures(parse_document(CANONICAL), span_of(CANONICAL, piece))
    assert len(parse_document(after(CANONICAL, result)).document.measures) == 2
    assert "c'2." not in after(CANONICAL, result)


def test_key_and_time_of_a_deleted_measure_still_hold() -> None:
    result = delete_measures(parse_document(CANONICAL), Span(0, 0))
    changed = after(CANONICAL, result)
    assert changed == "\\key g \\major \\time 3/4 c'2. | %1\n\nd'4 e fs | %2\n"
    after_it = meaning(parse_document(changed).document)[-2:]
    assert after_it == meaning(parse_document(CANONICAL).document)[-2:]


def test_a_deleted_first_measure_takes_its_voices_along() -> None:
    text = "\\\\ c | d |\n"
    assert after(text, delete_measures(parse_document(text), Span(0, 0))) == "d |\n"


def test_the_clef_of_a_deleted_measure_still_holds() -> None:
    text = '\\clef "bass" c,4 d | e f |\n'
    result = delete_measures(parse_document(text), Span(0, 0))
    assert after(text, result) == '\\clef "bass" e, f |\n'


def test_a_voice_of_spaces_is_added_to_the_selected_measures() -> None:
    text = "c4 d e | f g a | b c d |\n"
    result = add_voice(parse_document(text), span_of(text, "e | f"))
    assert after(text, result) == ("c4 d e \\\\ s2. | f4 g a \\\\ s2. | b4 c d |\n")


def test_a_new_voice_is_no_longer_than_its_measure_should_be() -> None:
    text = "\\time 2/4 c4 d e \\\\ c2 | c4 d e |\n"
    result = add_voice(parse_document(text), Span(0, len(text)))
    assert after(text, result) == "\\time 2/4 c4 d e \\\\ c2 \\\\ s2 | c4 d e \\\\ s2. |\n"


def test_a_voice_is_taken_out() -> None:
    text = "c4 d \\\\ e2 \\\\\\ g |\n"
    result = remove_voice(parse_document(text), span_of(text, "e2"))
    assert after(text, result) == "c4 d \\\\\\ g2 |\n"


def test_the_first_voice_stays() -> None:
    result = remove_voice(parse_document("c4 \\\\ e |"), Span(0, 1))
    assert "first voice" in result.reason


def test_retrograde_turns_notes_durations_and_slurs_round() -> None:
    text = "c4( d8) e f2 | g1 |\n"
    result = retrograde(parse_document(text), span_of(text, "c4( d8) e"))
    changed = after(text, result)
    assert changed == "e8 d( c4) f2 | g1 |\n"
    result = retrograde(parse_document(changed), span_of(changed, "e8 d( c4)"))
    assert meaning(parse_document(after(changed, result)).document) == meaning(
        parse_document(text).document
    )


def test_retrograde_keeps_ties_between_their_notes() -> None:
    text = "c2~ c8 d |\n"
    result = retrograde(parse_document(text), span_of(text, "c2~ c8 d"))
    assert after(text, result) == "d8 c~ c2 |\n"


def test_retrograde_takes_grace_notes_whole_and_with_the_note_behind_them() -> None:
    text = "c4 \\grace { d16 e } f4 g2"
    for cut in ("d16 e } f4 g2", "e } f4 g2"):
        result = retrograde(parse_document(text), span_of(text, cut))
        assert apply_edits(text, result.edits) == "c4 g'2 \\grace { d16 e } f4"
    assert not retrograde(parse_document(text), span_of(text, "c4 \\grace { d16"))


def test_retrograde_turns_tuplets_and_keeps_grace_notes_with_theirs() -> None:
    text = "\\tuplet 3/2 { c8 d e } \\grace g16 f4 |\n"
    result = retrograde(parse_document(text), Span(0, len(text)))
    assert after(text, result) == "\\grace { g'16 } f4 \\tuplet 3/2 { e8 d c } |\n"


@pytest.mark.parametrize(
    ("text", "piece", "now"),
    [
        ("c8[ d e f] |", "d e f]", "c8[ f8 e d] |"),
        ("c8([ d e f]) g4( a) |", "e f]) g4(", "c8([ d g4 f8]) e( a4) |"),
        ("c4( d \\tuplet 3/2 { e8 f) g } |", "d \\tuplet 3/2 { e8 f) g }",
         "c4( \\tuplet 3/2 { g'8 f e) } d4 |"),
        ("d2\\p\\< e4 c\\! |", "d2\\p\\< e4 c\\!", "c4\\< e d2\\p\\! |"),
    ],
)  # fmt: skip
def test_slurs_and_beams_that_lead_out_stay_where_they_are(text: str, piece: str, now: str) -> None:
    assert after(text, retrograde(parse_document(text), span_of(text, piece))) == now


def test_retrograde_of_two_voices_is_refused() -> None:
    text = "c4 d \\\\ e f |\n"
    assert "one voice" in retrograde(parse_document(text), Span(0, len(text))).reason


SCORE = (
    '[title "Duo"]\n[instrument-1 "Flute"]\n\n\\key d \\major \\time 2/4 d\'4 e \\\\\\\n'
    '\\staff "1" a4 b \\\\\n\\staff "2" \\clef "bass" d,2 | %1\n\nfs\'2 | %2\n'
)


def test_a_part_is_a_text_of_its_own() -> None:
    assert extract_part(parse_document(SCORE), 0) == (
        '[title "Duo"]\n[instrument-1 "Flute"]\n\n\\key d \\major \\time 2/4 d\'4 e | %1\n\n'
        "\\key d \\major \\time 2/4 fs2 | %2\n"
    ).replace("fs2", "fs'2")


def test_a_staff_is_a_text_of_its_own_with_rests_where_it_is_silent() -> None:
    assert extract_staff(parse_document(SCORE), 1, 2) == (
        '[title "Duo"]\n\n\\key d \\major \\time 2/4 \\clef "bass" d,2 | %1\n\n'
        "\\key d \\major \\time 2/4 R1 | %2\n"
    )


def test_a_part_takes_along_what_the_first_one_says_for_all() -> None:
    text = (
        '\\time 2/4 \\partial 4 \\tempo "Allegro" 4=120 c4 \\\\\\ s4 |\n'
        'c2 \\\\\\ e2 |\nc4 \\tempo "Lento" d \\bar ":|." \\\\\\ g4 g |\n'
    )
    assert extract_part(parse_document(text), 1) == (
        '\\time 2/4 \\partial 4 \\tempo "Allegro" 4=120 s4 | %1\n\n'
        '\\time 2/4 e2 | %2\n\n\\time 2/4 g\'4 \\tempo "Lento" g \\bar ":|." | %3\n'
    )


def test_a_staff_that_is_silent_in_a_short_measure_rests_as_long() -> None:
    text = 'c4 | c1 \\\\ \\staff "2" e1 |\n'
    assert extract_staff(parse_document(text), 0, 2) == "r4 | %1\n\ne1 | %2\n"


def test_a_clef_goes_with_its_staff_whichever_voice_sets_it() -> None:
    text = '\\staff "1" c4 \\staff "2" \\clef "bass" c, c c \\\\ \\staff "2" e1 |\n'
    assert extract_staff(parse_document(text), 0, 1) == "c4 c, c c | %1\n"
    assert extract_staff(parse_document(text), 0, 2) == 'e1 \\clef "bass" | %1\n'


@settings(max_examples=120)
@given(
    text=st.one_of(lilylet_texts(), broken_lilylet_texts()),
    start=st.integers(0, 100),
    length=st.integers(0, 60),
    operation=st.sampled_from(OPERATIONS),
)
def test_odd_selections_never_raise(text: str, start: int, length: int, operation) -> None:
    result = operation(parse_document(text), Span(start, start + length))
    assert result.edits or result.reason


def measures_of(text: str) -> list[object]:
    return meaning(parse_document(text).document)[4:]


@pytest.mark.parametrize("operation", [insert_measures, delete_measures])
def test_other_measures_of_the_conformance_texts_keep_their_events(operation) -> None:
    random_ = random.Random(3)
    for name in case_names()[::15]:
        text = case_text(name)
        if len(text) > 5000:
            continue
        parsed = parse_document(text)
        place = random_.randrange(len(text))
        result = operation(parsed, Span(place, place))
        if not result:
            continue
        before, changed = measures_of(text), measures_of(apply_edits(text, result.edits))
        assert abs(len(before) - len(changed)) == 1
        longer, shorter = (before, changed) if len(before) > len(changed) else (changed, before)
        assert any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer))), name


@pytest.mark.parametrize("part", [0, 1])
def test_a_barline_behind_a_full_measure_rest_is_said_once(part: int) -> None:
    text = '\\time 3/4 R1 \\bar "|." \\\\\\ c2. \\bar "|." |\n'
    assert extract_part(parse_document(text), part).count("\\bar") == 1
