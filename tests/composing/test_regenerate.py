"""Measures written anew: what is around them stays, in the text and in the sound."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lilydesk.composing.candidate import Candidate, ranked
from lilydesk.composing.regenerate import RegenerateRequest, regenerate
from lilydesk.engines import GenerationRequest, Score
from lilydesk.errors import LilyDeskError
from lilydesk.lilylet import parse_document
from lilydesk.lilylet.edits.atoms import read_atoms
from lilydesk.notation import Chord
from lilydesk.notation.walk import leaves_of
from lilydesk.timeline import perform
from tests.composing.fake_engine import FakeEngine
from tests.strategies import lilylet_texts

PIANO = """%Romantic
[title "Waltz"]

\\staff "1" \\key g \\major \\time 3/4 \\clef "treble" d'4( e8[ f] g4) \\\\
\\staff "2" \\clef "bass" c,2. | %1

\\staff "1" \\key g \\major \\time 3/4 a'4 b c~ \\\\
\\staff "2" g2. | %2

% the turn
\\staff "1" \\key g \\major \\time 3/4 c'4( b a % here
 \\\\
\\staff "2" c,4 e g~ | %3

\\staff "1" \\key g \\major \\time 3/4 \\tempo "Lento" 4=60 g'4 a b) \\\\
\\staff "2" g4 d b | %4

\\staff "1" \\key g \\major \\time 3/4 c''2. \\bar "|." \\\\
\\staff "2" c,2. | %5
"""
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


def candidates(text: str, engine: FakeEngine | None = None, **values) -> list[Candidate]:
    request = RegenerateRequest(text, values.pop("first", 2), values.pop("n", 1), n_candidates=1)
    return list(regenerate(engine or FakeEngine(), replace(request, **values), lambda: False))


def regenerated(text: str, engine: FakeEngine | None = None, **values) -> str:
    return candidates(text, engine, **values)[0].text


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
    engine = FakeEngine(rest=" b4")
    candidate = candidates(text, engine, first=0, n=2)[0]
    assert engine.requests[0].partial_text == "\\key d \\major \\time 3/4 \\partial 4"
    first = parse_document(candidate.text).document.measures[0]
    assert first.length == first.expected == 1


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


def outside(text: str, first: int, n_measures: int, voices: frozenset | None) -> list[object]:
    parsed = parse_document(text)
    full = [i for i, chunk in enumerate(parsed.chunks) if chunk.measure is not None]
    inside = set(full[first : first + n_measures])
    return [
        (atom.chunk, atom.place, atom.pitches, atom.rest, atom.duration, atom.is_grace)
        for atom in read_atoms(parsed).atoms
        if atom.chunk not in inside or (voices is not None and atom.place not in voices)
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


# -- candidates


def test_candidates_have_the_seeds_that_follow_each_other():
    engine = FakeEngine()
    found = candidates(PIANO, engine, n_candidates=3, seed=7)
    assert [candidate.seed for candidate in found] == [7, 8, 9]
    assert [request.seed for request in engine.requests] == [7, 8, 9]


def test_what_follows_is_judged_given_the_candidate():
    engine = FakeEngine()
    candidate = candidates(PIANO, engine)[0]
    assert candidate.score is not None
    request, measures, following = engine.judged[0]
    assert (len(request.measures_text), len(measures), len(following)) == (2, 1, 2)
    assert request.n_measures == 5
    assert "Lento" in following[0]


def test_the_last_measures_have_nothing_to_be_judged_by():
    assert candidates(PIANO, first=4)[0].score is None


def test_the_likeliest_comes_first_and_lost_ties_come_last():
    one, two, three = (
        Candidate(seed, "", (), Score(bits, 1, 1), (), n_lost)
        for seed, bits, n_lost in ((1, 3.0, 0), (2, 1.0, 0), (3, 0.5, 1))
    )
    assert ranked([one, two, three]) == (two, one, three)


def test_of_new_music_the_most_usual_comes_first_and_not_the_dullest():
    dull, fair, wild = (
        Candidate(seed, "", (), Score(bits, 1, 1), usual_bits=0.65)
        for seed, bits in ((1, 0.1), (2, 0.75), (3, 1.3))
    )
    assert ranked([dull, wild, fair]) == (fair, dull, wild)


class Wavering(FakeEngine):
    """Writes other notes only with some seeds; else what `notes` says."""

    def __init__(self, notes: str, others: dict[int, str]) -> None:
        super().__init__(notes)
        self._plain, self._others = notes, others

    def _measure(self, request: GenerationRequest, staves: tuple[int, ...]) -> str:
        self.notes = self._others.get(request.seed, self._plain)
        return super()._measure(request, staves)


SLEEPING = "\\key c \\major \\time 3/4 c4 d e |\n\\key c \\major \\time 3/4 R2. |\n"


def test_what_comes_out_as_it_was_is_drawn_again_with_the_seeds_that_follow():
    engine = Wavering("R2.", {7: "c4 d e", 10: "e4 d c", 11: "g'4 e c"})
    request = RegenerateRequest(SLEEPING, 1, 1, n_candidates=3, seed=6)
    found = list(regenerate(engine, request, lambda: False))
    assert [one.seed for one in found] == [7, 10, 11]
    assert all(one.text != SLEEPING for one in found)
    alone = replace(request, n_candidates=1, seed=10)
    assert next(regenerate(engine, alone, lambda: False)).text == found[1].text


def test_a_sentence_says_that_nothing_else_came():
    engine = FakeEngine("R2.")
    with pytest.raises(LilyDeskError, match="nothing else"):
        list(regenerate(engine, RegenerateRequest(SLEEPING, 1, 1), lambda: False))
    assert len(engine.requests) == 12


def test_once_cancelled_nothing_more_is_written():
    engine = FakeEngine()
    assert list(regenerate(engine, RegenerateRequest(PIANO, 4, 1), lambda: True)) == []
    assert engine.judged == []


def test_progress_is_told_measure_by_measure():
    told: list[tuple[int, int]] = []
    request = RegenerateRequest(PIANO, 1, 2, n_candidates=2)
    list(regenerate(FakeEngine(), request, lambda: False, lambda *n: told.append(n)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"first": 9}, "no measures 10 to 10"),
        ({"first": -1}, "no measures"),
        ({"n": 0}, "no measures"),
        ({"voices": frozenset({(0, 4)})}, "no voice 5 in part 1"),
        ({"n_candidates": 0}, "between 1 and 32"),
        ({"seed": -1}, "seed"),
    ],
)
def test_what_is_not_there_cannot_be_written_anew(values, message):
    with pytest.raises(LilyDeskError, match=message):
        candidates(PIANO, **values)


# -- with a real engine whose weights are random


def by_voice(text: str, measure: int) -> list[list[tuple[object, ...]]]:
    """Of each voice: the number of notes, and the length, of each note or rest; and pitches."""
    found = []
    for part in parse_document(text).document.measures[measure].parts:
        for voice in part.voices:
            found.append(
                [
                    (
                        getattr(leaf, "duration", None),
                        tuple(h.pitch.midi for h in leaf.heads) if isinstance(leaf, Chord) else (),
                    )
                    for leaf in leaves_of(voice.events)
                ]
            )
    return found


@pytest.mark.parametrize("voices", [None, frozenset({(0, 1)}), frozenset({(0, 0)})])
def test_random_weights_leave_all_around_in_order(engine, voices):
    request = RegenerateRequest(PIANO, 1, 2, voices, 2, seed=3)
    found = list(regenerate(engine, request, lambda: False))
    assert len(found) == 2
    for candidate in found:
        assert outside(candidate.text, 1, 2, voices) == outside(PIANO, 1, 2, voices)
        assert candidate.bits_per_token
        document = parse_document(candidate.text).document
        assert [m.length for m in document.measures] == [3] * 5
        if voices is not None:
            kept = 1 - next(iter(voices))[1]
            for measure in (1, 2):
                assert by_voice(candidate.text, measure)[kept] == by_voice(PIANO, measure)[kept]
    assert list(regenerate(engine, request, lambda: False)) == found


def test_the_rhythm_stays_where_it_is_to_be_kept(engine):
    request = RegenerateRequest(PIANO, 0, 2, None, 1, seed=3, keeps="rhythm")
    (candidate,) = regenerate(engine, request, lambda: False)
    assert candidate.text != PIANO
    for measure in (0, 1):
        new, old = by_voice(candidate.text, measure), by_voice(PIANO, measure)
        assert [[d for d, _ in voice] for voice in new] == [[d for d, _ in v] for v in old]
        assert [[len(p) for _, p in voice] for voice in new] == [
            [len(p) for _, p in voice] for voice in old
        ]


def test_the_pitches_stay_where_they_are_to_be_kept(engine):
    request = RegenerateRequest(PIANO, 3, 1, frozenset({(0, 0)}), 1, seed=5, keeps="pitches")
    (candidate,) = regenerate(engine, request, lambda: False)
    new, old = by_voice(candidate.text, 3), by_voice(PIANO, 3)
    assert [p for _, p in new[0] if p][:3] == [p for _, p in old[0]][:3]
    assert new[1] == old[1]
