from __future__ import annotations

import io
import wave
from pathlib import Path

import numpy as np
import pytest

from lilydesk.errors import DeviceError
from lilydesk.playback import find_sound_font, render_frames, wav_bytes
from lilydesk.playback.synth import FRAMES_PER_S
from tests.playback.music import (
    ORGAN,
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


@pytest.fixture(autouse=True)
def sound() -> None:
    need_sound()


def test_every_note_is_heard_at_its_time_and_pitch() -> None:
    frames = render_frames(scale(8, 0.5, share=0.5), find_sound_font())
    assert onsets_s(frames) == pytest.approx([i * 0.5 for i in range(8)], abs=0.015)
    for index in range(8):
        found = pitch_hz(frames, index * 0.5 + 0.05, index * 0.5 + 0.3)
        assert found == pytest.approx(frequency(60 + index), rel=0.015)


def test_onset_is_at_most_a_block_beside_its_time() -> None:
    beside = []
    for onset_s in (0.1, 0.1003, 0.1007, 0.1011, 0.5):
        frames = render_frames(performance([note(onset_s, 0.2, 60)]), find_sound_font())
        beside.append(first_sound_s(frames) - onset_s)
    attack_s = min(beside)  # how long the sample itself takes to be heard
    assert attack_s == pytest.approx(0.0, abs=0.002)
    assert max(beside) - attack_s <= 1.01 * 64 / FRAMES_PER_S


def test_rendering_is_the_same_each_time() -> None:
    first, second = (render_frames(scale(3), find_sound_font()) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_last_note_rings_on_and_ends_in_silence() -> None:
    frames = render_frames(performance([note(0, 0.5, 60)]), find_sound_font())
    assert 0.6 < len(frames) / FRAMES_PER_S < 7
    assert np.abs(frames[-64:]).max() < 0.001


def test_pedal_lets_notes_ring() -> None:
    notes = [note(0, 0.2, 60), note(2.0, 0.2, 40)]
    pedals = [pedal(0.0, True), pedal(1.9, False)]
    dry, wet = (
        render_frames(performance(notes, controls), find_sound_font()) for controls in ((), pedals)
    )
    assert loudness(wet, 1.0, 1.8) > 10 * loudness(dry, 1.0, 1.8)


def test_wav_file_is_stereo_16_bit_and_loud() -> None:
    data = wav_bytes(performance([note(0, 1, 60), note(0, 1, 67)]))
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (2, 2)
        assert file.getframerate() == FRAMES_PER_S
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    assert np.abs(samples.astype(int)).max() == pytest.approx(32767 * 10 ** (-1 / 20), rel=0.01)


def test_many_loud_organ_notes_are_not_clipped(tmp_path: Path) -> None:
    notes = [note(0, 0.5, midi, velocity=127) for midi in range(30, 90, 2)]
    data = wav_bytes(performance(notes, programs=(ORGAN,)))
    samples = np.abs(np.frombuffer(data[44:], "<i2").astype(int))
    assert samples.max() < 32000


def test_silence_stays_silence() -> None:
    data = wav_bytes(performance([], programs=()))
    assert not any(data[44:])


def test_missing_sound_font_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match="does not exist"):
        wav_bytes(scale(1), str(tmp_path / "gone.sf3"))
