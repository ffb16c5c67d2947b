"""Fixes of diagnostics: the fault goes, no other comes, and nothing else sounds differently."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lilydesk.lilylet import ParsedText, parse_document
from lilydesk.lilylet.edits import NO_FIX, apply_edits, fix
from lilydesk.lilylet.edits.atoms import read_atoms
from tests.lilylet.reading import codes


def fixed(text: str, code: str) -> str:
    """The text after the fix of its first fault of that code."""
    parsed = parse_document(text)
    fault = next(one for one in parsed.diagnostics if one.code == code)
    return apply_edits(text, fix(parsed, fault).edits)


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("\\time 4/4 c4 d e f | c8 |", "\\time 4/4 c4 d e f | c8 r8 r2. |"),
        # What follows keeps the duration that it carries over, in whatever voice or measure.
        ("\\time 4/4 c4 d e8 \\\\ f2 g |", "\\time 4/4 c4 d e8 r4. \\\\ f2 g |"),
        ("\\time 2/4 c4 d | e8 | f f f f |", "\\time 2/4 c4 d | e8 r4. | f8 f f f |"),
        ("\\time 2/4 c4 d | e8 % so\n | f8 f4. |", "\\time 2/4 c4 d | e8 r4. % so\n | f8 f4. |"),
        # Before what stands at the measure's end, behind marks of a group and of notes.
        ('\\time 2/4 c4 d | e4-. \\bar "|." |', '\\time 2/4 c4 d | e4-. r4 \\bar "|." |'),
        (
            "\\time 2/4 c2( | \\times 2/3 { d8 e f }) |",
            "\\time 2/4 c2( | \\times 2/3 { d8 e f }) r4 |",
        ),
        ("\\time 2/4 c2 | e4 \\addlyrics { la } |", "\\time 2/4 c2 | e4 r4 \\addlyrics { la } |"),
        # A second voice of a staff leaves the rests to the first one.
        ("\\time 2/4 c2 \\\\ e4 |", "\\time 2/4 c2 \\\\ e4 s4 |"),
        ('\\time 2/4 c2 \\\\ \\staff "2" e4 |', '\\time 2/4 c2 \\\\ \\staff "2" e4 r4 |'),
        # All voices of a measure at once.
        ("\\time 2/4 c2 \\\\ c2 | c4 \\\\ e4 |", "\\time 2/4 c2 \\\\ c2 | c4 r4 \\\\ e4 s4 |"),
    ],
)  # fmt: skip
def test_a_short_voice_is_filled_with_rests(text: str, mended: str) -> None:
    assert fixed(text, "voice-too-short") == mended
    assert codes(mended) == []


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("\\time 2/4 c4 d2 | e |", "\\time 2/4 c4 d4 | e2 |"),
        ("\\time 2/4 c4 d r8 | e f4. |", "\\time 2/4 c4 d | e8 f4. |"),
        ("\\time 2/4 c4 <d f>2( | g2) |", "\\time 2/4 c4 <d f>4( | g2) |"),
        ("\\time 2/4 c4 d r2 | e2 |", "\\time 2/4 c4 d | e2 |"),
    ],
)
def test_a_long_voice_loses_a_rest_or_length_at_its_end(text: str, mended: str) -> None:
    assert fixed(text, "voice-too-long") == mended
    assert codes(mended) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("\\time 2/4 c2 | d4~ | d2 |", "voice-too-short"),  # a rest would break the tie
        ("\\time 2/4 c2 | \\times 2/3 { d8 e } |", "voice-too-short"),  # a third of a quarter
        ("\\time 2/4 c2 | d4 e f |", "voice-too-long"),  # a whole note too much
        ("\\time 2/4 c2 | d4 \\grace { e16 } |", "voice-too-short"),  # its brace is in the way
    ],
)
def test_where_no_fix_is_certain_none_is_offered(text: str, code: str) -> None:
    parsed = parse_document(text)
    fault = next(one for one in parsed.diagnostics if one.code == code)
    assert fault.fix == ""
    assert fix(parsed, fault).reason == NO_FIX


def test_a_short_first_measure_is_marked_as_a_pickup() -> None:
    text = fixed("\\time 3/4 g8 g | c2. |", "pickup-without-partial")
    assert text == "\\partial 4 \\time 3/4 g8 g | c2. |"
    assert codes(text) == []


def test_a_fix_by_replacement_is_an_edit_like_others() -> None:
    assert fixed("c4 cis d e |", "unknown-word") == "c4 cs d e |"


_WORDS = (
    "c", "d4", "e8", "fs'16", "g,2", "a4.", "<c e>", "<d f>8", "r", "r4", "s8", "r8.", "R1", "b8(",
    "c)", "d4~", "d", "e-.", "g\\fermata", "\\grace { c16 d }", "\\times 2/3 { c8 d e }",
    "\\tuplet 3/2 { c4 d e }", "\\repeat tremolo 4 { c16 e }", "c4:32", ")", "\\p",
    '\\clef "bass"', '\\staff "2"', "\\stemUp", '\\bar "||"', "\\addlyrics { la la }", "\\\\",
    "\\\\\\", "|", "|", "\n", "% x\n", "\\partial 4", "\\time 3/4",
)  # fmt: skip
_TEXTS = st.lists(st.sampled_from(_WORDS), min_size=4, max_size=30).map(
    lambda words: "\\time 2/4 " + " ".join(words)
)


@settings(max_examples=120, deadline=None)
@given(_TEXTS, st.integers(0))
def test_a_fix_of_lengths_mends_one_fault_and_nothing_else_changes(text: str, which: int) -> None:
    before = parse_document(text)
    fixable = [fault for fault in before.diagnostics if fault.fix]
    assume(fixable)
    fault = fixable[which % len(fixable)]
    after = parse_document(apply_edits(text, fix(before, fault).edits))
    rest = Counter(one.code for one in before.diagnostics) - Counter([fault.code])
    assert Counter(one.code for one in after.diagnostics) <= rest
    # All voices of a measure may end too late: one note of each is shorter then.
    n_voices = len({atom.place for atom in read_atoms(before).atoms})
    n_changed = n_voices if fault.fix == "Shorten the end" else 0
    assert len(Counter(_notes(before)) - Counter(_notes(after))) <= n_changed


def _notes(parsed: ParsedText) -> list[tuple[object, ...]]:
    return [
        (atom.chunk, atom.place, atom.pitches, atom.duration, atom.is_grace)
        for atom in read_atoms(parsed).atoms
        if atom.rest is None
    ]
