from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings

from lilydesk.lilylet import (
    parse_document,
    write_document,
    write_measure,
    write_measures,
    write_voice,
)
from lilydesk.notation import (
    Chord,
    Document,
    Duration,
    Headers,
    Mark,
    MarkKind,
    Measure,
    NoteHead,
    Part,
    Pitch,
    Span,
    Voice,
)
from lilydesk.notation.event import Event, StandaloneMark
from tests.lilylet.meaning import meaning
from tests.strategies import broken_lilylet_texts, lilylet_texts


def canonical(text: str) -> str:
    """The canonical form of a text."""
    return write_document(parse_document(text).document)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("c'4 d4 e8 f8", "c'4 d e8 f | %1\n"),
        ("c d | e f", "c4 d | %1\n\ne4 f | %2\n"),
        ("c'' d | e f", "c''4 d | %1\n\ne''4 f | %2\n"),
        ("c \\\\ d \\\\\\ e", "c4 \\\\\nd4 \\\\\\\ne4 | %1\n"),
        ("\\time 3/4 \\key g \\major c2. | d", (
            "\\key g \\major \\time 3/4 c2. | %1\n\n\\key g \\major \\time 3/4 d2. | %2\n"
        )),
        ("\\times 2/3 { c8 d e } f8", "\\tuplet 3/2 { c8 d e } f8 | %1\n"),
        ("\\grace c16 \\grace { d e } f4", "\\grace { c16 d e } f4 | %1\n"),
        ('c4 \\grace { d16 \\clef "bass" } e4', 'c4 \\grace { d16 } \\clef "bass" e4 | %1\n'),
        ("\\repeat tremolo 4 { c16 e } f", "\\repeat tremolo 4 { c16 e16 } f16 | %1\n"),
        ("\\stemUp c \\stemUp d \\stemDown e", "\\stemUp c4 d \\stemDown e | %1\n"),
        ('\\clef "bass" c \\clef "bass" d', '\\clef "bass" c4 d | %1\n'),
        ("c\\staccatissimo c4:32 c! \\chords \"Am\" c", 'c4-! c:32 c! \\chords "Am" c | %1\n'),
        ('c^\\staccato\\f_\\markup "x" d', 'c4^.\\f_\\markup "x" d | %1\n'),
        ('c-\\markup "y"', 'c4-\\markup "y" | %1\n'),
        ("g'4\\rest\\fermata r r8", "g'4\\rest\\fermata r r8 | %1\n"),
        ('c \\addlyrics { Freu -- de __ _ }', "c4 \\addlyrics { Freu -- de __ _ } | %1\n"),
        ('c \\addlyrics { "a b" "_" }', 'c4 \\addlyrics { "a b" "_" } | %1\n'),
        ("\\numericTimeSignature \\time 4/4 c1", "\\numericTimeSignature \\time 4/4 c1 | %1\n"),
        ('\\staff "2" c4', '\\staff "2" c4 | %1\n'),
        ("c \\\\ |", "c4 | %1\n"),
        ("\\tempo 4.=96.5 c4", "\\tempo 4.=96.5 c4 | %1\n"),
    ],
)  # fmt: skip
def test_canonical_form(text: str, expected: str) -> None:
    assert canonical(text) == expected


def test_headers_stand_in_their_order_and_nothing_is_lost() -> None:
    text = (
        '%Romantic\n%Chopin, Frederic\n%Keyboard\n[opus "9"]\n[title "A \\"b\\""]\n'
        '[auto-beam "off"]\n[instrument-1 "Piano" "Pno."]\n[measures "1..2"]\n[staves "1"]\n'
        "c | % a remark\nd |\n% the end\n"
    )
    assert canonical(text) == (
        '%Romantic\n%Chopin, Frederic\n%Keyboard\n[title "A \\"b\\""]\n[opus "9"]\n[staves "1"]\n'
        '[measures "1..2"]\n[instrument-1 "Piano" "Pno."]\n[auto-beam "off"]\n\nc4 | %1\n\n'
        "% a remark\nd4 | %2\n\n% the end\n"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\\key c \\major % remark\nc d |", "\\key c \\major c4 d\n% remark\n| %1\n"),
        ("%Romantic\n\\key c \\major % x\nc |", "%Romantic\n\n\\key c \\major c4\n% x\n| %1\n"),
        ('[title "T"] % remark\nc d |', '[title "T"]\n\n% remark\nc4 d | %1\n'),
        ('%Romantic\n[title "T"]\n% a\n[opus "1"]\nc % b\n|',
         '%Romantic\n[title "T"]\n[opus "1"]\n\n% a\n% b\nc4 | %1\n'),
    ],
)  # fmt: skip
def test_only_the_first_comments_of_a_text_are_style_lines(text: str, expected: str) -> None:
    assert canonical(text) == expected
    assert canonical(expected) == expected
    lines = parse_document(text).document.headers.style_lines
    assert lines == (("Romantic",) if text.startswith("%Romantic") else ())


@pytest.mark.parametrize(
    "text",
    [
        'c8 \\times 2/3 { \\repeat tremolo 4 { \\bar ":|." } } d |',
        '\\times 2/3 { \\repeat tremolo 4 { c\\key f \\major \\clef "treble" c4 } }',
    ],
)
def test_odd_tremolos_are_written_alike_twice(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


def test_numbers_may_be_left_out() -> None:
    document = parse_document("c | d |").document
    assert write_document(document, measure_numbers=False) == "c4 |\n\nd4 |\n"


def test_a_clef_returns_where_another_voice_ends_earlier() -> None:
    # The first voice changes to treble in the middle; that the second begins with bass is no news.
    text = '\\clef "bass" c2 \\clef "treble" c \\\\ \\clef "bass" c1 | \\clef "bass" c1 |'
    assert canonical(text) == (
        '\\clef "bass" c2 \\clef "treble" c \\\\\nc1 | %1\n\n\\clef "bass" c1 | %2\n'
    )


def test_a_mark_of_the_moment_does_not_become_one_of_the_note_before() -> None:
    note = Chord((NoteHead(Pitch("c"), Span(0, 1)),), Duration(4), Span(0, 1))
    mark = Mark(MarkKind.DYNAMIC, Span(2, 4), "p")
    document = document_of(note, StandaloneMark(mark, Span(2, 4)), note)
    found = parse_document(write_document(document)).document
    first, *_, last = found.measures[0].parts[0].voices[0].events
    assert isinstance(first, Chord)
    assert not first.marks
    assert isinstance(last, Chord)
    assert write_document(found) == write_document(document)


def document_of(*events: Event) -> Document:
    """A document of one voice, as another format's reader would make it."""
    voice = Voice(1, events, Fraction(2), Span(0, 0))
    measure = Measure((Part((voice,)),), None, None, Fraction(2), Fraction(4), Span(0, 0))
    return Document(Headers(), (measure,), (0,))


def test_measures_can_be_written_one_by_one() -> None:
    document = parse_document('\\time 2/4 \\clef "bass" c2 | d2 |').document
    assert write_measures(document) == ['\\time 2/4 \\clef "bass" c2', "\\time 2/4 d2"]
    assert write_measure(document.measures[1]) == "\\time 2/4 d2"


def test_the_rest_of_a_voice_is_a_line_of_its_own() -> None:
    measure = parse_document("\\key g \\major c''8 d \\key g \\major e( f) |").document.measures[0]
    voice = measure.parts[0].voices[0]
    line = write_voice(voice.events[3:], measure.key, measure.time)
    assert line == "e''8( f)"
    whole = parse_document("\\key g \\major c''8 d\n" + line).document
    assert [one.heads[0].pitch for one in whole.measures[0].parts[0].voices[0].events
            if isinstance(one, Chord)] == [
        one.heads[0].pitch for one in voice.events if isinstance(one, Chord)
    ]  # fmt: skip


@settings(max_examples=60)
@given(text=lilylet_texts())
def test_what_is_written_means_the_same(text: str) -> None:
    document = parse_document(text).document
    assert meaning(parse_document(write_document(document)).document) == meaning(document)


@settings(max_examples=60)
@given(text=broken_lilylet_texts())
def test_what_is_written_again_is_the_same_text(text: str) -> None:
    written = canonical(text)
    assert canonical(written) == written
