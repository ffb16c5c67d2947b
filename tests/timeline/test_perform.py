from fractions import Fraction

from lilydesk.lilylet import parse_document
from lilydesk.timeline import perform
from tests.support import need_shared
from tests.timeline.playing import notes, onsets, pitches, played, velocities


def test_ties_are_one_note_with_the_ids_of_all_heads() -> None:
    first, second = notes("c'4~ c~ | c d |")
    assert (first.onset, first.midi, second.onset) == (0, 72, 3)
    assert [identifier.split("-")[0] for identifier in first.element_ids] == ["m0", "m0", "m1"]
    assert second.onset - 1 < first.onset + first.length <= second.onset


def test_a_tie_joins_what_two_chords_share() -> None:
    assert sorted((note.midi, note.onset) for note in notes("<c' e>4~ <c g'>")) == [
        (72, 0),
        (76, 0),
        (79, 1),
    ]


def test_a_tie_to_another_pitch_joins_nothing() -> None:
    assert len(notes("b'4~ bf")) == 2


def test_a_tie_leads_over_grace_notes() -> None:
    assert len(notes("c'4~ \\grace d16 c4")) == 2


def test_measures_begin_where_the_one_before_ends() -> None:
    assert onsets("c'4 | d4. \\\\\ne8 | f4 |") == [0, 1, 1, Fraction(5, 2)]


def test_repeats_are_played_and_shown_at_their_place() -> None:
    performance = played('[measures "2*[1]{2,3}"]\n\\tempo 4=60 c\'4 | d | e |')
    assert [note.midi for note in performance.notes] == [72, 74, 72, 76]
    assert [measure.measure_index for measure in performance.measures] == [0, 1, 0, 2]
    assert [measure.onset_s for measure in performance.measures] == [0, 1, 2, 3]
    assert performance.length_s == 4


def test_grace_notes_take_a_little_from_the_note_they_lead_to() -> None:
    grace, main, after = notes("\\grace d'16 c4 e")
    assert (grace.onset, after.onset) == (0, 1)
    assert 0 < main.onset == grace.length <= Fraction(1, 2)
    assert main.onset + main.length <= 1


def test_many_grace_notes_take_half_of_it_at_most() -> None:
    *_, main, _ = notes("\\grace { d'16 e f g a b c d e f g a } c,4 e")
    assert main.onset == Fraction(1, 2)


def test_grace_notes_at_the_end_come_before_it() -> None:
    assert onsets("c'4 \\grace d16") == [0, Fraction(7, 8)]


def test_an_arpeggio_starts_with_the_lowest_note() -> None:
    played_notes = notes("<g' e c>2\\arpeggio")
    assert [note.midi for note in played_notes] == sorted(note.midi for note in played_notes)
    assert played_notes[0].onset == 0
    assert len({note.onset + note.length for note in played_notes}) > 0
    assert played_notes[-1].onset < 1


def test_a_trill_alternates_with_the_upper_neighbour_of_the_key() -> None:
    assert set(pitches("\\key g \\major e'2\\trill")) == {76, 78}
    assert pitches("e'2\\trill")[-1] == 76


def test_mordent_prall_and_turn() -> None:
    assert pitches("c'4\\mordent") == [72, 71, 72]
    assert pitches("c'4\\prall") == [72, 74, 72]
    assert pitches("c'2\\turn") == [74, 72, 71, 72]


def test_tremolos_are_struck_out() -> None:
    assert onsets("c'4:16") == [0, Fraction(1, 4), Fraction(1, 2), Fraction(3, 4)]
    assert pitches("\\repeat tremolo 2 { c'16 e }") == [72, 76, 72, 76]


def test_ottava_and_transposing_clefs_sound_right() -> None:
    assert pitches("\\ottava #1 c''4 \\ottava #0 c,") == [84, 72]
    assert pitches('\\clef "treble_8" c\'4 \\clef "treble" c') == [60, 72]
    assert pitches('\\clef "treble^8" c\'4') == [84]


def test_pitches_beyond_midi_move_by_octaves() -> None:
    assert pitches("c''''''''4")[0] % 12 == 0
    assert all(0 <= midi <= 127 for midi in pitches("c''''''''4 b,,,,,,,,,,,,,,,,,,,"))


def test_dynamics_and_hairpins() -> None:
    assert velocities("c'4\\p d e\\f f") == [50, 50, 90, 90]
    rising = velocities("c'4\\p\\< d e f\\f")
    assert rising == sorted(rising)
    assert rising[1] > 50
    falling = velocities("c'4\\f\\> d e\\! f")
    assert falling[0] == 90 > falling[1] > falling[2] == falling[3]


def test_accents_and_sforzati_are_single_notes() -> None:
    plain, accented, sudden, after = velocities("c'4\\p d-> e\\sfz f")
    assert plain == after < accented < sudden


def test_a_staff_without_dynamics_follows_its_part() -> None:
    text = '\\staff "1" c\'4\\pp \\\\\n\\staff "2" c4 \\\\\\\ng4 |'
    assert [(note.channel, note.velocity) for note in notes(text)] == [(0, 38), (0, 38), (1, 76)]


def test_articulations_shorten() -> None:
    lengths = [note.length for note in notes("c'4-. d-- e-! f g( a)")]
    staccato, tenuto, staccatissimo, plain, slurred, _ = lengths
    assert staccatissimo < staccato < plain < tenuto == slurred == 1


def test_pedal_is_a_controller() -> None:
    controls = played("\\tempo 4=60 c'4\\sustainOn d e\\sustainOff f").controls
    assert [(c.onset_s, c.channel, c.controller, c.value) for c in controls] == [
        (0, 0, 64, 127),
        (2, 0, 64, 0),
    ]


def test_a_pedal_left_down_goes_up_at_a_jump_and_at_the_end() -> None:
    text = '[measures "2*[1]"]\nc\'4\\sustainOn |'
    assert [(c.onset, c.value) for c in played(text).controls] == [
        *((0, 127), (1, 0)),
        *((1, 127), (2, 0)),
    ]


def test_parts_have_channels_and_sounds_by_name() -> None:
    parts = " \\\\\\\n".join(["c'4"] * 11)
    performance = played(f'[instrument-1 "Violin"]\n[instrument-2 "Flute"]\n{parts} |')
    programs = {channel.channel: channel.program for channel in performance.channels}
    assert list(programs) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11]
    assert (programs[0], programs[1], programs[2]) == (40, 73, 0)


def test_an_empty_document_is_silence() -> None:
    performance = played("")
    assert (performance.notes, performance.length_s) == ((), 0)


def test_the_same_document_gives_the_same_performance() -> None:
    text = "c'4\\p( d)\\trill \\grace e16 f4 <c e g>\\arpeggio |"
    assert played(text) == played(text)


def test_a_real_piece_is_heard_in_full() -> None:
    path = need_shared("conformance", "lilylet", "demo-BWV114.lyl")
    document = parse_document(path.read_text(encoding="utf-8")).document
    performance = perform(document)
    assert performance.length_s > 20
    assert all(note.length_s > 0 for note in performance.notes)
    onsets_s = [note.onset_s for note in performance.notes]
    assert onsets_s == sorted(onsets_s)
