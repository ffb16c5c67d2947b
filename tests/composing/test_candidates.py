"""Candidates for measures written anew: their seeds and order, and those of random weights."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lilydesk.composing.candidate import Candidate, ranked
from lilydesk.composing.regenerate import RegenerateRequest, regenerate
from lilydesk.engines import GenerationRequest, Score
from lilydesk.errors import LilyDeskError
from lilydesk.lilylet import parse_document
from lilydesk.notation import Chord
from lilydesk.notation.walk import leaves_of
from tests.composing.fake_engine import FakeEngine
from tests.composing.regenerating import PIANO, candidates, outside

# -- candidates


class Wavering(FakeEngine):
    """Writes other notes only with some seeds; else what `notes` says."""

    def __init__(self, notes: str, others: dict[int, str]) -> None:
        super().__init__(notes)
        self._plain, self._others = notes, others

    def _measure(self, request: GenerationRequest, staves: tuple[int, ...]) -> str:
        self.notes = self._others.get(request.seed, self._plain)
        return super()._measure(request, staves)


def test_candidates_have_the_seeds_that_follow_each_other():
    engine = Wavering("d'4 e f", {8: "e'4 f g", 9: "f'4 g a"})
    found = candidates(PIANO, engine, first=3, n_candidates=3, seed=7)
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


@pytest.mark.parametrize(
    ("others", "n_found", "told"),
    [
        ({7: "c4 d e", 8: "e4 d c", 9: "d4 d d"}, 3, []),
        ({7: "c4 d e"}, 1, ["There is 1 take instead of 3: the model wrote the same again"]),
        (
            {7: "c4 d e", 9: "c4 d e", 10: "e4 d c"},
            2,
            ["There are 2 takes instead of 3: the"],
        ),
    ],
)
def test_fewer_candidates_than_asked_for_are_told(others, n_found, told):
    notes: list[str] = []
    request = RegenerateRequest(SLEEPING, 1, 1, n_candidates=3, seed=6)
    engine = Wavering("R2.", others)
    found = list(regenerate(engine, request, lambda: False, on_note=notes.append))
    assert len(found) == n_found
    assert [note[: len(start)] for note, start in zip(notes, told, strict=True)] == told


def test_once_cancelled_nothing_more_is_written():
    engine = FakeEngine()
    assert list(regenerate(engine, RegenerateRequest(PIANO, 4, 1), lambda: True)) == []
    assert engine.judged == []


def test_progress_is_told_measure_by_measure():
    told: list[tuple[int, int]] = []
    request = RegenerateRequest(PIANO, 1, 2, n_candidates=2, seed=1)
    list(
        regenerate(
            Wavering("d'4 e f", {2: "e'4 f g"}), request, lambda: False, lambda *n: told.append(n)
        )
    )
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
