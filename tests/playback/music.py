"""Small performances for the tests of this room, and ears to check what was rendered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np
import pytest

from lilydesk.errors import DeviceError
from lilydesk.playback import find_sound_font
from lilydesk.playback.library import load_library
from lilydesk.playback.synth import FRAMES_PER_S
from lilydesk.timeline import (
    ChannelProgram,
    ControlChange,
    MeasureOnset,
    Performance,
    SoundingNote,
    TempoChange,
)

Frames = np.ndarray  # (n, 2), left and right
PEDAL = 64
PIANO, ORGAN = 0, 19


def note(
    onset_s: float, length_s: float, midi: int, name: str = "", channel: int = 0, velocity: int = 90
) -> SoundingNote:
    return SoundingNote(
        onset=_quarters(onset_s),
        length=_quarters(length_s),
        onset_s=onset_s,
        length_s=length_s,
        midi=midi,
        velocity=velocity,
        channel=channel,
        element_ids=(name or f"m0-n{midi}",),
    )


def pedal(onset_s: float, is_down: bool) -> ControlChange:
    return ControlChange(
        onset=_quarters(onset_s),
        onset_s=onset_s,
        channel=0,
        controller=PEDAL,
        value=127 if is_down else 0,
    )


def performance(
    notes: Iterable[SoundingNote],
    controls: Sequence[ControlChange] = (),
    programs: Sequence[int] = (PIANO,),
    measures: Sequence[tuple[float, int]] = ((0.0, 0),),
) -> Performance:
    ordered = tuple(sorted(notes, key=lambda note: note.onset_s))
    length_s = max((n.onset_s + n.length_s for n in ordered), default=0.0)
    return Performance(
        notes=ordered,
        controls=tuple(controls),
        channels=tuple(ChannelProgram(channel, p, "") for channel, p in enumerate(programs)),
        tempos=(TempoChange(Fraction(0), 0.0, Fraction(120)),),
        signatures=(),
        measures=tuple(MeasureOnset(onset_s, index) for onset_s, index in measures),
        length=_quarters(length_s),
        length_s=length_s,
    )


def scale(n_notes: int = 8, step_s: float = 0.25, share: float = 1.0) -> Performance:
    """Notes one after the other, from middle C up; four to a measure.

    Each sounds for a `share` of its step; what is not legato is easier to tell apart.
    """
    notes = [note(i * step_s, step_s * share, 60 + i, f"m{i // 4}-n{i}") for i in range(n_notes)]
    measures = [(m * 4 * step_s, m) for m in range((n_notes + 3) // 4)]
    return performance(notes, measures=measures)


def need_sound() -> None:
    """Skip the test where there is no FluidSynth or no sound font."""
    try:
        load_library()
        find_sound_font()
    except DeviceError as error:
        pytest.skip(str(error))


def onsets_s(frames: Frames, least_rise: float = 2.0, quiet: float = 0.002) -> list[float]:
    """Where the sound begins or swells: each block of 5 ms much louder than the loudest of 20 ms
    before it."""
    step = FRAMES_PER_S // 200
    level = np.abs(frames[: len(frames) // step * step]).reshape(-1, step * 2).max(axis=1)
    found: list[float] = []
    for index in range(len(level)):
        before = level[max(0, index - 4) : index].max(initial=0.0)
        is_far = not found or index / 200 - found[-1] > 0.05
        if level[index] > max(quiet, before * least_rise) and is_far:
            found.append(index / 200)
    return found


def first_sound_s(frames: Frames, quiet: float = 1e-4) -> float:
    """Where the first frame louder than `quiet` is."""
    return float(np.flatnonzero(np.abs(frames).max(axis=1) > quiet)[0]) / FRAMES_PER_S


def loudness(frames: Frames, from_s: float, to_s: float) -> float:
    """Root of the mean square between two times."""
    part = frames[round(from_s * FRAMES_PER_S) : round(to_s * FRAMES_PER_S)]
    return float(np.sqrt(np.mean(np.square(part.astype(np.float64)))))


def pitch_hz(frames: Frames, from_s: float, to_s: float) -> float:
    """Frequency by autocorrelation, 50 to 2000 Hz: the first strong period, refined by its
    multiples."""
    part = frames[round(from_s * FRAMES_PER_S) : round(to_s * FRAMES_PER_S)].mean(axis=1)
    spectrum = np.fft.rfft(part - part.mean(), 2 * len(part))
    likeness = np.fft.irfft(np.abs(spectrum) ** 2)[: len(part)]
    likeness /= np.arange(len(part), 0, -1)
    shortest, longest = FRAMES_PER_S // 2000, FRAMES_PER_S // 50
    window = likeness[shortest:longest]
    is_peak = (window[1:-1] > window[:-2]) & (window[1:-1] >= window[2:])
    is_strong = window[1:-1] > 0.85 * window.max()
    period = float(shortest + 1 + np.flatnonzero(is_peak & is_strong)[0])
    for multiple in (2, 4, 8):
        low, high = round((multiple - 0.25) * period), round((multiple + 0.25) * period)
        if high < len(part) // 2:
            period = float(low + np.argmax(likeness[low:high])) / multiple
    return FRAMES_PER_S / period


def frequency(midi: int) -> float:
    """Of a MIDI key in equal temperament."""
    return float(440 * 2 ** ((midi - 69) / 12))


def _quarters(time_s: float) -> Fraction:
    """At 120 quarters a minute."""
    return Fraction(time_s).limit_denominator(1000) * 2
