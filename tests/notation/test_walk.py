from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from lilydesk.notation import Chord, Duration, Event, NoteHead, Pitch, Rest, Tuplet
from lilydesk.notation.event import Barline, DoubleTremolo, RestKind
from lilydesk.notation.span import NOWHERE
from lilydesk.notation.walk import (
    Leaf,
    first_leaf,
    flat,
    is_grace,
    is_timed,
    last_leaf,
    leaves_of,
    length_of,
    onsets_of,
    takes_time,
    with_leaves,
)


def note(step: str, division: int = 4, *, is_grace: bool = False) -> Chord:
    heads = (NoteHead(Pitch(step), NOWHERE),)
    return Chord(heads, Duration(division), NOWHERE, is_grace=is_grace)


C, D, E = note("c", 8), note("d", 8), note("e", 8)
REST = Rest(RestKind.VISIBLE, Duration(4), NOWHERE)
GRACE = note("g", 16, is_grace=True)
BARLINE = Barline("||", NOWHERE)
INNER = Tuplet(Fraction(2, 3), 3, 2, (D, BARLINE, E), NOWHERE)
OUTER = Tuplet(Fraction(4, 5), 5, 4, (C, INNER), NOWHERE)
TREMOLO = DoubleTremolo(note("a", 16), note("b", 16), 4, Duration(16), NOWHERE)
VOICE: tuple[Event, ...] = (GRACE, OUTER, TREMOLO, REST)


def test_tuplets_are_opened_and_all_else_stays_in_order() -> None:
    assert list(flat(VOICE)) == [GRACE, C, D, BARLINE, E, TREMOLO, REST]


def test_leaves_are_the_notes_and_rests_of_all_groups() -> None:
    assert list(leaves_of(VOICE)) == [GRACE, C, D, E, TREMOLO.first, TREMOLO.second, REST]


def test_leaves_are_exchanged_by_their_numbers() -> None:
    def change(number: int, leaf: Leaf) -> Leaf:
        return replace(leaf, duration=Duration(32)) if number in (2, 5) else leaf

    changed = with_leaves(VOICE, change)
    assert [leaf.duration.division for leaf in leaves_of(changed)] == [16, 8, 32, 8, 16, 32, 4]
    assert with_leaves(VOICE, lambda _, leaf: leaf) == VOICE


def test_a_tremolo_whose_notes_would_become_rests_stays() -> None:
    assert with_leaves((TREMOLO,), lambda *_: REST) == (TREMOLO,)


def test_lengths_go_by_the_ratios_of_all_tuplets_around() -> None:
    assert length_of(INNER) == Fraction(2, 3)
    assert length_of(OUTER) == Fraction(4, 5) * (Fraction(1, 2) + Fraction(2, 3))
    assert length_of(TREMOLO) == 2
    assert length_of(GRACE) == length_of(BARLINE) == 0


def test_onsets_count_from_where_the_voice_begins() -> None:
    assert [onset for onset, _ in onsets_of((GRACE, C, BARLINE, TREMOLO, REST), Fraction(1))] == [
        1, 1, Fraction(3, 2), Fraction(3, 2), Fraction(7, 2),
    ]  # fmt: skip


def test_grace_notes_are_neither_first_nor_last() -> None:
    assert first_leaf(VOICE) == (1, C)
    assert last_leaf((*VOICE, GRACE)) == (6, REST)
    assert first_leaf((GRACE, BARLINE)) is None
    assert last_leaf((GRACE, BARLINE)) is None


def test_what_takes_time_and_what_is_grace() -> None:
    assert [is_timed(event) for event in (C, GRACE, OUTER, TREMOLO, BARLINE)] == [True] * 4 + [
        False
    ]
    assert [takes_time(event) for event in (C, GRACE, OUTER, BARLINE)] == [True, False, True, False]
    assert [is_grace(event) for event in (C, GRACE, OUTER, REST)] == [False, True, False, False]
