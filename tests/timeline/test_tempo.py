from fractions import Fraction

import pytest

from lilydesk.timeline.tempo import HeldTime, TempoMap, words_tempo
from tests.timeline.playing import notes, played


def test_without_a_word_the_tempo_is_a_hundred() -> None:
    assert [change.quarters_per_minute for change in played("c'4").tempos] == [100]


def test_a_metronome_mark_counts_its_own_beat() -> None:
    assert played("\\tempo 4.=60 c'4").tempos[0].quarters_per_minute == 90


@pytest.mark.parametrize(
    ("words", "slowest", "fastest"),
    [
        ("Adagio", 50, 70),
        ("Allegro", 120, 145),
        ("Allegretto", 100, 120),
        ("Allegro ma non troppo", 105, 130),
        ("Presto", 165, 200),
        ("Etwas langsam", 45, 65),
    ],
)
def test_words_stand_for_a_tempo(words: str, slowest: int, fastest: int) -> None:
    tempo = words_tempo(words)
    assert tempo is not None
    assert slowest <= tempo <= fastest


def test_words_that_name_no_tempo_change_nothing() -> None:
    assert words_tempo("dolce") is None
    assert len(played('\\tempo 4=80 c\'4 \\tempo "dolce" d').tempos) == 1


def test_the_tempo_changes_within_a_measure() -> None:
    first, second, third = notes("\\tempo 4=60 c'4 d \\tempo 4=120 e")
    assert [first.onset_s, second.onset_s, third.onset_s] == [0, 1, 2]
    assert third.length_s < 0.5 < first.length_s


def test_a_tempo_behind_a_rest_that_fills_its_voice_holds_from_the_start() -> None:
    performance = played("\\time 4/4 R1 \\tempo 4=120 | c'1 \\tempo 4=60 | d1 |")
    assert [m.onset_s for m in performance.measures] == [0, 2, 4]
    assert performance.length_s == 8


def test_a_repeat_returns_to_the_tempo_of_its_measures() -> None:
    performance = played('[measures "2*[1,2]"]\n\\tempo 4=60 c\'4 | \\tempo 4=120 d |')
    assert [m.onset_s for m in performance.measures] == [0, 1, 1.5, 2.5]


def test_a_fermata_holds_all_voices() -> None:
    text = "\\tempo 4=60 c'4 d\\fermata e \\\\\nc4 d\\fermata e |"
    assert [note.onset_s for note in notes(text)] == [0, 0, 1, 1, 3, 3]


def test_a_short_fermata_holds_less() -> None:
    assert notes("\\tempo 4=60 c'4\\shortfermata d")[1].onset_s == 1.5


def test_overlapping_holds_are_one() -> None:
    held = [
        HeldTime(Fraction(0), Fraction(2), Fraction(2)),
        HeldTime(Fraction(1), Fraction(2), Fraction(3, 2)),
    ]
    tempo_map = TempoMap([(Fraction(0), Fraction(60))], held)
    assert [tempo_map.seconds(Fraction(q)) for q in (0, 1, 2, 3)] == [0, 2, 4, 5]
