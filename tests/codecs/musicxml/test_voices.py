"""Voices, staves, clefs, keys, transposition: how a part is laid out."""

from __future__ import annotations

from tests.codecs.musicxml.scores import (
    FOUR_FOUR,
    TWO_STAVES,
    back,
    imported,
    lilylet,
    note,
    written,
)


def test_voices_that_end_early_are_filled_up_so_that_measures_align() -> None:
    assert written(note("C5", 48, voice="1") + back(48) + note("E4", 12, voice="2")) == (
        "c'1 \\\\\ne4 s2. | %1"
    )


def test_a_voice_keeps_its_place_where_another_is_silent() -> None:
    first = note("C5", 48, voice="1") + back(48) + note("E4", 48, voice="2")
    assert written(first, note("D4", 48, voice="2")).endswith("s1 \\\\\nd1 | %2")


def test_one_voice_name_on_two_staves_means_two_voices() -> None:
    text = written(
        note("C5", 48, staff="1") + back(48) + note("C3", 48, staff="2"), attributes=TWO_STAVES
    )
    assert text == '\\staff "1" c\'1 \\\\\n\\staff "2" \\clef "bass" c,1 | %1'


def test_a_voice_that_crosses_to_another_staff_says_so() -> None:
    upper = note("C5", 24, voice="1", staff="1") + note("C3", 24, voice="1", staff="2")
    lower = note("E2", 48, voice="5", staff="2")
    text = written(upper + back(48) + lower, attributes=TWO_STAVES)
    assert text.startswith('\\staff "1" c\'2 \\staff "2" c,,')


def test_stems_are_kept_where_voices_share_a_staff() -> None:
    text = written(
        note("C5", 48, voice="1", stem="up") + back(48) + note("E4", 48, voice="2", stem="down")
    )
    assert text == "\\stemUp c'1 \\\\\n\\stemDown e1 | %1"


def test_a_clef_change_in_a_measure_stands_where_it_was() -> None:
    clef = "<attributes><clef><sign>F</sign><line>4</line></clef></attributes>"
    assert written(note("C4", 24) + clef + note("C3", 24)) == 'c2 \\clef "bass" c, | %1'


def test_a_clef_with_an_eight_sounds_where_the_file_says() -> None:
    tenor = FOUR_FOUR.replace(
        "</line></clef>", "</line><clef-octave-change>-1</clef-octave-change></clef>"
    )
    assert written(note("C4", 48), attributes=tenor) == '\\clef "treble_8" c\'1 | %1'


def test_an_instrument_that_sounds_an_octave_lower_gets_the_eight() -> None:
    bass = FOUR_FOUR.replace(
        "</attributes>",
        "<transpose><chromatic>0</chromatic><octave-change>-1</octave-change></transpose></attributes>",
    )
    assert written(note("C4", 48), attributes=bass) == '\\clef "treble_8" c1 | %1'


def test_a_transposing_instrument_is_written_as_it_sounds_in_the_sounding_key() -> None:
    clarinet = FOUR_FOUR.replace("<fifths>0", "<fifths>2").replace(
        "</attributes>",
        "<transpose><diatonic>-1</diatonic><chromatic>-2</chromatic></transpose></attributes>",
    )
    score = imported(note("F#4", 24) + note("B4", 24), attributes=clarinet)
    assert lilylet(score) == "e2 a | %1"
    assert score.losses == ("A transposing instrument is written as it sounds (measure 1).",)


def test_a_pickup_says_how_long_it_is() -> None:
    assert written(note("G4"), note("C5", 48)) == "\\partial 4 g'4 | %1\n\nc'1 | %2"


def test_minor_keys_and_common_time_are_read() -> None:
    minor = FOUR_FOUR.replace("<fifths>0</fifths>", "<fifths>-3</fifths><mode>minor</mode>")
    minor = minor.replace("<time>", '<time symbol="common">')
    assert written(note("C4", 48), attributes=minor) == "\\key c \\minor c1 | %1"


def test_an_empty_measure_lasts_as_long_as_its_time_signature() -> None:
    assert written("", note("C4", 48)) == "s1 | %1\n\nc1 | %2"


def test_double_sharps_keep_their_spelling() -> None:
    sharp = note("F#4", 48).replace("<alter>1<", "<alter>2<")
    assert written(sharp) == "fss1 | %1"
