from __future__ import annotations

import pytest

from tests.codecs.abc.reading import lilylet, losses, music


def test_letters_and_octave_marks_are_pitches() -> None:
    assert music("C, C c c'|") == "c,4 c' c' c' |"


def test_lengths_are_multiples_of_the_unit() -> None:
    assert music("c2 c/ c// c3/2 c/4|") == "c'2 c8 c16 c4. c16 |"


def test_a_length_that_no_note_can_say_becomes_tied_notes() -> None:
    assert music("c5|") == "c'1~ c4 |"


def test_a_length_in_thirds_becomes_a_tuplet() -> None:
    assert music("c/3c/3c/3|").count("\\tuplet 3/2 { c") == 3


def test_a_chord_takes_its_length_inside_and_outside() -> None:
    assert music("[CEG]2 [C2E2]|") == "<c e g>2 <c e> |"


def test_broken_rhythm_moves_time_between_two_notes() -> None:
    assert music("c>d c<d c>>d|") == "c'4. d8 c d4. c4.. d16 |"


def test_a_triplet_holds_three_notes_rests_included() -> None:
    assert music("(3c/d/z/ c|") == "\\tuplet 3/2 { c'8[ d] r } c4 |"


def test_the_time_of_a_tuplet_depends_on_the_metre_or_is_said() -> None:
    assert "\\tuplet 5/3 {" in music("(5ccccc|", "L:1/8\nM:6/8\n")
    assert "\\tuplet 5/2 {" in music("(5ccccc|", "L:1/8\nM:2/4\n")
    assert "\\tuplet 3/2 { c'4 c }" in music("(3:2:2cc c|")


def test_grace_notes_take_no_time() -> None:
    assert music("{d/c/}c|") == "\\grace { d'8[ c] } c4 |"


def test_notes_without_a_space_between_them_share_a_beam() -> None:
    assert music("c/d/e/ f/g/|") == "c'8[ d e] f[ g] |"


def test_notes_that_stand_apart_have_flags() -> None:
    assert '[auto-beam "off"]' in lilylet("X:1\nL:1/8\nK:C\nc d|\n")


def test_ties_and_slurs_follow_their_notes() -> None:
    assert music("(c d-|d) z|") == "c'4( d~ |\nd'4) r |"


def test_an_accidental_holds_to_the_barline_in_all_octaves() -> None:
    assert music("^F f =F|F|") == "fs4 fs' f, |\nf4 |"


def test_how_far_accidentals_hold_can_be_said() -> None:
    assert music("^F f F|", "%%propagate-accidentals octave\nL:1/4\n") == "fs4 f' fs, |"


def test_a_tied_note_keeps_its_accidental_over_the_barline() -> None:
    assert music("^f-|f f|") == "fs'4~ |\nfs'4 f |"


def test_rests_show_hide_or_fill_measures() -> None:
    assert music("z x2|Z2|c|") == "r4 s2 |\nR1 |\nR1 |\nc'4 |"


def test_decorations_are_marks() -> None:
    assert music("!p!.c Td !<(!e !<)!f|") == "c'4\\p-. d\\trill e\\< f\\! |"


def test_a_hairpin_may_end_behind_the_last_note() -> None:
    assert music("!<(!c d!<)!|e|") == "c'4\\< d\\! |\ne'4 |"


def test_words_and_chord_symbols_stand_at_their_note() -> None:
    assert music('"Am""^dolce"c|') == '\\chords "Am" c\'4^\\markup "dolce" |'


def test_a_decoration_can_be_given_another_letter() -> None:
    assert music("Wc|", "U:W=!trill!\nL:1/4\n") == "c'4\\trill |"


@pytest.mark.parametrize(
    ("body", "loss"),
    [
        ("c # d|", "“#” means nothing here (line 4)."),
        ("!wobble!c !wobble!d|", "The decoration “wobble” is left out (2 times, first in line 4)."),
        ("^/c|", "A microtonal accidental is left out (line 4)."),
        ("{/d}c|", "The stroke of an acciaccatura is not shown (line 4)."),
        ("~c|", "A roll (~) is shown as a turn (line 4)."),
        ("c)|", "A slur ends that did not begin (line 4)."),
        ("[c-e] [ce]|", "In a chord only some notes are tied; here all that go on are (line 4)."),
    ],
)
def test_what_is_lost_is_told_with_its_line(body: str, loss: str) -> None:
    assert losses(body) == loss
