"""Limits on notes and given measures hold, whatever the model wants."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

import pytest

from lilydesk.engines import Constraints, GivenMeasure
from lilydesk.engines.given_voice import Hole, pitches_of, read_given, rhythm_of
from lilydesk.engines.measure_plan import MeasurePlan
from lilydesk.errors import LilyDeskError
from lilydesk.lilylet import parse_document
from lilydesk.notation import Chord, Event, Measure, Tuplet, Voice
from lilydesk.notation.event import DoubleTremolo, StaffChange
from tests.engines.noise import assert_full_music, write_noise

SEEDS = range(4)
PIANO = (
    '\\staff "1" \\key g \\major \\time 3/4 \\clef "treble" '
    "d'4( \\tuplet 3/2 { g,8[ a fs'] } <b d>4)\\f \\\\\n"
    '\\staff "1" r4 \\grace { c16 d } e4~ e8 d\'8\\rest \\\\\n'
    '\\staff "2" \\clef "bass" <g, b d>2\\< a4\\! |\n'
)  # fmt: skip


def written(seed: int, staves: tuple[int, ...] = (2,), **values) -> str:
    times = ("\\time 4/4", "\\time 3/4", "\\time 5/8", "\\time 3/16")
    plan = MeasurePlan("[r:0/0]", "\\key af \\major", times[seed % 4], staves, **values)
    text = write_noise(plan, seed).removeprefix("[r:0/0]")
    if plan.given is None:
        assert_full_music(text, 1)
    return text


def chords_of(voice: Voice) -> Iterator[tuple[int, Chord, Fraction, Fraction]]:
    """Chords with the staff at hand, their onsets, and lengths in quarters."""
    staff = voice.staff
    for event, onset, length in timed(voice.events, Fraction(0), Fraction(1)):
        if isinstance(event, StaffChange):
            staff = event.staff
        elif isinstance(event, Chord):
            yield staff, event, onset, Fraction(0) if event.is_grace else length


def timed(events: Iterable[Event], onset: Fraction, scale: Fraction) -> Iterator[Any]:
    """Events with onset and length; tuplets and tremolos taken apart."""
    for event in events:
        length = getattr(event, "length", Fraction(0)) * scale
        if isinstance(event, Tuplet):
            yield from timed(event.events, onset, scale * event.ratio)
        elif isinstance(event, DoubleTremolo):
            yield event.first, onset, length
            yield event.second, onset, Fraction(0)  # they take turns
        else:
            yield event, onset, length
        onset += length


def assert_in_ranges(text: str, ranges: tuple[tuple[int, int] | None, ...]) -> None:
    """Each staff keeps to its range; only the last part may have more than one."""
    for number, part in enumerate(measure_of(text).parts):
        for voice in part.voices:
            for staff, chord, _, _ in chords_of(voice):
                lowest, highest = ranges[number + staff - 1] or (0, 127)
                assert all(lowest <= head.pitch.midi <= highest for head in chord.heads)


def assert_in_af_major(text: str) -> None:
    for voice in measure_of(text).voices:
        for _, chord, _, _ in chords_of(voice):
            for head in chord.heads:
                assert head.pitch.alter == (-1 if head.pitch.step in "bead" else 0)


def assert_polyphony(text: str, most: int) -> None:
    """No more notes sound together on a staff of the one part, those of a chord included."""
    sounding: Counter[tuple[int, int]] = Counter()
    for voice in measure_of(text).parts[0].voices:
        for staff, chord, onset, length in chords_of(voice):
            assert len(chord.heads) <= most
            for place in range(int(onset * 480), int((onset + length) * 480)):
                sounding[staff, place] += len(chord.heads)
    assert max(sounding.values(), default=0) <= most


def measure_of(text: str) -> Measure:
    return parse_document(text).document.measures[0]


# -- limits


@pytest.mark.parametrize("seed", SEEDS)
def test_notes_stay_in_the_range_of_their_staff(seed):
    ranges = ((60, 72), (41, 43), None)
    assert_in_ranges(written(seed, (1, 2), constraints=Constraints(ranges)), ranges)


@pytest.mark.parametrize("seed", SEEDS)
def test_key_only_leaves_the_notes_of_the_key(seed):
    assert_in_af_major(written(seed, constraints=Constraints(key_only=True)))


@pytest.mark.parametrize("most", [1, 3])
@pytest.mark.parametrize("seed", SEEDS)
def test_no_more_notes_sound_together_than_wanted(seed, most):
    assert_polyphony(written(seed, constraints=Constraints(max_polyphony=most)), most)


def test_all_limits_hold_together_where_hardly_anything_is_left():
    limits = Constraints(((61, 61), (108, 108)), key_only=True, max_polyphony=1)
    n_notes = 0
    for seed in SEEDS:
        text = written(seed, constraints=limits)
        assert_in_ranges(text, limits.ranges)
        assert_in_af_major(text)
        assert_polyphony(text, 1)
        n_notes += sum(1 for voice in measure_of(text).voices for _ in chords_of(voice))
    assert n_notes > 0


@pytest.mark.parametrize("seed", range(12))
def test_where_no_note_may_stand_there_are_rests(seed):
    """Neither staff has a note of the key in its range: grace notes and chords cannot begin."""
    limits = Constraints(((61, 61), (66, 66)), key_only=True, max_polyphony=2)
    plan = MeasurePlan("[r:0/0]", "\\key c \\major", "\\time 3/4", (2,), constraints=limits)
    text = write_noise(plan, seed).removeprefix("[r:0/0]")
    assert_full_music(text, 1)
    assert not any(True for voice in measure_of(text).voices for _ in chords_of(voice))


@pytest.mark.parametrize("seed", range(12))
def test_grace_notes_stay_where_they_can_be_written(seed):
    """The second staff has no note of the key in its range."""
    limits = Constraints(((60, 72), (66, 66)), key_only=True)
    plan = MeasurePlan("[r:0/0]", "\\key c \\major", "\\time 3/4", (2,), constraints=limits)
    text = write_noise(plan, seed).removeprefix("[r:0/0]")
    assert_full_music(text, 1)
    assert_in_ranges(text, limits.ranges)


@pytest.mark.parametrize(
    "values", [{"ranges": ((72, 60),)}, {"ranges": ((0, 60),)}, {"max_polyphony": 0}]
)
def test_limits_without_sense_are_refused(values):
    with pytest.raises(LilyDeskError, match=r"range|note"):
        Constraints(**values)


# -- given measures


def test_a_pickup_counts_whatever_stands_before_it():
    given = GivenMeasure('\\key c \\major \\time 3/4 \\clef "bass" \\partial 4 c4 |\n')
    assert read_given(given)[0].opening == "\\key c \\major \\time 3/4 \\partial 4 "
    assert read_given(given)[0].body == '\\clef "bass" c4'


def test_a_measure_is_taken_apart():
    first, second, third = read_given(GivenMeasure(PIANO, frozenset([(0, 2)])))
    assert first.opening == '\\staff "1" \\key g \\major \\time 3/4 '
    assert first.body.startswith('\\clef "treble" d')
    assert [voice.separator for voice in (first, second, third)] == ["\\\\", "\\\\", "|"]
    assert [voice.is_locked for voice in (first, second, third)] == [False, False, True]
    assert rhythm_of(second.body) == (
        "r4 \\grace { ", Hole(1), "16 ", Hole(1), " } ", Hole(1), "4~ ", Hole(1, True), "8 r8",
    )  # fmt: skip
    assert len(pitches_of(first.body)) == 5
    assert pitches_of(second.body) == (((30, 0),), ((30, 0),))


@pytest.mark.parametrize("keeps", ["none", "rhythm", "pitches"])
@pytest.mark.parametrize("seed", SEEDS)
def test_locked_voices_come_out_as_they_are(seed, keeps):
    given = GivenMeasure(PIANO, frozenset([(0, 0), (0, 2)]), keeps)
    text = written(seed, given=given)
    lines, expected = text.splitlines(), PIANO.splitlines()
    assert len(lines) == 3
    assert (lines[0], lines[2]) == (expected[0], expected[2])
    assert lines[1].startswith('\\staff "1" ')
    assert lines[1].endswith(" \\\\")
    assert_full_music(text, 1)


@pytest.mark.parametrize(
    "limits", [Constraints(), Constraints(((55, 60), (36, 48)), key_only=True)]
)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_rhythm_may_be_kept(seed, limits):
    text = written(seed, given=GivenMeasure(PIANO, keeps="rhythm"), constraints=limits)
    assert_full_music(text, 1)
    expected = PIANO.replace("d'8\\rest", "r8")
    assert skeleton(text) == skeleton(expected)
    if limits.key_only:
        for number, voice in enumerate(measure_of(text).parts[0].voices):
            for _, chord, _, _ in chords_of(voice):
                lowest, highest = limits.ranges[number == 2]
                assert all(lowest <= head.pitch.midi <= highest for head in chord.heads)


@pytest.mark.parametrize("keeps", ["none", "pitches"])
@pytest.mark.parametrize("seed", range(8))
def test_given_voices_without_a_staff_get_none(seed, keeps):
    """Nor where a part has two: a voice without one stands on the first."""
    text = "\\key c \\major \\time 4/4 c4 d e f \\\\\nc2 g |\n"
    assert "\\staff" not in written(seed, (), given=GivenMeasure(text, keeps=keeps))
    given = GivenMeasure(f'\\staff "1" {text}', keeps=keeps)
    voices = measure_of(written(seed, (2,), given=given)).voices
    assert [voice.staff for voice in voices] == [1, 1]


def test_chords_of_a_kept_rhythm_stay_in_tuplets_too():
    """Given notes are never changed, so a chord stays one whatever may sound together."""
    text = "\\key c \\major \\time 2/4 \\tuplet 3/2 { <c e>8 d <e g> } r4 |\n"
    limits = Constraints(max_polyphony=1)
    new = written(1, (1,), given=GivenMeasure(text, keeps="rhythm"), constraints=limits)
    assert skeleton(new) == skeleton(text)


@pytest.mark.parametrize(
    "body", ["<c e g>4~ <c e> r2", "<c e>4~ c r2", "c4~ <c e> r2", "c4~ c~ <c e> r"]
)
def test_tied_chords_of_a_kept_rhythm_keep_their_numbers_of_notes(body: str) -> None:
    text = f"\\key c \\major \\time 4/4 {body} |\n"
    for seed in SEEDS:
        new = written(seed, (1,), given=GivenMeasure(text, keeps="rhythm"))
        assert skeleton(new) == skeleton(text)


@pytest.mark.parametrize(
    "body",
    [
        "c4 d e <f a c>\\fermata",
        "\\grace { <c e>16 d8 } c4( d e f)",
        "\\tuplet 3/2 { c8 \\tuplet 3/2 { d16 e f } g8 } <a c>4 r2",  # nobody can follow that
        "c256 d256 e128 f64 g32 a16 b8 c4 d2",
    ],
)
@pytest.mark.parametrize("limits", [Constraints(), Constraints(((61, 61),), key_only=True)])
def test_a_kept_rhythm_has_its_notes_whatever_the_limits(body: str, limits: Constraints) -> None:
    """C sharp alone is no note of C major."""
    text = f"\\key c \\major \\time 4/4 {body} |\n"
    for seed in SEEDS:
        new = written(seed, (1,), given=GivenMeasure(text, keeps="rhythm"), constraints=limits)
        assert skeleton(new) == skeleton(text)


def skeleton(text: str) -> str:
    """The text without pitches, and with all heads of a chord alike."""
    text = re.sub(r'"[^"]*"|\\key \w+', "", text)
    return re.sub(r"(?<![a-z\\])[a-g](ss?|ff?)?[',]*(?![a-z])", "x", text)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_pitches_may_be_kept(seed):
    text = written(seed, given=GivenMeasure(PIANO, keeps="pitches"))
    assert_full_music(text, 1)
    for old, new in zip(PIANO.splitlines(), text.splitlines(), strict=True):
        assert pitches_of(body(new)) == pitches_of(body(old))


def test_signs_within_grace_notes_are_no_pitches():
    """A kept note after them lies where it lay: the last of them is a d, not one of \\stemDown."""
    first, second = pitches_of("\\grace { a''\\p([ fs d] \\stemDown } a8) \\grace { <e' c'>16 } d")
    assert (first, second) == (((33, 0),), ((36, 0),))


def body(line: str) -> str:
    return read_given(GivenMeasure(line))[0].body
