from __future__ import annotations

import pytest

from lilydesk.codecs.abc import read_abc
from lilydesk.errors import LilyDeskError
from tests.codecs.abc.reading import lilylet, losses, music


def test_titles_and_composer_become_headers() -> None:
    text = lilylet("X:1\nT:Reel\nT:slow\nC:Anna\n+:Smith\nL:1/4\nK:G\nf|\n")
    assert text.startswith('[title "Reel"]\n[subtitle "slow"]\n[composer "Anna Smith"]\n\n')
    assert text.endswith("\\key g \\major fs'4 |\n")


def test_three_remarks_at_the_head_are_style_lines() -> None:
    text = lilylet("X:1\n%Baroque\n%Bach, Johann Sebastian\n%Keyboard\nL:1/4\nK:C\nc|\n")
    assert text.startswith("%Baroque\n%Bach, Johann Sebastian\n%Keyboard\n")


def test_other_fields_are_kept_as_remarks() -> None:
    score = read_abc("X:1\nO:Ireland\nL:1/4\nK:C\nc|\n")
    assert score.document.measures[0].comments == (" Origin: Ireland",)
    assert score.losses == ("The field O: (origin) is kept as a remark only.",)


@pytest.mark.parametrize(
    ("field", "key"),
    [
        ("Am", "a \\minor"), ("Bb", "bf \\major"), ("F#min", "fs \\minor"), ("DDor", "c \\major"),
        ("G mix", "c \\major"), ("Eb major clef=bass", "ef \\major"), ("HP", "d \\major"),
        ("D exp _b", "f \\major"), ("G =f", "c \\major"), ("F clef=bass", "f \\major"),
        ("D exp _b clef=alto", "f \\major"),
    ],
)  # fmt: skip
def test_a_key_is_shown_by_its_signature(field: str, key: str) -> None:
    assert f"\\key {key}" in lilylet(f"X:1\nL:1/4\nK:{field}\nc|\n")


def test_metre_and_default_unit_go_together() -> None:
    assert "\\time 2/4 c'16 |" in music("c|", "M:2/4\n").replace("\\partial 16 ", "")
    assert "\\time 6/8 \\partial 8 c'8 |" in music("c|", "M:6/8\n")
    assert music("c|", "M:C|\nL:1/1\n") == "\\time 2/2 c'1 |"


def test_signatures_change_within_the_tune() -> None:
    assert "\\key d \\major \\time 3/4 fs'2. |" in lilylet(
        "X:1\nL:1/4\nM:4/4\nK:C\nf4|[K:D][M:3/4]f3|\n"
    )


def test_the_tempo_has_words_and_a_metronome_mark() -> None:
    assert music("c|", 'Q:"Allegro" 3/8=90\nL:1/4\n') == '\\tempo "Allegro" 4.=90 c\'4 |'


def test_repeats_with_two_endings_are_a_playing_order() -> None:
    text = lilylet("X:1\nL:1/4\nM:1/4\nK:C\n|:c|d|1 e:|2 f|]\n")
    assert '[measures "2*[1..2]{3, 4}"]' in text
    assert 'e\'4 \\bar ":|." |' in text


def test_plain_repeats_are_barlines() -> None:
    assert music("c|:d:|e::f:|") == (
        'c\'4 |\n\\bar ".|:" d\'4 \\bar ":|." |\ne\'4 \\bar ":..:" |\nf\'4 \\bar ":|." |'
    )


def test_brackets_are_played_in_the_order_of_their_numbers() -> None:
    text = lilylet("X:1\nL:1/4\nM:1/4\nK:C\n|:c|1,3 d:|2 e:|4 f|]\n")
    assert '[measures "4*[1]{2, 3, 2, 4}"]' in text


def test_the_clef_of_a_key_field_is_no_accidental() -> None:
    text = lilylet("X:1\nL:1/4\nK:F clef=bass\nB,|[K:C clef=alto]C|\n")
    assert text.splitlines()[0] == '\\key f \\major \\clef "bass" bf4 |'
    assert '\\key c \\major \\clef "alto" c4' in text


def test_a_voice_may_have_a_short_name() -> None:
    assert lilylet('X:1\nV:1 name="Oboe" sname="Ob."\nK:C\nc|\n').startswith(
        '[instrument-1 "Oboe" "Ob."]'
    )


def test_voices_without_a_layout_have_a_staff_each() -> None:
    text = music("V:1 clef=treble\nc|\nV:2 clef=bass\nC,|")
    assert text == '\\clef "treble" c\'4 \\\\\\\n\\clef "bass" c,4 |'


def test_the_layout_braces_staves_and_puts_voices_together() -> None:
    text = lilylet(
        'X:1\n%%score { (1 2) | 3 }\nL:1/4\nK:C\nV:1\nV:2\nV:3 bass nm="Piano" snm="Pno."\n'
        "[V:1]c|[V:2]E|[V:3]C,|\n"
    )
    assert text == (
        '[instrument-1-2 "Piano" "Pno."]\n\n\\staff "1" \\key c \\major c\'4 \\\\\n'
        '\\staff "1" e4 \\\\\n\\staff "2" \\clef "bass" c,4 |\n'
    )


def test_brackets_join_barlines_where_the_layout_says_so() -> None:
    text = lilylet("X:1\n%%score [ 1 | 2 ] 3\nL:1/4\nK:C\n[V:1]c|[V:2]c|[V:3]c|\n")
    assert '[staves "<1-2>,3"]' in text


def test_a_voice_that_is_silent_for_a_while_rests() -> None:
    assert music("[V:1]c4|[V:2]c4|\n[V:1]d4|", "L:1/4\nM:4/4\n").endswith("d'1 \\\\\\\nR1 |")


def test_voices_left_out_of_a_line_rest_where_the_measures_are_numbered() -> None:
    text = music("V:1\nV:2\n[r:0/2][V:1]c4|\n[r:1/1][V:1]d4|[V:2]e4|", "L:1/4\nM:4/4\n")
    assert text.split("|\n")[0].endswith("c'1 \\\\\\\nR1 ")
    assert text.endswith("d'1 \\\\\\\ne'1 |")


def test_an_overlay_is_another_voice_of_the_measure() -> None:
    assert music("c2 & E F|d2|") == "c'2 \\\\\ne4 f |\nd'2 |"


def test_a_transposing_voice_has_a_clef_that_says_so() -> None:
    assert '\\clef "treble_2" c\'4' in music("V:1 treble transpose=-2\nc|")


def test_syllables_stand_under_the_line_above() -> None:
    assert music("c d|e f|\nw:Freu-de, schö_|") == (
        "c'4 d \\addlyrics { Freu -- de, } |\ne'4 f \\addlyrics { schö __ } |"
    )


def test_verses_bars_and_skipped_notes_in_lyrics() -> None:
    assert music("c d e|f|\nw:a *|b\nw:one~two") == (
        "c'4 d e \\addlyrics { a } \\addlyrics { \"one two\" } |\nf'4 \\addlyrics { b } |"
    )


def test_the_first_of_several_tunes_is_read() -> None:
    score = read_abc("X:1\nL:1/4\nK:C\nc|\n\nX:2\nK:C\nd|e|\n")
    assert len(score.document.measures) == 1
    assert score.losses == ("The file holds 2 tunes; only the first one is read.",)


def test_lines_go_on_and_remarks_stay_with_their_measure() -> None:
    score = read_abc("X:1\nL:1/8\nK:C\ncd\\\nef|\n% second part\ng|\n")
    assert [len(measure.parts[0].voices[0].events) for measure in score.document.measures] == [4, 1]
    assert score.document.measures[1].comments == (" second part",)


def test_directives_for_the_layout_are_told_once() -> None:
    assert losses("%%newpage\nc|\n%%vskip 1") == (
        "Directives for the layout (%%…) are left out (2 times, first in line 4)."
    )


def test_a_text_without_a_tune_is_refused() -> None:
    with pytest.raises(LilyDeskError, match="no tune"):
        read_abc("Dear Anna,\nthe weather is fine.\n")


def test_a_tune_without_notes_is_empty_and_says_so() -> None:
    score = read_abc("X:1\nT:Silence\nK:C\n")
    assert score.document.measures == ()
    assert score.losses == ("The tune has no notes.",)
