"""Live sound: FluidSynth's own sequencer plays the queue, so Python is never in the audio path.

The sequencer runs on the frames that the audio driver asks for. A busy Python thread therefore
cannot make a note late (measured: 2 ms at most, where notes sent by a Python thread were up to
800 ms late), as long as events are queued ahead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lilydesk.errors import DeviceError
from lilydesk.playback.audio_driver import LATENCY_S, AudioDriver
from lilydesk.playback.events import EventKind, PlayEvent
from lilydesk.playback.sound_font import find_sound_font
from lilydesk.playback.synth import FRAMES_PER_S, Synth

# The sequencer looks at its queue every millisecond. Finer ticks only keep the order of events
# that fall into the same one: it does not promise any for equal ticks.
_TICKS_PER_S = FRAMES_PER_S
_ANY = -1


class SequencerOutput:
    """An `Output` that a synth plays; call from one thread, except `prepare`.

    Its clock runs on the frames that are taken from the synth: by the sound card once `connect`
    has been called, else by whoever calls `synth.render_into`. Closes the synth with itself.
    """

    def __init__(self, synth: Synth) -> None:
        self._synth = synth
        self._api: Any = synth.library.api
        self._sequencer = self._api.Sequencer(_TICKS_PER_S, use_system_timer=False)
        self._destination = self._api.fluid_sequencer_register_fluidsynth(
            self._sequencer.sequencer, synth.handle
        )
        self._event = self._api.new_fluid_event()  # copied by the sequencer, so one is enough
        self._api.fluid_event_set_source(self._event, _ANY)
        self._api.fluid_event_set_dest(self._event, self._destination)
        self._last_tick = 0
        self._driver: AudioDriver | None = None

    def connect(self, drivers: Sequence[str] = ()) -> None:
        """Let the sound card play, see `AudioDriver`. Raises DeviceError when there is none."""
        self._driver = AudioDriver(self._synth, drivers)

    @property
    def latency_s(self) -> float:
        """Length of the driver's buffer."""
        return LATENCY_S if self._driver else 0.0

    def now_s(self) -> float:
        """Seconds of sound taken from the synth; the sound card takes a period at a time."""
        return float(self._sequencer.get_tick() / _TICKS_PER_S)

    def prepare(self, programs: Iterable[tuple[int, int]]) -> None:
        """Load and select the programs, see `Synth.load_programs`."""
        self._synth.load_programs(programs)

    def send(self, event: PlayEvent, at_s: float) -> None:
        """Queue an event; one whose time has passed is played with the next period."""
        self._last_tick = max(round(at_s * _TICKS_PER_S), self._last_tick + 1)
        self._write(event)
        self._api.fluid_sequencer_send_at(
            self._sequencer.sequencer, self._event, self._last_tick, True
        )

    def cancel_pending(self) -> None:
        """Drop the queue."""
        self._synth.library.remove_events(self._sequencer.sequencer, _ANY, _ANY, _ANY)
        self._last_tick = 0

    def silence(self) -> None:
        """Lift all keys and pedals at once."""
        self._synth.silence()

    def close(self) -> None:
        """Free driver, sequencer and synth, in this order: each uses the next."""
        if self._driver is not None:
            self._driver.close()
        self._api.delete_fluid_event(self._event)
        self._sequencer.delete()
        self._synth.close()

    def _write(self, event: PlayEvent) -> None:
        library, raw, channel = self._synth.library, self._event, event.channel
        if event.kind is EventKind.NOTE_ON:
            self._api.fluid_event_noteon(raw, channel, event.number, event.value)
        elif event.kind is EventKind.NOTE_OFF:
            self._api.fluid_event_noteoff(raw, channel, event.number)
        elif event.kind is EventKind.CONTROL:
            library.control_change_event(raw, channel, event.number, event.value)
        else:
            library.program_change_event(raw, channel, event.number)


def open_sound_output(sound_font: str = "", drivers: Sequence[str] = ()) -> SequencerOutput:
    """Open synthesiser and sound card; takes 0.1 s or more, so not in the GUI thread.

    An empty `sound_font` means the best one found. Raises DeviceError.
    """
    output = SequencerOutput(Synth(find_sound_font(sound_font)))
    try:
        output.connect(drivers)
    except DeviceError:
        output.close()
        raise
    return output
