"""The transport on the real sequencer; the test takes the frames in place of a sound card."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from lilydesk.playback import Plan, SequencerOutput, Synth, Transport, find_sound_font
from lilydesk.playback.synth import FRAMES_PER_S
from lilydesk.timeline import Performance
from tests.playback.music import (
    ORGAN,
    Frames,
    first_sound_s,
    frequency,
    loudness,
    need_sound,
    note,
    onsets_s,
    pedal,
    performance,
    pitch_hz,
    scale,
)

PERIOD = 512


class Player:
    """A transport, and the loudspeaker's side of it."""

    def __init__(self, music: Performance) -> None:
        self.synth = Synth(find_sound_font())
        self.output = SequencerOutput(self.synth)
        plan = Plan(music)
        self.output.prepare(plan.programs)
        self.transport = Transport(self.output, plan)

    def heard(self, length_s: float, in_between: Callable[[], None] | None = None) -> Frames:
        """The next frames, taken by periods; the transport is asked to go on after each."""
        frames = np.zeros((round(length_s * FRAMES_PER_S / PERIOD) * PERIOD, 2), np.float32)
        for start in range(0, len(frames), PERIOD):
            self.synth.render_into(frames[start : start + PERIOD])
            (in_between or self.transport.update)()
        return frames


@pytest.fixture
def play() -> Iterator[Callable[[Performance], Player]]:
    need_sound()
    players: list[Player] = []

    def make(music: Performance) -> Player:
        players.append(Player(music))
        return players[-1]

    yield make
    for player in players:
        player.output.close()


Play = Callable[[Performance], Player]


def test_notes_are_heard_at_even_distances(play: Play) -> None:
    player = play(performance([note(i * 0.2, 0.1, 60) for i in range(20)]))
    player.transport.play(0.0)
    found = onsets_s(player.heard(4.3))
    assert np.diff(found) == pytest.approx([0.2] * 19, abs=0.011)


def test_first_chord_is_not_torn_apart(play: Play) -> None:
    together = performance([note(0, 1, midi) for midi in (48, 55, 60, 64)])
    player = play(together)
    player.transport.play(0.0)
    assert len(onsets_s(player.heard(1.0))) == 1


def test_a_busy_program_is_not_heard(play: Play) -> None:
    player = play(performance([note(i * 0.2, 0.1, 60) for i in range(12)]))
    player.transport.play(0.0)
    assert len(onsets_s(player.heard(1.4, in_between=lambda: None))) == 7


def test_position_follows_what_is_heard(play: Play) -> None:
    player = play(scale(20))
    player.transport.play(1.0)
    assert player.transport.position_s == 1.0
    frames = player.heard(2.0)
    assert player.transport.position_s == pytest.approx(3.0 - first_sound_s(frames), abs=0.02)


def test_stop_is_followed_by_silence(play: Play) -> None:
    notes = [note(i * 0.25, 0.25, 60 + i) for i in range(40)]
    player = play(performance(notes, [pedal(0.0, True)]))
    player.transport.play(0.0)
    assert loudness(player.heard(1.0), 0.5, 1.0) > 0.005
    player.transport.stop()
    assert loudness(player.heard(6.0), 4.0, 6.0) < 1e-4


def test_seek_plays_from_there(play: Play) -> None:
    player = play(performance([note(i, 1, 60 + i) for i in range(8)], programs=(ORGAN,)))
    player.transport.play(0.0)
    assert pitch_hz(player.heard(0.8), 0.3, 0.7) == pytest.approx(frequency(60), rel=0.02)
    player.transport.seek(5.0)
    assert pitch_hz(player.heard(0.8), 0.5, 0.75) == pytest.approx(frequency(65), rel=0.02)
    player.transport.seek(2.0)
    assert pitch_hz(player.heard(0.8), 0.5, 0.75) == pytest.approx(frequency(62), rel=0.02)


def test_start_inside_a_held_note_lets_it_sound(play: Play) -> None:
    player = play(performance([note(0, 4, 60)], programs=(ORGAN,)))
    player.transport.play(2.0)
    frames = player.heard(3.0)
    assert pitch_hz(frames, 0.5, 1.0) == pytest.approx(frequency(60), rel=0.02)
    assert loudness(frames, 2.8, 3.0) < loudness(frames, 0.5, 1.0) / 20


def test_start_under_a_held_pedal_has_the_pedal_down(play: Play) -> None:
    notes = [note(0, 0.2, 50), note(1, 0.2, 60), note(3, 0.2, 60)]
    player = play(performance(notes, [pedal(0.5, True)]))
    player.transport.play(1.0)
    frames = player.heard(1.8)
    assert loudness(frames, 1.2, 1.7) > loudness(frames, 0.1, 0.3) / 10


def test_pedal_is_changed_on_the_beat_in_the_right_order(play: Play) -> None:
    notes = [note(0, 0.4, 60), note(1, 0.4, 72)]
    controls = [
        pedal(0.0, True),
        pedal(1.0, False),
        pedal(1.0, True),
    ]
    player = play(performance(notes, controls))
    player.transport.play(0.0)
    frames = player.heard(2.5)
    assert loudness(frames, 0.6, 1.0) > 0.001  # held by the first pedal
    assert loudness(frames, 1.7, 2.3) > 0.001  # held by the second
    assert pitch_hz(frames, 1.7, 2.3) == pytest.approx(frequency(72), rel=0.02)


def test_grown_performance_goes_on_without_a_break(play: Play) -> None:
    first = [note(0, 1, 60), note(1, 1, 64)]
    player = play(performance(first, programs=(ORGAN,)))
    player.transport.play(0.0)
    before = player.heard(1.5)
    longer = performance([*first, note(2, 1, 67)], programs=(ORGAN,))
    player.transport.replace(Plan(longer))
    after = player.heard(1.4)
    assert pitch_hz(after, 0.1, 0.4) == pytest.approx(frequency(64), rel=0.02)
    assert loudness(after, 0.0, 0.2) == pytest.approx(loudness(before, 1.3, 1.5), rel=0.3)
    assert pitch_hz(after, 0.9, 1.3) == pytest.approx(frequency(67), rel=0.02)


def test_note_taken_away_while_it_sounds_is_lifted(play: Play) -> None:
    player = play(performance([note(0, 8, 60)], programs=(ORGAN,)))
    player.transport.play(0.0)
    before = player.heard(1.0)
    player.transport.replace(Plan(performance([note(7, 1, 64)], programs=(ORGAN,))))
    after = player.heard(4.0)
    assert loudness(after, 3.0, 4.0) < loudness(before, 0.5, 1.0) / 1000


def test_end_is_reached_and_the_sound_dies_away(play: Play) -> None:
    player = play(scale(4))
    player.transport.play(0.5)
    player.heard(0.4)
    assert not player.transport.has_ended
    player.heard(0.4)
    assert player.transport.has_ended
    assert player.transport.position_s == 1.0


def test_playing_again_after_stop_is_heard(play: Play) -> None:
    player = play(scale(8, share=0.5))
    for _ in range(3):
        player.transport.play(0.0)
        assert len(onsets_s(player.heard(0.6))) >= 2
        player.transport.stop()
        player.heard(3.0)
