from __future__ import annotations

from fractions import Fraction

import pytest

from lilydesk.lilylet import EntryState, parse_document, parse_measure
from lilydesk.notation import Chord, Duration, Rest, Span, Tuplet
from lilydesk.notation.event import (
    Barline,
    ChordSymbol,
    ClefChange,
    DoubleTremolo,
    Ottava,
    RestKind,
    StaffChange,
    StandaloneMark,
    StemChange,
    StemDirection,
    Tempo,
)
from tests.lilylet.reading import codes, events, marks, name, notes, voice


def test_parts_and_voices() -> None:
    (measure,) = parse_document("c \\\\ d \\\\\\ e |").document.measures
    assert [len(part.voices) for part in measure.parts] == [2, 1]


def test_the_last_barline_may_be_missing() -> None:
    assert notes("c | d") == "c4 | d4"


def test_a_measure_without_notes_is_left_out_and_its_key_stays() -> None:
    parsed = parse_document("\\key g \\major | c |")
    assert len(parsed.document.measures) == 1
    assert parsed.document.measures[0].key is not None
    assert parsed.document.measures[0].key.fifths == 1
    assert codes(parsed.text) == ["empty-measure"]


def test_spans_lead_back_to_the_text() -> None:
    text = "c4 | <d fs'!>8.-. r |"
    document = parse_document(text).document
    chord, rest = document.measures[1].parts[0].voices[0].events
    assert isinstance(chord, Chord)

    def piece(span: Span) -> str:
        where = document.span_in_text(1, span)
        return text[where.start : where.end]

    assert piece(chord.span) == "<d fs'!>8.-."
    assert [piece(head.span) for head in chord.heads] == ["d", "fs'"]
    assert piece(chord.marks[0].span) == "-."
    assert piece(rest.span) == "r"
    assert chord.heads[1].is_courtesy


def test_a_measure_depends_on_its_text_and_entry_only() -> None:
    first = parse_measure("c''8 d \\key d \\major |", EntryState())
    second = parse_measure(" e |", first.exit)
    assert second.measure is not None
    (note,) = second.measure.parts[0].voices[0].events
    assert isinstance(note, Chord)
    assert name(note.heads[0].pitch) == "e6"
    assert note.duration == Duration(8)
    assert second.measure.key is not None
    assert second.measure.key.fifths == 2
    assert parse_measure(" e |", first.exit) == second


# -- rests


@pytest.mark.parametrize(
    ("text", "kind"), [("r4", "VISIBLE"), ("s4", "INVISIBLE"), ("R1", "FULL_MEASURE")]
)
def test_rests(text: str, kind: str) -> None:
    (rest,) = events(text)
    assert isinstance(rest, Rest)
    assert rest.kind is RestKind[kind]


def test_a_positioned_rest_keeps_its_marks() -> None:
    (rest,) = events("g'4\\rest\\fermata")
    assert isinstance(rest, Rest)
    assert rest.position is not None
    assert name(rest.position) == "g4"
    assert marks("g'4\\rest\\fermata") == ["fermata"]


@pytest.mark.parametrize("time", ["3/4", "6/8", "4/4", "5/8"])
def test_a_full_measure_rest_fills_its_measure(time: str) -> None:
    first = voice(f"R1 \\\\ \\time {time} R |")
    assert first.length == Fraction(4 * int(time[0]), int(time[2]))


def test_a_full_measure_rest_in_a_pickup_is_as_long_as_the_pickup() -> None:
    assert voice("\\time 3/4 \\partial 4 R4 |").length == 1


# -- groups


def test_both_ways_to_write_a_tuplet_are_one() -> None:
    (tuplet,) = events("\\tuplet 3/2 { c8 d e }")
    (times,) = events("\\times 2/3 { c8 d e }")
    assert isinstance(tuplet, Tuplet)
    assert isinstance(times, Tuplet)
    assert tuplet.ratio == times.ratio == Fraction(2, 3)
    assert (times.numerator, times.denominator) == (3, 2)
    assert voice("\\tuplet 3/2 { c8 d e } f4").length == 2


def test_tuplets_may_be_nested_and_stand_over_lines() -> None:
    assert voice("\\tuplet 3/2 {\n c4 \\tuplet 5/4 { c16 d e f g } c4 }").length == 2
    assert voice("\\tuplet 17/16 { c16 d } e").length == Fraction(8, 17) + Fraction(1, 4)


def test_grace_notes_take_no_time() -> None:
    text = "\\grace c16 d4 \\grace { e16 f \\stemUp } g4"
    assert [event.is_grace for event in events(text) if isinstance(event, Chord)] == [
        True, False, True, True, False,
    ]  # fmt: skip
    assert voice(text).length == 2


def test_a_double_tremolo_lasts_as_in_lilypond() -> None:
    (tremolo,) = events("\\repeat tremolo 8 { c16 <e g> }")
    assert isinstance(tremolo, DoubleTremolo)
    assert (tremolo.count, tremolo.duration) == (8, Duration(16))
    assert voice("\\repeat tremolo 8 { c16 e }").length == tremolo.length == 4


# -- marks


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("c-. ", ["staccato"]),
        ("c-!---^->-_", ["staccatissimo", "tenuto", "marcato", "accent", "portato"]),
        ("c . - ^ > _", ["staccato", "tenuto", "marcato", "accent", "portato"]),
        ("c^._>", ["staccato:above", "accent:below"]),
        ("c'. d", ["staccato"]),
        ("c4:32", ["tremolo:32"]),
        ("c4 3", ["fingering:3"]),
        ("c4-1^2_5", ["fingering:1", "fingering:2:above", "fingering:5:below"]),
        ("c\\sf\\p", ["dynamic:sfz", "dynamic:p"]),
        ("c\\<\\!\\>", ["crescendo", "end of hairpin", "diminuendo"]),
        ("c)(", ["end of slur", "slur"]),
        ("c ~ [ ]", ["tie", "beam", "end of beam"]),
        ('c^\\markup "a \\"b\\""', ['text:a "b":above']),
        ('c-\\markup "x"', ["text:x"]),
        ("c\\sustainOff\\sustainOn", ["end of pedal:sustain", "pedal:sustain"]),
        ("c\\coda\\segno\\glissando\\arpeggio", ["coda", "segno", "glissando", "arpeggio"]),
        ("r\\fermata", ["fermata"]),
        ("<c-1 e-3>4-.", ["fingering:1", "fingering:3", "staccato"]),
        ("c4_\\f^\\fermata", ["dynamic:f:below", "fermata:above"]),
    ],
)
def test_marks(text: str, expected: list[str]) -> None:
    assert marks(text) == expected


def test_a_mark_before_any_note_belongs_to_the_moment() -> None:
    found = events('^\\markup "Allegretto" \\p r8 c')
    assert [type(event) for event in found] == [StandaloneMark, StandaloneMark, Rest, Chord]


def test_a_mark_after_a_change_belongs_to_the_moment_and_a_slur_to_the_note() -> None:
    note, _, dynamic = events('c4 \\clef "bass" ) \\f')
    assert isinstance(note, Chord)
    assert [mark.kind.value for mark in note.marks] == ["end of slur"]
    assert isinstance(dynamic, StandaloneMark)


def test_a_slur_after_a_tuplet_belongs_to_its_last_note() -> None:
    (tuplet,) = events("\\tuplet 3/2 { c8( d e } )")
    assert isinstance(tuplet, Tuplet)
    last = tuplet.events[-1]
    assert isinstance(last, Chord)
    assert [mark.kind.value for mark in last.marks] == ["end of slur"]


# -- context


@pytest.mark.parametrize(
    ("name_", "shape", "line", "steps", "semitones"),
    [
        ("treble", "G", 2, 0, 0), ("bass", "F", 4, 0, 0), ("alto", "C", 3, 0, 0),
        ("tenor", "C", 4, 0, 0), ("soprano", "C", 1, 0, 0), ("G", "G", 2, 0, 0),
        ("treble_8", "G", 2, -7, -12), ("treble^8", "G", 2, 7, 12), ("bass_15", "F", 4, -14, -24),
        ("treble_m3", "G", 2, -2, -3), ("treble_3", "G", 2, -2, -4), ("treble^5", "G", 2, 4, 7),
    ],
)  # fmt: skip
def test_clefs(name_: str, shape: str, line: int, steps: int, semitones: int) -> None:
    (change, _) = events(f'\\clef "{name_}" c')
    assert isinstance(change, ClefChange)
    clef = change.clef
    assert (clef.shape, clef.line, clef.shift_steps, clef.shift_semitones) == (
        shape, line, steps, semitones,
    )  # fmt: skip


def test_key_and_time_hold_for_all_parts_until_changed() -> None:
    first, second = parse_document("c \\\\\\ \\time 3/4 \\key ef \\minor d | e").document.measures
    assert first.time == second.time
    assert first.time is not None
    assert first.time.length == 3
    assert first.key is not None
    assert first.key.fifths == -6


def test_a_change_within_a_measure_counts_from_the_next_one() -> None:
    first, second = parse_document("\\time 3/4 c2. \\time 2/4 | d2").document.measures
    assert first.expected == 3
    assert second.expected == 2


@pytest.mark.parametrize(
    ("text", "is_symbol"),
    [
        ("\\time 4/4 c", True),
        ("\\time 2/2 c", True),
        ("\\time 3/4 c", False),
        ("\\numericTimeSignature \\time 4/4 c", False),
        ("\\numericTimeSignature \\defaultTimeSignature \\time 4/4 c", True),
    ],
)
def test_common_time_is_a_symbol(text: str, is_symbol: bool) -> None:
    time = parse_document(text).document.measures[0].time
    assert time is not None
    assert time.is_symbol == is_symbol


def test_the_first_staff_names_the_voice_and_later_ones_cross() -> None:
    found = voice('\\staff "2" c \\staff "1" d')
    assert found.staff == 2
    assert [event.staff for event in found.events if isinstance(event, StaffChange)] == [1]
    assert voice('\\staff "2" c | d', measure=1).staff == 1


def test_tempo_ottava_stems_barlines_and_chord_symbols() -> None:
    tempo, ottava, end, stems, symbol, _, barline = events(
        '\\tempo "Lento" 4. = 96.5 \\ottava #-1 \\ottava \\stemUp \\chords "Am7" c \\bar ":|."'
    )
    assert isinstance(tempo, Tempo)
    assert (tempo.text, tempo.beat, tempo.beats_per_minute) == (
        "Lento", Duration(4, 1), Fraction("96.5"),
    )  # fmt: skip
    assert [event.octaves for event in (ottava, end) if isinstance(event, Ottava)] == [-1, 0]
    assert isinstance(stems, StemChange)
    assert stems.direction is StemDirection.UP
    assert isinstance(symbol, ChordSymbol)
    assert isinstance(barline, Barline)
    assert barline.style == ":|."


def test_lyrics_with_hyphens_extenders_skips_and_verses() -> None:
    found = voice('c d e f \\addlyrics { Freu -- "de, schö" __ _ } \\addlyrics { a b }')
    syllables = found.verses[0].syllables
    assert [(one.text, one.is_hyphenated, one.is_extended) for one in syllables] == [
        ("Freu", True, False), ("de, schö", False, True), ("", False, False),
    ]  # fmt: skip
    assert len(found.verses) == 2


def test_comments_are_kept_with_the_measure_that_they_stand_in() -> None:
    document = parse_document("%Classical\nc | %1\n% the trio\nd |\n% end").document
    assert document.headers.style_lines == ("Classical",)
    assert document.measures[1].comments == ("1", " the trio")
    assert document.trailing_comments == (" end",)


@pytest.mark.parametrize("text", ["cde", "c'd'e", "c4d4e4", "<ceg>4d"])
def test_white_space_between_notes_may_be_missing(text: str) -> None:
    assert not codes(text)
    assert len(notes(text).replace("+", " ").split()) >= 3
