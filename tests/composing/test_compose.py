"""Composing with an engine that writes the same notes for ever: what becomes of them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lilydesk.composing import ComposeRequest, GeneratedMeasure, StylePrompt, compose
from lilydesk.errors import LilyDeskError
from lilydesk.lilylet import parse_document, write_document
from tests.composing.events import assert_untouched, document_of, n_measures_of
from tests.composing.fake_engine import FakeEngine

PIANO = (
    '\\staff "1" \\key g \\major \\time 3/4 \\clef "treble" d\'4( e8[ f] g4) \\\\\n'
    '\\staff "2" \\clef "bass" c,2. | %1\n\n'
)
SONG = (
    '%Romantic\n%Schubert, Franz\n[title "Lied"]\n\n'
    "\\key bf \\major \\time 2/4 \\partial 4 bf'4 \\\\\\\n"
    '\\staff "1" \\clef "treble" <d f>4 \\\\\n\\staff "2" \\clef "bass" bf,4 | %1\n\n'
    "\\tuplet 3/2 { c'8 d ef } d4 % here\n \\\\\\\n"
    '\\staff "1" \\grace { c16 } <d f>4\n  \\stemUp g \\\\ \\staff "2" bf, f |\n'
)


def composed(prefix: str, engine: FakeEngine | None = None, **values) -> str:
    request = ComposeRequest(values.pop("n_measures", 1), prefix_text=prefix, **values)
    return "".join(m.text for m in compose(engine or FakeEngine(), request, lambda: False))


# -- a new piece


def test_a_new_piece_is_headed_by_its_style_and_is_canonical():
    text = composed("", n_measures=2, prompt=StylePrompt("Romantic", "Schubert, Franz"))
    assert text.startswith("%Romantic\n%Schubert, Franz\n\n\\key c \\major \\time 3/4 ")
    assert write_document(parse_document(text).document) == text


def test_measures_come_one_by_one_with_their_number():
    measures = list(compose(FakeEngine(), ComposeRequest(3), lambda: False))
    assert [(m.index, m.n_total) for m in measures] == [(0, 3), (1, 3), (2, 3)]
    assert all(re.search(r" \| %\d\n$", m.text) for m in measures)


def test_key_and_time_reach_the_engine():
    engine = FakeEngine()
    composed("", engine, key="G minor", time="6/8")
    assert engine.requests[0].key_text == "\\key g \\minor"
    assert engine.requests[0].time_text == "\\time 6/8"


@pytest.mark.parametrize(("key", "time"), [("h moll", ""), ("gs major", ""), ("", "3/5")])
def test_what_cannot_be_written_is_refused(key, time):
    with pytest.raises(LilyDeskError, match="can be written"):
        composed("", key=key, time=time)


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("bb major", "\\key bf \\major"),
        ("B flat major", "\\key bf \\major"),
        ("b minor", "\\key b \\minor"),
        ("F# minor", "\\key fs \\minor"),
        ("fs minor", "\\key fs \\minor"),
        ("f minor", "\\key f \\minor"),
        ("e-flat minor", "\\key ef \\minor"),
    ],
)
def test_keys_are_read_as_musicians_write_them(words, command):
    engine = FakeEngine()
    composed("", engine, key=words)
    assert engine.requests[0].key_text == command


def test_the_number_of_measures_must_make_sense():
    with pytest.raises(LilyDeskError, match="number of measures"):
        ComposeRequest(0)


def test_stop_keeps_the_measures_that_are_there():
    measures: list[GeneratedMeasure] = []
    for measure in compose(FakeEngine(), ComposeRequest(5), lambda: len(measures) >= 2):
        measures.append(measure)
    assert len(measures) == 2
    assert len(document_of("".join(m.text for m in measures)).measures) == 2


# -- what an engine may do wrong


@pytest.mark.parametrize(
    "notes", ["", "zzz", "\\key", "c4 } { <", '"', "\\tuplet 3/2 { c8", "\x07c4\x00", "[r:3/4]c4"]
)
def test_what_cannot_be_read_is_left_out_and_the_measure_stands(notes):
    text = composed(PIANO, FakeEngine(notes), n_measures=2)
    parsed = parse_document(PIANO + text)
    assert len(parsed.document.measures) == 3
    assert parsed.errors == ()
    assert not re.search(r"\[r:|[\x00-\x09\x0b-\x1f]", text)


def test_a_staff_without_notes_gets_a_rest():
    class OneHand(FakeEngine):
        def _measure(self, request, staves):
            return '\\staff "1" \\key g \\major \\time 3/4 c4 d e'

    measure = document_of(PIANO + composed(PIANO, OneHand())).measures[-1]
    assert [voice.staff for voice in measure.parts[0].voices] == [1, 2]
    assert measure.parts[0].voices[1].length == 3


def test_headers_that_an_engine_writes_come_first():
    class WithHeaders(FakeEngine):
        def _measure(self, request, staves):
            return '[staves "{1-2}"]\n[title "a]\n' + super()._measure(request, staves)

    text = composed("", WithHeaders(), prompt=StylePrompt("Romantic"))
    assert text.startswith('%Romantic\n[staves "{1-2}"]\n')


# -- continuing


def test_measures_go_on_in_canonical_form_after_an_empty_line():
    assert composed(PIANO) == (
        '\\staff "1" \\key g \\major \\time 3/4 c\'4 <e g> d8[ e] \\\\\n'
        '\\staff "2" c\'4 <e g> d8[ e] | %2\n'
    )
    assert composed(PIANO.rstrip()).startswith("\n\n\\staff")
    assert composed(PIANO.rstrip() + "\n").startswith("\n\\staff")


def test_the_engine_sees_the_canonical_form():
    engine = FakeEngine()
    composed("\\time 2/4 c4\nc' | d e |", engine, n_measures=3)
    request = engine.requests[0]
    assert request.measures_text == (
        "\\key c \\major \\time 2/4 c4 c' |\n",
        "\\key c \\major \\time 2/4 d'4 e |\n",
    )
    assert request.n_measures == 5


def test_headers_reach_the_engine_but_the_playing_order():
    engine = FakeEngine()
    composed('%Romantic\n[title "A"]\n[measures "1..2"]\n\nc4 d e f | c4 d e f |', engine)
    assert engine.requests[0].headers == ('[title "A"]',)
    assert engine.requests[0].style_lines == ("%Romantic",)


def test_key_and_time_of_the_text_hold_against_those_asked_for():
    engine = FakeEngine()
    composed(PIANO, engine, key="f minor", time="4/4")
    assert engine.requests[0].key_text == "\\key g \\major"
    assert engine.requests[0].time_text == "\\time 3/4"


def test_a_text_without_key_and_time_stays_without():
    engine = FakeEngine()
    text = composed("fs4 g a | b cs d |", engine)
    assert engine.requests[0].key_text == "\\key d \\major"
    assert engine.requests[0].time_text == "\\time 3/4"
    assert "\\key" not in text
    assert "\\time" not in text


def test_key_and_time_asked_for_serve_a_text_without():
    assert composed("c4 d e |", key="f major", time="3/4").startswith(
        "\n\n\\key f \\major \\time 3/4 "
    )


@pytest.mark.parametrize(
    ("prefix", "appended"),
    [
        ("\\time 3/4 c4 d", "\na8 b\\p | %1\n"),
        ("\\time 3/4 c4 d\n", "a8 b\\p | %1\n"),
        ("\\time 3/4 c4 d % why", "\na8 b\\p | %1\n"),
        ("\\time 3/4 c4 d e", " | %1\n"),
        ("\\time 3/4 c4 d e % why", "\n| %1\n"),
        ("\\time 3/4 c4 <e g", ">\na'8 b\\p | %1\n"),
        ('\\time 3/4 c4 d\\markup "dol', '"\na8 b\\p | %1\n'),
        ("\\time 3/4 c4 \\tuplet 3/2 { d8", "\na8 b\\p }\nr4 | %1\n"),
        ("\\time 3/4 c4 d \\grace { e16", " }\na'8 b\\p | %1\n"),
        ("c4 d e f | \\time 3/4 c4 d", "\na8 b\\p | %2\n"),
        ("\\time 3/4 c4 d e \\\\", "\nc'4 <e g> d8[ e] | %1\n"),
    ],
)
def test_a_begun_measure_is_completed_behind_the_text(prefix, appended):
    text = composed(prefix)
    assert text.startswith(appended)
    assert_untouched(prefix, prefix + text)


def test_a_full_voice_leads_to_the_staff_that_is_missing():
    text = composed(PIANO + '\\staff "1" d\'4 e f')
    assert text.startswith(' \\\\\n\\staff "2" c\'4 <e g> d8[ e] | %2\n')


def test_marks_do_not_fall_on_the_composers_last_note():
    prefix = "\\time 3/4 c4 d"
    text = composed(prefix, FakeEngine(rest="( \\p \\stemUp \\f \\sustainOn e4)"))
    voice = document_of(prefix + text).measures[0].parts[0].voices[0]
    assert voice.events[2].marks == ()


def test_a_number_does_not_change_the_composers_last_note():
    prefix = "\\time 3/4 c4 d"
    text = composed(prefix, FakeEngine(rest=" 8 e4"))
    assert text.startswith("\ne4 r8 | %1\n")


@settings(max_examples=150)
@given(st.data())
def test_the_composers_events_stay_what_they_were(data):
    whole = data.draw(st.sampled_from([SONG, PIANO * 2, SONG.replace(" ", "\n", 20)]))
    prefix = whole[: data.draw(st.integers(0, len(whole)), label="cut")]
    text = composed(prefix, n_measures=2)
    assert_untouched(prefix, prefix + text)
    assert len(document_of(prefix + text).measures) == n_measures_of(prefix) + 2


WORDS = st.sampled_from(
    [
        "\\\\", "\\\\\\", "|", "{", "}", "<", ">", '"', "%", "c4", "d", "r", "R1", "s", "8", "~(",
        "[", "\\", "\\grace", "\\clef", "\\key", "é", "<c", "e",
        "\n", " ", "\x00", "<c e>", "\\key g \\minor", "\\time 3/4", "\\tuplet 3/2 {",
        '\\staff "2"', '[title "A"]', "\\addlyrics { a", "\\repeat tremolo 4 {", '\\markup "x',
    ]
)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(WORDS, max_size=14))
def test_any_text_can_be_continued(words):
    prefix = " ".join(words)
    request = ComposeRequest(2, prefix_text=prefix)
    measures = list(compose(FakeEngine(), request, lambda: False))
    assert len(measures) == measures[0].n_total
    assert all(re.search(r"\|( %\d+)?\n\Z", measure.text) for measure in measures)


def test_equal_requests_give_equal_texts():
    request = ComposeRequest(2, prefix_text=PIANO)
    one, other = (
        [m.text for m in compose(FakeEngine(), replace(request), lambda: False)] for _ in range(2)
    )
    assert one == other


# -- ties of the composer


@pytest.mark.parametrize(
    ("prefix", "notes", "added"),
    [
        # Into the next measure: in the place of other notes, beside others, of a rest.
        ("\\time 3/4 a'2.~ |\n", "c'4 d e", "\n\\time 3/4 a'4 d e | %2\n"),
        ("\\time 3/4 <a' c>2.~ |\n", "<f' a>4 d e", "\n\\time 3/4 <a' c>4 d e | %2\n"),
        ("\\time 3/4 a'2.~ |\n", "<f a c>4 d e", "\n\\time 3/4 <f a c>4 d e | %2\n"),
        ("\\time 3/4 a'2.~ |\n", "R2.", "\n\\time 3/4 a'2. | %2\n"),
        # Within a voice, and into one that is still to come.
        ("\\time 3/4 a'2~", "c'4", "\na'4 b\\p | %1\n"),
    ],
)
def test_a_tie_of_the_composer_leads_to_its_note(prefix, notes, added):
    text = composed(prefix, FakeEngine(notes, rest=" c8"))
    assert "tie-without-target" not in {f.code for f in parse_document(prefix + text).diagnostics}
    if "|" in prefix:
        assert text == added


def test_a_tie_into_a_voice_that_is_still_to_come_finds_its_note():
    prefix = PIANO.replace("c,2. | %1", "c,2.~ | %1") + '\\staff "1" d\'4 e'
    text = composed(prefix)
    assert "tie-without-target" not in {f.code for f in parse_document(prefix + text).diagnostics}


@pytest.mark.parametrize(
    ("headers", "staves"),
    [
        ('[staves "{1-2}"]', (2,)),
        ('[staves "1 {2-3}"]', (1, 2)),
        ('[staves "<[v1-v2].va> {pl-pr} <b>"]', (1, 1, 1, 2, 1)),
        ('[instrument-1 "Flute"]\n[instrument-2 "Cello"]', (1, 1)),
        ('[instrument-1 "Voice"]\n[instrument-2-3 "Piano"]', (1, 2)),
        ('[instrument-2 "Cello"]', ()),  # and the first staff?
        ('[title "Duo"]', ()),
    ],
)
def test_headers_settle_parts_and_staves_of_a_new_piece(headers, staves):
    engine = FakeEngine()
    text = composed(f"{headers}\n", engine)
    assert engine.requests[0].staves == staves
    if staves:
        parts = parse_document(f"{headers}\n{text}").document.measures[0].parts
        assert tuple(max(voice.staff for voice in part.voices) for part in parts) == staves


def test_headers_with_fewer_staves_than_the_music_settle_nothing():
    engine = FakeEngine()
    composed('[staves "1"]\n\\staff "1" c\'4 \\\\ \\staff "2" c4', engine)
    assert engine.requests[0].staves == ()


@pytest.mark.parametrize(
    ("prefix", "rest"),
    [
        ("\\time 4/4 c'256 d", "r2. r8. r32. r128"),
        ("\\time 2/4 \\tuplet 3/2 { c'8 \\tuplet 3/2 { d16 e", "\\tuplet 9/4 { r4 } r4"),
    ],
)
def test_a_begun_voice_that_no_model_can_follow_ends_in_rests(engine, prefix, rest):
    text = composed(prefix, engine)
    first = parse_document(prefix + text).document.measures[0]
    assert rest in text
    assert first.voices[0].length == first.expected
