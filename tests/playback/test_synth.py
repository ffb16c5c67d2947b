from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lilydesk.errors import DeviceError
from lilydesk.playback import Synth, find_sound_font
from lilydesk.playback.events import EventKind, PlayEvent
from lilydesk.playback.synth import FRAMES_PER_S
from tests.playback.music import (
    ORGAN,
    PEDAL,
    PIANO,
    Frames,
    frequency,
    loudness,
    need_sound,
    pitch_hz,
)


@pytest.fixture
def synth() -> Iterator[Synth]:
    need_sound()
    synth = Synth(find_sound_font())
    synth.load_programs([(0, ORGAN), (1, PIANO)])
    yield synth
    synth.close()


def rendered(synth: Synth, length_s: float) -> Frames:
    frames = np.zeros((round(length_s * FRAMES_PER_S), 2), np.float32)
    synth.render_into(frames)
    return frames


def event(kind: EventKind, number: int, value: int = 0, channel: int = 0) -> PlayEvent:
    return PlayEvent(0.0, kind, channel, number, value)


def test_note_has_its_pitch(synth: Synth) -> None:
    synth.send(event(EventKind.NOTE_ON, 69, 100))
    assert pitch_hz(rendered(synth, 1.0), 0.3, 0.9) == pytest.approx(440, rel=0.01)


def test_note_off_is_followed_by_silence(synth: Synth) -> None:
    synth.send(event(EventKind.NOTE_ON, 60, 100))
    held = rendered(synth, 0.5)
    synth.send(event(EventKind.NOTE_OFF, 60))
    after = rendered(synth, 4.0)
    assert loudness(after, 3.0, 4.0) < loudness(held, 0.2, 0.5) / 1000
    assert synth.n_voices == 0


def test_pedal_holds_and_its_lift_lets_go(synth: Synth) -> None:
    synth.send(event(EventKind.CONTROL, PEDAL, 127))
    synth.send(event(EventKind.NOTE_ON, 60, 100))
    rendered(synth, 0.3)
    synth.send(event(EventKind.NOTE_OFF, 60))
    held = rendered(synth, 2.0)
    assert loudness(held, 1.5, 2.0) > 0.01
    synth.send(event(EventKind.CONTROL, PEDAL, 0))
    assert loudness(rendered(synth, 4.0), 3.0, 4.0) < 1e-4


def test_silence_lifts_keys_and_pedals(synth: Synth) -> None:
    synth.send(event(EventKind.CONTROL, PEDAL, 127))
    for midi in (48, 60, 64):
        synth.send(event(EventKind.NOTE_ON, midi, 100))
    assert loudness(rendered(synth, 0.5), 0.2, 0.5) > 0.01
    synth.silence()
    assert loudness(rendered(synth, 4.0), 3.0, 4.0) < 1e-4


def test_program_change_changes_the_sound(synth: Synth) -> None:
    def two_seconds_of(channel: int) -> Frames:
        synth.send(event(EventKind.NOTE_ON, 72, 100, channel))
        frames = rendered(synth, 2.0)
        synth.silence()
        rendered(synth, 3.0)
        return frames

    def fades(frames: Frames) -> float:
        return loudness(frames, 1.7, 2.0) / loudness(frames, 0.1, 0.4)

    assert fades(two_seconds_of(0)) > 0.5  # an organ does not
    assert fades(two_seconds_of(1)) < 0.4  # a piano does
    synth.send(event(EventKind.PROGRAM, PIANO))
    assert fades(two_seconds_of(0)) < 0.4


def test_drum_channel_has_a_drum_kit(synth: Synth) -> None:
    synth.load_programs([(9, 0)])
    synth.send(event(EventKind.NOTE_ON, 38, 100, channel=9))
    frames = rendered(synth, 2.0)
    assert loudness(frames, 0.0, 0.1) > 20 * loudness(frames, 1.0, 2.0)


def test_octaves_of_a_piano_are_where_they_belong(synth: Synth) -> None:
    for midi in (48, 60, 72):
        synth.send(event(EventKind.NOTE_ON, midi, 100, channel=1))
        found = pitch_hz(rendered(synth, 0.6), 0.1, 0.6)
        synth.silence()
        rendered(synth, 2.0)
        assert found == pytest.approx(frequency(midi), rel=0.015)


def test_damaged_sound_font_is_a_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    need_sound()
    path = tmp_path / "damaged.sf2"
    path.write_bytes(b"RIFF\x20\0\0\0sfbkLIST")
    with pytest.raises(DeviceError, match=r"damaged\.sf2” cannot be used"):
        Synth(path)
    assert capfd.readouterr().out == ""
