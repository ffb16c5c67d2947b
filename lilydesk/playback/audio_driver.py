"""The way to the loudspeaker: the first of FluidSynth's audio drivers that opens."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from lilydesk.errors import DeviceError
from lilydesk.playback.synth import FRAMES_PER_S, Synth

ENVIRONMENT_NAME = "LILYDESK_AUDIO_DRIVER"

# Nothing is played live, so a buffer that rides out a busy machine is worth more than a short one.
PERIOD_FRAMES = 512
N_PERIODS = 4
LATENCY_S = PERIOD_FRAMES * N_PERIODS / FRAMES_PER_S


class AudioDriver:
    """An open audio driver: a C thread that asks the synth for frames. Close it before the synth.

    Tries `names` in order, else the driver named by LILYDESK_AUDIO_DRIVER, else those of this
    system. Raises DeviceError when none opens.
    """

    def __init__(self, synth: Synth, names: Sequence[str] = ()) -> None:
        self._api = synth.library.api
        synth.set_option("audio.period-size", PERIOD_FRAMES)
        synth.set_option("audio.periods", N_PERIODS)
        synth.set_option("audio.jack.autoconnect", 1)
        os.environ.setdefault("JACK_NO_START_SERVER", "1")  # else it tries to for six seconds
        for name in names or _names_to_try():
            synth.set_option("audio.driver", name)
            # A driver that fails gives None and says nothing else.
            self._driver = self._api.new_fluid_audio_driver(synth.settings_handle, synth.handle)
            if self._driver:
                return
        raise DeviceError(
            "No sound card was found, so nothing can be heard.",
            "Connect or switch on a sound output and press Play again.",
        )

    def close(self) -> None:
        """Stop the thread and free the device; doing it twice is harmless."""
        if self._driver:
            self._api.delete_fluid_audio_driver(self._driver)
            self._driver = None


def _names_to_try() -> tuple[str, ...]:
    if chosen := os.environ.get(ENVIRONMENT_NAME):
        return (chosen,)
    if sys.platform == "darwin":
        return ("coreaudio",)
    if sys.platform == "win32":
        return ("wasapi", "dsound")
    # PipeWire answers as PulseAudio. ALSA and JACK are asked only when they are there: without
    # a card or a server both fill stderr.
    alsa = ("alsa",) if _has_alsa_card() else ()
    jack = ("jack",) if _is_jack_running() else ()
    return ("pulseaudio", "pipewire", *alsa, *jack)


def _is_jack_running() -> bool:
    """A JACK server's socket is there; the folder jack_db stays behind when none runs."""
    return any(path.is_socket() for path in Path("/dev/shm").glob("jack_*"))


def _has_alsa_card() -> bool:
    try:
        return "[" in Path("/proc/asound/cards").read_text()
    except OSError:
        return False
