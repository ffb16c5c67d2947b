from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lilydesk.playback.events import EventKind, PlayEvent
from lilydesk.playback.plan import Plan
from lilydesk.timeline import ChannelProgram, Performance
from tests.playback.music import ORGAN, PEDAL, PIANO, note, pedal, performance, scale


def told(plan: Plan) -> list[tuple[float, str, int]]:
    """Time, kind and number of each event that is not a program."""
    return [
        (round(e.time_s, 4), e.kind.name, e.number)
        for e in plan.events
        if e.kind is not EventKind.PROGRAM
    ]


def test_repeated_note_is_lifted_before_it_is_struck_again() -> None:
    plan = Plan(performance([note(0, 1, 60), note(1, 1, 60)]))
    assert told(plan) == [
        (0, "NOTE_ON", 60), (1, "NOTE_OFF", 60), (1, "NOTE_ON", 60), (2, "NOTE_OFF", 60),
    ]  # fmt: skip


def test_two_voices_in_unison_strike_once_and_the_longer_one_lifts() -> None:
    plan = Plan(performance([note(0, 1, 60, velocity=50), note(0, 4, 60, velocity=80)]))
    assert told(plan) == [(0, "NOTE_ON", 60), (4, "NOTE_OFF", 60)]
    assert plan.events[1].value == 80


def test_key_struck_while_held_sounds_until_the_last_end() -> None:
    plan = Plan(performance([note(0, 4, 60), note(2, 1, 60)]))
    assert told(plan) == [
        (0, "NOTE_ON", 60), (2, "NOTE_OFF", 60), (2, "NOTE_ON", 60), (4, "NOTE_OFF", 60),
    ]  # fmt: skip


def test_same_key_on_two_channels_is_two_keys() -> None:
    plan = Plan(performance([note(0, 2, 60), note(1, 2, 60, channel=1)], programs=(0, 40)))
    assert [kind for _, kind, _ in told(plan)] == ["NOTE_ON", "NOTE_ON", "NOTE_OFF", "NOTE_OFF"]


def test_pedal_changed_on_the_beat_is_lifted_first_and_down_before_the_note() -> None:
    controls = [pedal(1.0, False), pedal(1.0, True)]
    plan = Plan(performance([note(0, 1, 60), note(1, 1, 62)], controls))
    at_one = [(e.kind, e.value) for e in plan.events if e.time_s == 1.0]
    assert at_one == [
        (EventKind.NOTE_OFF, 0), (EventKind.CONTROL, 0), (EventKind.CONTROL, 127),
        (EventKind.NOTE_ON, 90),
    ]  # fmt: skip


def test_resuming_sends_program_pedal_and_the_notes_still_held() -> None:
    controls = [pedal(0.0, True), pedal(3.0, False)]
    music = performance([note(0, 4, 48), note(0, 1, 60), note(1, 1, 62)], controls, (ORGAN,))
    resumed = Plan(music).resuming_at(1.5)
    assert [(e.kind, e.number) for e in resumed] == [
        (EventKind.PROGRAM, ORGAN), (EventKind.CONTROL, PEDAL),
        (EventKind.NOTE_ON, 48), (EventKind.NOTE_ON, 62),
    ]  # fmt: skip


def test_note_that_ends_where_playing_starts_is_not_struck() -> None:
    resumed = Plan(scale()).resuming_at(0.25)
    assert [event for event in resumed if event.kind is EventKind.NOTE_ON] == []


def changes(old: Performance, new: Performance, at_s: float) -> list[tuple[str, int, int]]:
    events = Plan(new).changing_over_at(at_s, Plan(old))
    return [(e.kind.name, e.number, e.value) for e in events]


def test_changing_over_to_the_same_music_changes_nothing() -> None:
    music = performance([note(0, 4, 60)], [pedal(0.0, True)])
    longer = performance([note(0, 4, 60), note(4, 4, 62)], [pedal(0.0, True), pedal(4.0, False)])
    assert changes(music, longer, 1.0) == []


def test_changing_over_lifts_what_only_the_old_music_holds() -> None:
    old = performance([note(0, 4, 60), note(0, 4, 64)], [pedal(0.0, True)])
    assert changes(old, performance([note(0, 4, 64)]), 1.0) == [
        ("NOTE_OFF", 60, 0), ("CONTROL", PEDAL, 0),
    ]  # fmt: skip


def test_changing_over_sets_what_the_new_music_has_set() -> None:
    old = performance([note(0, 4, 60)], [pedal(0.0, False)])
    new = performance([note(0, 4, 60)], [pedal(0.5, True)], (ORGAN,))
    assert changes(old, new, 1.0) == [("PROGRAM", ORGAN, 0), ("CONTROL", PEDAL, 127)]


def test_sounding_ids_change_at_onsets_and_ends() -> None:
    plan = Plan(performance([note(0, 2, 60, "long"), note(0.5, 0.5, 64, "short")]))
    assert plan.sounding_at(-1.0) == ()
    assert plan.sounding_at(0.0) == ("long",)
    assert plan.sounding_at(0.7) == ("long", "short")
    assert plan.sounding_at(1.0) == ("long",)
    assert plan.sounding_at(2.0) == ()


def test_id_played_twice_stays_lit_until_both_have_ended() -> None:
    plan = Plan(performance([note(0, 2, 60, "same"), note(1, 2, 64, "same")]))
    assert plan.sounding_at(2.5) == ("same",)
    assert plan.sounding_at(3.0) == ()


def test_measure_is_found_when_repeats_are_unfolded() -> None:
    plan = Plan(performance([note(0, 4, 60)], measures=[(0, 0), (1, 1), (2, 0), (3, 1)]))
    assert [plan.measure_at(s) for s in (0.0, 0.99, 1.0, 2.5, 9.0)] == [0, 0, 1, 0, 1]
    assert plan.measure_onset_s(1) == 1
    assert plan.measure_onset_s(7) is None


def test_parts_that_share_a_channel_sound_like_the_first() -> None:
    music = performance([note(0, 1, 60)], programs=(PIANO,))
    crowded = replace(music, channels=(*music.channels, ChannelProgram(0, ORGAN, "Organ")))
    plan = Plan(crowded)
    assert plan.programs == ((0, PIANO),)
    assert [e.number for e in plan.events if e.kind is EventKind.PROGRAM] == [PIANO]


def test_empty_performance_is_an_empty_plan() -> None:
    plan = Plan(performance([], programs=(), measures=()))
    assert plan.events == ()
    assert plan.sounding_at(0.0) == ()
    assert plan.measure_at(0.0) is None
    assert plan.resuming_at(0.0) == []


some_notes = st.lists(
    st.builds(
        note,
        onset_s=st.integers(0, 40).map(lambda n: n / 8),
        length_s=st.integers(1, 24).map(lambda n: n / 8),
        midi=st.integers(60, 63),
        channel=st.integers(0, 1),
    ),
    max_size=20,
)


@given(some_notes)
def test_every_key_goes_down_and_up_in_turn(notes: list) -> None:
    down: set[tuple[int, int]] = set()
    for event in Plan(performance(notes)).events:
        key = (event.channel, event.number)
        if event.kind is EventKind.NOTE_ON:
            assert key not in down
            down.add(key)
        elif event.kind is EventKind.NOTE_OFF:
            down.remove(key)
    assert not down


@given(some_notes, st.integers(0, 80).map(lambda n: n / 8 + 0.06))
def test_a_key_is_down_exactly_while_a_note_of_it_sounds(notes: list, at_s: float) -> None:
    expected = {(n.channel, n.midi) for n in notes if n.onset_s <= at_s < n.onset_s + n.length_s}
    assert Plan(performance(notes)).keys_down_at(at_s).keys() == expected


@given(some_notes, st.integers(0, 80).map(lambda n: n / 16))
def test_resuming_and_then_the_rest_lifts_every_key(notes: list, from_s: float) -> None:
    plan = Plan(performance(notes))
    rest = plan.events[plan.first_at(from_s) :]
    down: set[tuple[int, int]] = set()
    events: list[PlayEvent] = [*plan.resuming_at(from_s), *rest]
    for event in events:
        if event.kind is EventKind.NOTE_ON:
            down.add((event.channel, event.number))
        elif event.kind is EventKind.NOTE_OFF:
            down.discard((event.channel, event.number))
    assert not down
