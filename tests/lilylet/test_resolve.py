from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lilydesk.lilylet.resolve import octave_marks, resolve_duration, resolve_pitch
from lilydesk.notation import Duration, Pitch
from tests.lilylet.reading import durations, notes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("c f b e", "c4 f4 b4 e5"),
        ("c g", "c4 g3"),
        ("g d' a, f''", "g3 d4 a2 f4"),
        ("c cs css cf cff", "c4 cs4 css4 cf4 cff4"),
        ("ef fs ff", "ef4 fs4 ff4"),
        ("b cf' bs", "b3 cf5 bs4"),
        ("<c e g c> d", "c4+e4+g4+c5 d4"),
        ("<c e> <g' e>", "c4+e4 g4+e4"),
    ],
)
def test_a_note_is_the_nearest_to_the_one_before(text: str, expected: str) -> None:
    assert notes(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("c'4 d\ne f", "c5 d5 e4 f4"),
        ("c'4 d % a comment ends the line\ne f", "c5 d5 e4 f4"),
        ("c'4 d | e f |\ne f |", "c5 d5 | e5 f5 | e4 f4"),
        ("c''4 d \\\\ c4 d | e f \\\\ e f |", "c6 d6 c4 d4 | e6 f6 e4 f4"),
        # A newline belongs to the voice in which it stands: the other goes on where it was.
        ("c'4 d \\\\ \n c | e \\\\ f |", "c5 d5 c4 | e5 f4"),
        ("c'4 d'\\rest b'", "c5 r b6"),
        ("c' \\grace { c' } d", "c5 c6 d6"),
        ("c' \\times 2/3 { c8 d e' } d", "c5 c5 d5 e6 d6"),
        ("c' \\tuplet 3/2 { c8 d e' } d", "c5 c5 d5 e6 d6"),
        ("c' \\repeat tremolo 4 { c16 e' } d", "c5 c5 e6 d6"),
    ],
)
def test_newline_resets_pitch_base_and_all_else_carries_it_on(text: str, expected: str) -> None:
    assert notes(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("c d8 e r f2. g", "4 8 8 8 2. 2."),
        ("c8 \\\\ d | e \\\\\\ f\n| g", "8 8 8 8 8"),
        ("c4 \\tuplet 3/2 { d8 e f } g", "4 8 8 8 8"),
        ("\\grace c16 d e4", "16 16 4"),
        ("\\repeat tremolo 4 { c16 d } e", "16 16 16"),
        ("c4.. d", "4.. 4.."),
        ("<c e>2 d", "2 2"),
        ("c 8 d", "8 8"),
    ],
)
def test_a_duration_left_out_is_the_last_one_of_the_text(text: str, expected: str) -> None:
    assert durations(text) == expected


@pytest.mark.parametrize("text", ["3", "0", "2048", "5.", "99999999999", "4....."])
def test_no_such_note_value(text: str) -> None:
    assert resolve_duration(text) is None


def test_units_are_exact() -> None:
    resolved = resolve_duration("16..")
    assert resolved is not None
    assert resolved.duration == Duration(16, 2)
    assert Fraction(resolved.units, 4096 * 315) == resolved.duration.length


pitches = st.builds(Pitch, st.sampled_from("cdefgab"), st.integers(-2, 2), st.integers(-10, 20))


@given(pitch=pitches, base=st.integers(-70, 140))
def test_octave_marks_are_what_resolving_reads(pitch: Pitch, base: int) -> None:
    sign = {0: "", 1: "s", -1: "f", 2: "ss", -2: "ff"}[pitch.alter]
    text = pitch.step + sign + octave_marks(pitch, base)
    assert resolve_pitch(text, base).pitch == pitch
