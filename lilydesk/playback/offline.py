"""Sound into a WAV of 16 bits, stereo: the plan rendered faster than it is played."""

from __future__ import annotations

import io
import math
import wave
from typing import TYPE_CHECKING

from lilydesk.playback.plan import Plan
from lilydesk.playback.sound_font import find_sound_font
from lilydesk.playback.synth import BLOCK_FRAMES, FRAMES_PER_S, Synth

if TYPE_CHECKING:
    from pathlib import Path

    from lilydesk.playback.synth import FloatArray
    from lilydesk.timeline import Performance

_LONGEST_TAIL_S = 6.0
_SILENCE = 10 ** (-72 / 20)  # quieter than any room
_PEAK = 10 ** (-1 / 20)  # room for what players reconstruct between the samples
_MOST_GAIN = 10 ** (18 / 20)  # a piece written pianissimo stays soft


def wav_bytes(performance: Performance, sound_font: str = "") -> bytes:
    """The performance as a whole WAV file in memory. Raises DeviceError.

    An empty `sound_font` means the best one found.
    Takes about a hundredth of the music's length, and 12 bytes of memory per frame.
    """
    frames = render_frames(performance, find_sound_font(sound_font))
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(FRAMES_PER_S)
        file.writeframes(_to_16_bits(frames))
    return target.getvalue()


def render_frames(performance: Performance, sound_font: Path) -> FloatArray:
    """The sound as an array (n, 2) of -1 to 1, as loud as it comes.

    Every event falls on the block of 64 frames nearest to its time, so at most 0.8 ms beside it.
    The last notes ring until they are silent, or for 6 s. Raises DeviceError.
    """
    synth = Synth(sound_font)
    try:
        return _render(synth, Plan(performance))
    finally:
        synth.close()


def _render(synth: Synth, plan: Plan) -> FloatArray:
    import numpy as np

    synth.load_programs(plan.programs)
    length = _block_at(plan.length_s) * BLOCK_FRAMES
    frames = np.zeros((length + _block_at(_LONGEST_TAIL_S) * BLOCK_FRAMES, 2), np.float32)
    done = 0
    for event in plan.events:
        start = min(_block_at(event.time_s) * BLOCK_FRAMES, len(frames))
        if start > done:
            synth.render_into(frames[done:start])
            done = start
        synth.send(event)
    if length > done:
        synth.render_into(frames[done:length])
    synth.silence()
    synth.render_into(frames[max(done, length) :])
    return frames[: _end_of_sound(frames, length)]


def _block_at(time_s: float) -> int:
    return math.floor(time_s * FRAMES_PER_S / BLOCK_FRAMES + 0.5)


def _end_of_sound(frames: FloatArray, length: int) -> int:
    """Number of frames to keep: the written length, and what rings on after it."""
    import numpy as np

    tail = np.abs(frames[length:]).max(axis=1)
    audible = np.flatnonzero(tail > _SILENCE)
    return length + (int(audible[-1]) + 1 if len(audible) else 0)


def _to_16_bits(frames: FloatArray) -> bytes:
    """Samples as a WAV file has them, the loudest at -1 dB unless that takes too much gain."""
    import numpy as np

    peak = float(np.abs(frames).max(initial=0.0))
    gain = min(_PEAK / peak, _MOST_GAIN) if peak > 0 else 1.0
    return (frames * np.float32(gain * 32767)).round().astype("<i2").tobytes()
