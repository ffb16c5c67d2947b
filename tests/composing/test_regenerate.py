"""Measures written anew: what is around them stays, in the text and in the sound."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lilydesk.composing.framework import Standing
from lilydesk.composing.regenerate import RegenerateRequest, regenerate
from lilydesk.errors import LilyDeskError
from lilydesk.lilylet import parse_document
from lilydesk.timeline import perform
from tests.composing.fake_engine import FakeEngine
from tests.composing.regenerating import PIANO, candidates, outside, regenerated
from tests.strategies import lilylet_texts

ONE_LINE = "\\time 3/4 c4 d8 e f4 | g a b | c,, d e | f g a |"
NOTES = (
    "c'4\\<\\< <e g>\\mf\\>\\>( d8((\\< e~",
    "c'4 <e g> d8[ e]",
    "c'4( <e g> d8[ e]~",
    "c'4) <e g>\\> d8[ e](",
    '\\clef "alto" c\'4 e \\clef "treble_8" d8 e',
    '\\tempo "Presto" 4=200 c\'4 \\ottava #1 e \\bar ":|." \\key f \\minor d',
    "c'4\\sustainOn e\\ff \\tuplet 3/2 { d8 e c~ }",
    "r4 \\grace { a16 b } c,,2",
)


# -- the text


def test_only_the_measures_change():
    text = regenerated(PIANO)
    begin, end = PIANO.index("c'4( b a"), PIANO.index(" | %3")
    assert text.startswith(PIANO[: PIANO.index("\\staff", PIANO.index("% the turn"))])
    assert text.endswith(PIANO[end:])
    assert PIANO[begin:end] not in text


def test_comments_and_layout_between_voices_stay():
    text = regenerated(PIANO)
    assert "% the turn\n" in text
    assert "% here\n \\\\\n" in text


def test_chosen_voices_alone_change():
    text = regenerated(PIANO, voices=frozenset({(0, 1)}))
    assert text == PIANO.replace("c,4 e g~", "c4 <e g> g'8[ g~]") or text != PIANO
    assert "c'4( b a % here\n" in text
    assert "c,4 e g~" not in text


def test_several_measures_are_asked_for_in_one_go_with_what_follows():
    engine = FakeEngine()
    candidates(PIANO, engine, first=1, n=2)
    (request,) = engine.requests
    assert (len(request.measures_text), request.n_new_measures + bool(request.partial_text)) == (
        1,
        2,
    )
    assert request.n_following == 2
    assert request.n_measures == 5
    assert request.style_lines == ("%Romantic",)
    assert request.headers == ('[title "Waltz"]',)


def test_a_change_of_time_signature_in_the_passage_stays():
    text = "\\time 3/4 c4 d e | \\time 2/4 f4 g | a b | \\time 3/4 c d e | f g a |"
    engine = FakeEngine()
    candidate = candidates(text, engine, first=0, n=4)[0]
    assert [request.time_text for request in engine.requests] == [
        "\\time 3/4",
        "\\time 2/4",
        "\\time 3/4",
    ]
    times = [
        str(m.time and m.time.numerator) for m in parse_document(candidate.text).document.measures
    ]
    assert times == ["3", "2", "2", "3", "3"]


def test_a_pickup_stays_one():
    text = "\\key d \\major \\time 3/4 \\partial 4 a'4 | d e f | g a b |"
    engine = FakeEngine("b'4")
    candidate = candidates(text, engine, first=0)[0]
    assert "\\partial 4 " in engine.requests[0].given[0].text
    first = parse_document(candidate.text).document.measures[0]
    assert first.length == first.expected == 1


@pytest.mark.parametrize("seed", range(6))
def test_the_first_measure_keeps_its_length_and_its_voices(engine, seed):
    """A model likes to begin with a pickup, and on its own would have more voices."""
    text = "\\key d \\major \\time 3/4 a'4 b c | d e f |"
    candidate = candidates(text, engine, first=0, seed=seed)[0]
    first = parse_document(candidate.text).document.measures[0]
    assert [voice.length for voice in first.voices] == [3]


def test_tempo_and_barlines_are_the_composers():
    text = regenerated(PIANO, FakeEngine(NOTES[5]), first=3, n=2)
    assert '\\tempo "Lento" 4=60' in text
    assert '\\bar "|."' in text
    assert "Presto" not in text
    assert ":|." not in text
    assert "minor" not in text


def test_a_tempo_behind_a_rest_that_fills_its_measure_is_kept_at_the_start():
    text = '\\time 3/4 R1 \\tempo "Lento" 4=60 | a4 b c |'
    new = regenerated(text, FakeEngine("\\time 3/4 g'4 a b | %1\n"), first=0, n=1)
    assert '\\tempo "Lento" 4=60 g\'4' in new


# -- ties, slurs, clefs over the borders


def test_a_tie_from_before_leads_to_its_note():
    engine = FakeEngine(rest=" d8 e f4")
    text = regenerated(PIANO, engine)
    # the tied note, and the slur that it does not end, are settled before the model writes
    assert engine.requests[0].partial_text.endswith("c'4")
    faults = {fault.code for fault in parse_document(text).diagnostics}
    assert "tie-without-target" not in faults


def test_a_tie_in_a_lower_voice_finds_its_note_too():
    text = PIANO.replace("g2. | %2", "c,2.~ | %2")
    new = regenerated(text, voices=frozenset({(0, 1)}))
    assert "tie-without-target" not in {f.code for f in parse_document(new).diagnostics}


def test_a_tie_that_led_out_and_finds_no_note_is_told():
    lost = candidates(PIANO, voices=frozenset({(0, 1)}))[0]
    assert lost.n_lost_ties == 1
    assert lost.hints == ("A tie into measure 4 leads on no longer.",)
    kept = candidates(PIANO, FakeEngine("c4 d g,"), voices=frozenset({(0, 1)}))[0]
    assert "g,~" in kept.text[kept.text.index("% here") :]
    assert (kept.n_lost_ties, kept.hints) == (0, ())


def test_a_slur_that_ends_after_the_passage_begins_in_it():
    for notes in NOTES:
        text = regenerated(PIANO, FakeEngine(notes, rest=" " + notes.partition(" ")[2]))
        codes = {fault.code for fault in parse_document(text).diagnostics}
        assert not codes & {"stray-slur-end", "unclosed-slur", "unclosed-hairpin"}, notes


def test_clefs_hold_afterwards_as_they_did():
    text = regenerated(PIANO, FakeEngine(NOTES[4]), first=1)
    passage = text[text.index("%1") : text.index("| %2")]
    assert '\\clef "treble_8" d8 e \\clef "treble" \\\\' in passage
    assert passage.endswith('\\clef "bass" ')


# -- laws


def sounds_outside(text: str, first: int, n_measures: int) -> list[tuple[object, ...]]:
    """Notes that begin outside the passage; one tied to it may begin or end within it."""
    document = parse_document(text).document
    return [
        (note.onset, note.midi, note.channel)
        for note in perform(document).notes
        if not any(
            first <= int(identifier[1:].partition("-")[0]) - 0 < first + n_measures
            for identifier in note.element_ids
        )
    ]


@settings(max_examples=50)
@given(data=st.data(), notes=st.sampled_from(NOTES))
def test_every_note_outside_stays_what_it_is(data: st.DataObject, notes: str) -> None:
    text = data.draw(lilylet_texts())
    document = parse_document(text).document
    if not document.measures:
        return
    first = data.draw(st.integers(0, len(document.measures) - 1))
    n = data.draw(st.integers(1, len(document.measures) - first))
    places = [
        (part, voice)
        for part, content in enumerate(document.measures[first].parts)
        for voice in range(len(content.voices))
    ]
    voices = data.draw(st.none() | st.frozensets(st.sampled_from(places), min_size=1))
    request = RegenerateRequest(text, first, n, voices, 1)
    try:
        found = list(regenerate(FakeEngine(notes), request, lambda: False))
    except LilyDeskError:
        return
    for candidate in found:
        assert outside(candidate.text, first, n, voices) == outside(text, first, n, voices)
        assert len(parse_document(candidate.text).document.measures) == len(document.measures)


@pytest.mark.parametrize("notes", NOTES)
@pytest.mark.parametrize(("first", "n"), [(0, 1), (1, 2), (2, 1), (3, 2), (0, 5)])
def test_the_music_outside_sounds_as_before(notes: str, first: int, n: int) -> None:
    text = PIANO.replace("g~ |", "g |")  # a tie that leads out may be lost: see above
    new = regenerated(text, FakeEngine(notes), first=first, n=n)
    assert sounds_outside(new, first, n) == sounds_outside(text, first, n)


@pytest.mark.parametrize("first", range(4))
def test_in_one_line_the_next_note_keeps_its_pitch(first: int) -> None:
    candidate = candidates(ONE_LINE, FakeEngine("c''''4 d e8 f"), first=first)[0]
    assert outside(candidate.text, first, 1, None) == outside(ONE_LINE, first, 1, None)
    assert "\n" not in candidate.text
    assert bool(candidate.hints) == (first < 3)


def test_a_full_measure_rest_is_as_long_as_its_measure():
    """In 3/8 the clef behind R1 comes last; in 6/4, where R1 is longer than written, as well."""
    for time, notes in (("3/8", 'c\'4 \\clef "alto" d8'), ("6/4", 'c\'1 \\clef "alto" d2')):
        text = f'\\time {time} R1 \\clef "bass" \\\\ {notes} |'
        standing = Standing().take(parse_document(text).document.measures)
        assert standing.clefs[0, 1].name == "bass"


def test_voices_that_lie_within_each_other_are_not_written_anew():
    """A separator within a group: what one voice says there is said by the other as well."""
    text = "\\time 4/4 c1 | R1 \\\\\\ c2 \\times 2/3 { d8 \\\\ e f \\\\ af1 | c1 |"
    request = RegenerateRequest(text, 1, 1, frozenset([(1, 0), (1, 1)]), n_candidates=1)
    with pytest.raises(LilyDeskError, match="cannot be read for certain"):
        list(regenerate(FakeEngine(), request, lambda: False))


@pytest.mark.parametrize("seed", range(3))
def test_a_voice_right_behind_its_separator_stays_a_voice(engine, seed):
    """What is written there may begin with a backslash, and three of them part parts."""
    text = "\\time 3/4 c2. | c2. \\\\d2. |"
    new = regenerated(text, engine, first=1, seed=seed, voices=frozenset([(0, 1)]))
    assert [len(part.voices) for part in parse_document(new).document.measures[1].parts] == [2]
