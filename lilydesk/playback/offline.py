"""Sound into a WAV of 16 bits, stereo: the plan rendered faster than it is played."""

from __future__ import annotations

import io
import math
import wave
from collections.abc import Callable
from typing import TYPE_CHECKING

from lilydesk.playback.plan import Plan
from lilydesk.playback.sound_font import find_sound_font
from lilydesk.playback.synth import BLOCK_FRAMES, FRAMES_PER_S, Synth

if TYPE_CHECKING:
    from pathlib import Path

    from lilydesk.playback.synth import FloatArray
    from lilydesk.timeline import Performance

_LONGEST_TAIL_S = 6.0
_STEP_BLOCKS = 64  # 93 ms: how often `cancelled` is asked
_SILENCE = 10 ** (-72 / 20)  # quieter than any room
_PEAK = 10 ** (-1 / 20)  # room for what players reconstruct between the samples
_MOST_GAIN = 10 ** (18 / 20)  # a piece written pianissimo stays soft


class _CancelledError(Exception):
    """Raised and caught in this module only."""


def wav_bytes(
    performance: Performance,
    sound_font: str = "",
    cancelled: Callable[[], bool] = lambda: False,
) -> bytes | None:
    """The performance as a whole WAV file in memory; None when cancelled. Raises DeviceError.

    An empty `sound_font` means the best one found.
    Takes about a hundredth of the music's length, and 12 bytes of memory per frame.
    """
    frames = render_frames(performance, find_sound_font(sound_font), cancelled)
    if frames is None:
        return None
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(FRAMES_PER_S)
        file.writeframes(_to_16_bits(frames))
    return target.getvalue()


def render_frames(
    performance: Performance, sound_font: Path, cancelled: Callable[[], bool] = lambda: False
) -> FloatArray | None:
    """The sound as an array (n, 2) of -1 to 1, as loud as it comes; None when cancelled.

    Every event falls on the block of 64 frames nearest to its time, so at most 0.8 ms beside it.
    The last notes ring until they are silent, or for 6 s. Raises DeviceError.
    """
    synth = Synth(sound_font)
    try:
        return _render(synth, Plan(performance), cancelled)
    except _CancelledError:
        return None
    finally:
        synth.close()


def _render(synth: Synth, plan: Plan, cancelled: Callable[[], bool]) -> FloatArray:
    import numpy as np

    synth.load_programs(plan.programs)
    length = _block_at(plan.length_s) * BLOCK_FRAMES
    frames = np.zeros((length + _block_at(_LONGEST_TAIL_S) * BLOCK_FRAMES, 2), np.float32)
    done = 0
    for event in plan.events:
        start = min(_block_at(event.time_s) * BLOCK_FRAMES, len(frames))
        _render_until(synth, frames, done, start, cancelled)
        done = start
        synth.send(event)
    _render_until(synth, frames, done, length, cancelled)
    synth.silence()
    _render_until(synth, frames, max(done, length), len(frames), cancelled)
    return frames[: _end_of_sound(frames, length)]


def _render_until(
    synth: Synth, frames: FloatArray, start: int, end: int, cancelled: Callable[[], bool]
) -> None:
    """Fill `frames` from `start` to `end`, both multiples of a block."""
    step = _STEP_BLOCKS * BLOCK_FRAMES
    for first in range(start, end, step):
        if cancelled():
            raise _CancelledError
        synth.render_into(frames[first : min(first + step, end)])


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
