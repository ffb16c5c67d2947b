"""A voice is read character by character, and its time is kept."""

from __future__ import annotations

from fractions import Fraction

import pytest

from lilydesk.engines.voice_closing import closing_text
from lilydesk.engines.voice_commands import commands_at, fits
from lilydesk.engines.voice_grammar import write
from lilydesk.engines.voice_limits import Limits, Sounding
from lilydesk.engines.voice_state import new_voice
from lilydesk.engines.voice_words import SPELLED, openings

THREE_FOUR = new_voice(96)
WHOLE = 128


def left_after(text: str, full: int = 96) -> int | None:
    state = write(new_voice(full), text)
    return None if state is None else state.left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("c4 ", 64),
        ("c4 d ", 32),  # a duration holds on
        ("c4. ", 48),
        ("<c e g>8.. ", 68),
        ("r8 s ", 64),
        ("\\grace { c16[ d] } c4 ", 64),
        ("\\tuplet 3/2 { c8 d e } ", 64),
        ("\\times 2/3 { c8 d4 } ", 64),
        ("\\repeat tremolo 4 { c32 e } ", 64),
        ("c4:32 ", 64),
        ("c4-5-.(~ ", 64),
        ('c4\\markup "a tempo" ', 64),
        ("R2. ", 0),
        ("R1 ", 0),  # a full-measure rest fills any measure
        ('\\tempo "Allegro" 4=120 c4 ', 64),
        ("\\ottava #-1 c'''2. ", 0),
    ],
)
def test_time_passes_as_the_language_says(text, left):
    assert left_after(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "c1", "c2 d2", "c2. d", "c4 d e f",  # too long
        "c ",  # no duration in this line
        "c3", "c4...", "h4", "cis4", "c4 5",
        "\\tuplet 3/2 { c2 d e",  # would last four quarters
        "\\tuplet 3/2 { c8 d }",  # two thirds of a quarter that nothing completes
        "\\tuplet 3/2 { }",
        "\\repeat tremolo 4 { c16 e8", "\\repeat tremolo 4 { c16 r", "\\repeat tremolo 8 { c8",
        "c4]", "c4[ d[", "c4[]", "c2.[", "c2[ d4 ", "r8[",  # a beam is open at the end
        "c4)", "c4\\!", "r4~", "c4 R2", "c4\\time", "c4 \\nonsense", "<>4", "<c", "c,,,,,4",
    ],
)  # fmt: skip
def test_what_leads_nowhere_is_refused(text):
    state = write(THREE_FOUR, text)
    assert state is None or not write(state, " ") or text == "<c"


def test_slurs_and_hairpins_may_end_that_began_before_the_measure():
    assert write(new_voice(96, slurs=1), "c4) ") is not None
    assert write(new_voice(96, hairpins=1), "c4\\! ") is not None


def test_time_and_partial_count_where_someone_else_gives_them():
    state = write(new_voice(128), "\\time 6/8 \\partial 8 ", is_given=True)
    assert (state.full, state.left) == (16, 16)
    assert write(new_voice(128), "\\time 6/8 ") is None


@pytest.mark.parametrize(("partial", "full"), [("2..", 112), ("32", 4), ("16.", 12), ("1", 128)])
def test_a_given_pickup_may_have_any_length(partial: str, full: int) -> None:
    state = write(new_voice(128), f"\\time 4/4 \\partial {partial} ", is_given=True)
    assert (state.full, state.left) == (full, full)


def test_a_given_voice_that_is_too_long_is_simply_full():
    assert write(new_voice(32), "c4 d ", is_given=True).is_full


BEGINNINGS = (
    "", "c", "c4", "c4[", "c4[ d8", "c4 d16 ", "<c", "<c e", "<c e>", "<c e>",
    "c4 \\tuplet 3/2 { c8", "c4 \\tuplet 7/4 { c16[ d", "\\tuplet", "\\tuplet 1", "\\grace { c16[",
    "\\grace {", "\\repeat", "\\repeat tremolo 2 { c16", "\\repeat tremolo 2 { c16 d",
    'c4\\markup "a',
    "c4^", "c4-", "c4:", "c4:1", "\\", "c4\\", "\\tempo", '\\tempo "a', '\\tempo "a" 4', "\\clef",
    "\\key", "\\ottava #", '\\bar "', "c32 d64 e128", "g'''", "c2[ \\tuplet 3/2 { d8", "c2[ d4",
    '\\tempo "Alle', '\\markup "poco ',
)  # fmt: skip


@pytest.mark.parametrize("text", BEGINNINGS)
def test_every_beginning_has_a_way_to_a_full_voice(text):
    state = write(THREE_FOUR, text)
    assert state is not None
    assert write(state, closing_text(state)).is_full


def test_grace_notes_come_once_before_an_event():
    """They take no time, so a model could write them without end."""
    once = write(new_voice(128), "\\grace { c16 d } ")
    assert once is not None
    assert write(once, "\\grace ") is None
    assert write(once, "c4 \\grace { ") is not None


@pytest.mark.parametrize("command", ["\\grace ", "\\stemUp ", '\\staff "2" '])
def test_nothing_is_prepared_where_no_note_can_follow(command: str) -> None:
    assert write(new_voice(96), f"c2 {command}") is not None
    assert write(new_voice(96), f"c2. {command}") is None
    assert write(new_voice(32), f"\\tuplet 3/2 {{ c8 d e {command}") is None
    assert write(new_voice(96), f"c2. {command}", is_given=True) is not None


@pytest.mark.parametrize(
    "text",
    [
        '\\tempo "Andante con moto" ', '\\tempo "Tempo I." 4=72 ',
        '\\tempo "Più mosso, ma non troppo" ',
        '\\markup "cresc. poco a poco" ', '\\markup "Espress." ', '\\chords "Am7" ',
        "\\tempo 4.=120 ",
    ],
)  # fmt: skip
def test_words_that_musicians_know_may_come(text: str) -> None:
    assert write(new_voice(96), text) is not None


@pytest.mark.parametrize(
    "text",
    [
        '\\tempo "Nich n', '\\tempo "aN', '\\tempo "Andan" ', '\\tempo "Andante  ',
        '\\tempo "cresc', '\\tempo "" ',
        '\\markup "lit Kin)', '\\markup "a a a a a ', '\\chords "am',
        "\\tempo 4=666", "\\tempo 4=5 ",
    ],
)  # fmt: skip
def test_garbled_words_and_paces_are_refused(text: str) -> None:
    assert write(new_voice(96), text) is None
    assert write(new_voice(96), text, is_given=True) is not None


def test_behind_words_of_somebodys_own_a_model_goes_on():
    state = write(new_voice(96), '\\tempo "Alle" ', is_given=True)
    assert write(state, "c4 ").left == 64


@pytest.mark.parametrize(
    "text",
    [
        '\\tempo "a tempo" \\tempo "Andante" ', '\\clef "bass" \\clef "treble" ',
        "\\ottava #1 \\ottava #0 ",
        "\\stemUp \\stemDown ", "c4\\f\\p ", 'c4 \\staff "2" \\staff "1" ', "c2.\\sf \\f ",
    ],
)  # fmt: skip
def test_what_the_next_word_takes_back_is_not_said(text: str) -> None:
    assert write(new_voice(96), text) is None
    assert write(new_voice(96), text, is_given=True) is not None


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('c4\\markup "" d ', 32), ('\\clef "" c4 ', 64), ('^\\markup "Andante" c4 ', 64),
        ("c4^> ", 64), ("\\key cf \\minor c4 ", 64), ("c2. \\tuplet 3/2 { d8 e f } ", 0),
        ("\\grace { c16[ d e f g a b c d } c4 ", 64), ("c4\\! ", 64),
    ],
)  # fmt: skip
def test_what_people_wrote_is_read_more_generously(text, left):
    state = write(THREE_FOUR, text, is_given=True)
    assert state is not None
    assert state.left == left


def test_a_voice_that_must_sound_does_not_rest_throughout() -> None:
    state = new_voice(96)._replace(must_sound=True)
    assert write(state, "R") is None
    assert write(state, "r2.") is None
    assert write(state, "r2 c4 ").is_full
    assert write(state, closing_text(state)).is_full


@pytest.mark.parametrize(("full", "last"), [(96, "c2. "), (128, "c1 "), (40, "c4 r16 ")])
def test_the_last_note_that_must_come_fills_its_voice(full: int, last: str) -> None:
    """Where one note value can; else there is a rest behind it."""
    state = new_voice(full)._replace(kept=(((28, 0),),), n_kept=1)
    assert write(state, last).is_full
    assert write(state, closing_text(state)).is_full
    assert write(state, "c8 ") is None or full == 40
    assert write(state, "\\tuplet 3/2 { ") is None


SPELLED_PREFIXES = sorted({name[:n] for name in SPELLED for n in range(1, len(name) + 1)})


@pytest.mark.parametrize("place", ["", "c8 ", "c8 r\\ff ", "c8", "c8\\p ", "<c e>8^", "r8"])
def test_there_is_a_way_out_of_every_command_that_is_begun(place):
    before = write(new_voice(96), place)
    for begun in SPELLED_PREFIXES:
        state = write(before, f"\\{begun}")
        names = commands_at(state) & SPELLED if state else ()
        if any(name.startswith(begun) and fits(state, name) for name in names):
            assert write(state, closing_text(state) or "no way").is_full, begun


def test_there_is_a_way_out_of_every_beginning_of_a_group():
    """Some are opened by one number only, as `\\times 14/7` where little time is left."""
    for command in ("tuplet", "times", "repeat"):
        for left in (1, 2, 3, 5, 12, 128):
            for begun in openings(command, left):
                state = write(new_voice(left), f"\\{command}{begun}")
                assert write(state, closing_text(state) or "no way").is_full, begun


@pytest.mark.parametrize("full", [4, 8])
def test_a_measure_too_short_for_a_pickup_has_none(full: int) -> None:
    begun = write(new_voice(full)._replace(may_be_partial=True), "\\")
    assert not fits(begun, "partial")


def test_chords_that_must_come_may_have_more_notes_than_the_limits_allow() -> None:
    chord = ((28, 0), (30, 0))
    state = new_voice(96)._replace(kept=(chord,), n_kept=1, limits=Limits(most=1))
    assert write(state, "<c e>2. ").is_full
    assert write(state, closing_text(state)).is_full


def test_grace_notes_sound_where_there_is_room_for_another_note():
    half = Sounding(1, Fraction(0), Fraction(64), 1)  # of another voice
    alone = new_voice(128)._replace(limits=Limits(most=1, others=(half,)))
    assert write(alone, "\\grace {") is None
    assert write(alone, "\\tuplet 3/2 { s2 \\grace {") is None
    assert write(alone, "s2 \\grace { c8 } d2 ") is not None
    two = alone._replace(limits=Limits(most=2, others=(half,)))
    assert write(two, "\\grace { c8 } d2 ") is not None
    assert write(two, "\\grace { <c e") is None
    assert write(two, "\\tuplet 3/2 { s2 s8 \\grace { <c e") is None
    assert write(two, "\\tuplet 3/2 { s1 \\grace { <c e>8 } s2 } ") is not None
