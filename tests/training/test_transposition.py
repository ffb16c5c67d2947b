from __future__ import annotations

import pytest

from lilydesk.composing.statistics import placed_chords
from lilydesk.lilylet import parse_document
from lilydesk.training.transposition import Interval, line_of_fifths, name_at, profile, transpose
from tests.support import need_shared

PIECE = (
    "%Romantic\n%Chopin, Frederic\n\n"
    '\\staff "1" \\key bf \\major \\time 3/4 \\tempo "Allegro a due" <bf\' d f>4\\<->( fs8[ g]'
    ' a\\ff \\grace { c32 } b,4^\\markup "dolce e f") \\\\\n'
    '\\staff "2" \\clef "bass" bf,,4 \\repeat tremolo 4 { d16 f } <ef g>4 |\n\n'
    '\\staff "1" \\key bf \\major \\time 3/4 \\tuplet 3/2 { e\'8 f g } ef2 \\\\\n'
    '\\staff "2" r4 s R |\n'
)


def midi_of(text: str) -> list[tuple[int, ...]]:
    document = parse_document(text).document
    return [chord.midi for measure in document.measures for chord in placed_chords(measure)]


def faults(text: str) -> list[str]:
    return [fault.code for fault in parse_document(text).diagnostics]


@pytest.mark.parametrize("fifths", [f for f in range(-4, 9) if f])
def test_every_note_moves_by_the_interval_and_nothing_else_changes(fifths: int) -> None:
    interval = Interval(fifths)
    moved = transpose(PIECE, interval)
    expected = [tuple(m + interval.semitones for m in chord) for chord in midi_of(PIECE)]
    assert midi_of(moved) == expected
    assert faults(moved) == faults(PIECE)
    assert '"dolce e f"' in moved
    assert "tremolo 4" in moved


@pytest.mark.parametrize("fifths", [-4, -1, 2, 5, 7])
def test_there_and_back_is_the_same_text(fifths: int) -> None:
    assert transpose(transpose(PIECE, Interval(fifths)), Interval(fifths).inverse) == PIECE


def test_keys_go_along_the_line_of_fifths() -> None:
    moved = transpose(PIECE, Interval(4))
    assert "\\key d \\major" in moved
    keys = {m.key.fifths for m in parse_document(moved).document.measures if m.key}
    assert keys == {2}


def test_names_and_places_on_the_line_of_fifths_belong_together() -> None:
    assert [name_at(place) for place in (-8, -1, 0, 1, 6, 13)] == ["ff", "f", "c", "g", "fs", "fss"]
    assert all(line_of_fifths(name_at(place)) == place for place in range(-15, 20))


def test_signatures_with_more_than_six_signs_are_no_aim() -> None:
    fifths = {interval.fifths for interval in profile("\\key af \\major c'4 d |\n").intervals()}
    assert fifths == {f for f in range(-2, 11) if f}


def test_a_part_stays_in_the_range_of_its_clef() -> None:
    low = profile('\\key c \\major \\clef "treble" g4 a |\n')
    assert min(interval.semitones for interval in low.intervals()) > 0
    high = profile("\\key c \\major c'''''4 |\n\n\\key c \\major c'4 |\n")
    assert max(interval.semitones for interval in high.intervals()) < 0


def test_a_keyboard_may_use_all_its_keys() -> None:
    text = '\\staff "1" \\key c \\major c\'4 \\\\\n\\staff "2" \\clef "bass" b,,4 |\n'
    semitones = {interval.semitones for interval in profile(text).intervals()}
    assert {-5, 6} <= semitones


def test_double_accidentals_stay_rare() -> None:
    chromatic = profile("\\key c \\major c4 cs d ds e fs g gs a as b |\n")
    assert max(interval.fifths for interval in chromatic.intervals()) < 6
    assert chromatic.intervals()


@pytest.mark.parametrize("name", ["chopin", "lieder", "quartet"])
def test_real_pieces_move_as_a_whole(name: str) -> None:
    from lilydesk.training.data import read_texts

    texts = read_texts(need_shared("corpus", "lilylet-valid.tar.xz"))
    by_length = sorted((t for n, t in texts.items() if n.startswith(name)), key=len)
    text = next(text for text in by_length if profile(text).intervals())
    intervals = profile(text).intervals()
    for interval in intervals[::4]:
        moved = transpose(text, interval)
        expected = [tuple(m + interval.semitones for m in chord) for chord in midi_of(text)]
        assert midi_of(moved) == expected
        assert transpose(moved, interval.inverse) == text or abs(interval.semitones) == 6
