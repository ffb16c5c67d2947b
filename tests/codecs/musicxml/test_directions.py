"""Dynamics, hairpins, pedal, tempo, words and chord symbols."""

from __future__ import annotations

from tests.codecs.musicxml.scores import direction, imported, lilylet, note, written


def test_dynamics_and_words_hang_on_the_note_that_begins_there() -> None:
    loud = direction("<dynamics><f/></dynamics>")
    dolce = direction("<words>dolce</words>", attributes='placement="below"')
    assert written(loud + note("C4", 24) + dolce + note("D4", 24)) == (
        'c2\\f d_\\markup "dolce" | %1'
    )


def test_a_hairpin_leads_from_its_first_note_to_its_end() -> None:
    start = direction('<wedge type="crescendo"/>')
    stop = direction('<wedge type="stop"/>')
    assert written(start + note("C4", 24) + stop + note("D4", 24)) == "c2\\< d\\! | %1"


def test_a_pedal_is_pressed_changed_and_lifted() -> None:
    signs = [direction(f'<pedal type="{kind}"/>') for kind in ("start", "change", "stop")]
    assert (
        written(signs[0] + note("C4", 24) + signs[1] + note("D4", 24) + signs[2], note("E4", 48))
        == "c2\\sustainOn d\\sustainOff\\sustainOn | %1\n\ne1\\sustainOff | %2"
    )


def test_a_sign_in_the_middle_of_a_note_keeps_its_moment() -> None:
    loud = direction("<dynamics><f/></dynamics>", "<staff>1</staff>")
    back = "<backup><duration>24</duration></backup>"
    assert written(note("C4", 48) + back + loud) == "c1 \\\\\ns2 s\\f | %1"


def test_a_metronome_mark_joins_its_words() -> None:
    mark = (
        "<words>Allegro</words></direction-type><direction-type><metronome>"
        "<beat-unit>quarter</beat-unit><beat-unit-dot/><per-minute>92</per-minute></metronome>"
    )
    assert written(direction(mark) + note("C4", 48)) == '\\tempo "Allegro" 4.=92 c1 | %1'


def test_a_tempo_that_is_heard_belongs_to_the_words_beside_it() -> None:
    heard = direction("<words>a tempo</words>", '<sound tempo="88"/>')
    assert written(heard + note("C4", 48)) == '\\tempo "a tempo" 4=88 c1 | %1'


def test_chord_symbols_are_spelled_out() -> None:
    harmony = (
        "<harmony><root><root-step>B</root-step><root-alter>-1</root-alter></root>"
        "<kind>major-seventh</kind><bass><bass-step>D</bass-step></bass></harmony>"
    )
    assert written(harmony + note("C4", 48)) == '\\chords "Bbmaj7/D" c1 | %1'


def test_an_octave_line_leaves_the_pitches_as_they_sound() -> None:
    start = direction('<octave-shift type="down" size="8"/>')
    stop = direction('<octave-shift type="stop" size="8"/>')
    assert written(start + note("C6", 24) + stop + note("C5", 24)) == (
        "\\ottava #1 c''2 \\ottava #0 c, | %1"
    )


def test_segno_coda_and_rehearsal_marks_are_shown() -> None:
    signs = direction("<rehearsal>A</rehearsal>") + direction("<segno/>") + direction("<coda/>")
    assert written(signs + note("C4", 48)) == 'c1^\\markup "A"\\segno\\coda | %1'


def test_a_dynamic_without_a_sign_becomes_words_and_is_told() -> None:
    score = imported(direction("<dynamics><pppp/></dynamics>") + note("C4", 48))
    assert lilylet(score) == 'c1-\\markup "pppp" | %1'
    assert score.losses == ("The dynamic pppp is shown as words (measure 1).",)


def test_what_is_left_out_is_counted_and_placed() -> None:
    dashes = direction('<dashes type="start"/>')
    score = imported(note("C4", 48), dashes + note("C4", 48), dashes + note("C4", 48))
    assert score.losses == (
        "The dashed line behind words was left out (2 times, first in measure 2).",
    )
