"""FluidSynth with one General MIDI sound font: channels, controllers, and frames of sound."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from lilydesk.errors import DeviceError
from lilydesk.playback.events import EventKind, PlayEvent
from lilydesk.playback.library import Library, load_library
from lilydesk.playback.sound_font import check_is_sound_font

if TYPE_CHECKING:  # numpy is needed to render, not to start the program
    import numpy as np
    import numpy.typing as npt

    FloatArray: TypeAlias = npt.NDArray[np.float32]

FRAMES_PER_S = 44100
BLOCK_FRAMES = 64  # FluidSynth renders so many at a time: events fall on this grid

_N_CHANNELS = 64
_GAIN = 0.8  # measured peaks: ten piano notes fff 0.6, four sections ff 0.9
_DRUM_CHANNEL, _DRUM_BANK = 9, 128
_RESET_CONTROLLERS = 121
_ALL_CHANNELS = -1


class Synth:
    """One synthesiser. Its methods may be called from any thread; `close` it when done.

    Raises DeviceError when FluidSynth is missing or the sound font is not one.
    """

    def __init__(self, sound_font: Path) -> None:
        check_is_sound_font(sound_font)
        self.library: Library = load_library()
        self._api: Any = self.library.api
        self._synth = self._new_synth()
        self._font_id = self._load(sound_font)

    @property
    def settings_handle(self) -> int:
        """FluidSynth's settings object, for what is built upon it (audio drivers)."""
        return int(self._synth.settings)

    @property
    def handle(self) -> int:
        """FluidSynth's synthesiser object, for what is built upon it (sequencer, drivers)."""
        return int(self._synth.synth)

    @property
    def n_voices(self) -> int:
        """Voices that sound now, releases included."""
        return int(self._synth.get_active_voice_count())

    def set_option(self, name: str, value: str | int | float) -> None:
        """Change one of FluidSynth's settings, for example "audio.driver"."""
        self._synth.setting(name, value)

    def load_programs(self, programs: Iterable[tuple[int, int]]) -> None:
        """Load the samples of (channel, program) pairs and select each program on its channel.

        Slow for a program not used before (about 0.1 s for a piano), so do it before playing:
        later changes to a loaded program cost the audio thread nothing.
        """
        for channel, program in programs:
            bank = _bank_of(channel)
            if self.library.pin_preset is not None:
                self.library.pin_preset(self.handle, self._font_id, bank, program)
            self._synth.program_select(channel, self._font_id, bank, program)

    def send(self, event: PlayEvent) -> None:
        """Do at once what the event says; it sounds from the next block of frames on."""
        if event.kind is EventKind.NOTE_ON:
            self._synth.noteon(event.channel, event.number, event.value)
        elif event.kind is EventKind.NOTE_OFF:
            self._synth.noteoff(event.channel, event.number)
        elif event.kind is EventKind.CONTROL:
            self._synth.cc(event.channel, event.number, event.value)
        else:
            self._synth.program_select(
                event.channel, self._font_id, _bank_of(event.channel), event.number
            )

    def silence(self) -> None:
        """Lift every pedal and key; what sounded fades with its natural release."""
        for channel in range(_N_CHANNELS):
            self._synth.cc(channel, _RESET_CONTROLLERS, 0)
        self._synth.all_notes_off(_ALL_CHANNELS)

    def render_into(self, frames: FloatArray) -> None:
        """Fill a contiguous array of shape (n, 2) with the next n frames, left and right."""
        start = frames.ctypes.data
        self.library.write_float(self.handle, len(frames), start, 0, 2, start, 1, 2)

    def close(self) -> None:
        """Free the synthesiser; it must not be used afterwards."""
        self._synth.delete()

    def _new_synth(self) -> Any:
        options = {
            # Must be set before the sound font is loaded: 18 ms and little memory, not 2 s.
            "synth.dynamic-sample-loading": 1,
            "synth.reverb.active": 1,
            "synth.chorus.active": 0,
            "synth.polyphony": 256,
        }
        return self._api.Synth(gain=_GAIN, samplerate=FRAMES_PER_S, channels=_N_CHANNELS, **options)

    def _load(self, sound_font: Path) -> int:
        font_id = int(self._synth.sfload(str(sound_font), 1))
        if font_id < 0:
            self.close()
            raise DeviceError(
                f"The sound font “{sound_font}” cannot be used.", "Choose another file."
            )
        return font_id


def _bank_of(channel: int) -> int:
    return _DRUM_BANK if channel % 16 == _DRUM_CHANNEL else 0
