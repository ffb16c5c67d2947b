"""Events to sound: plan, transport, FluidSynth, rendering to a file.

Knows timeline's performance and devices. Must not know: the document, Qt.
"""

from lilydesk.playback.offline import render_frames, wav_bytes
from lilydesk.playback.output import Output, SilentOutput
from lilydesk.playback.plan import Plan
from lilydesk.playback.sequencer import SequencerOutput, open_sound_output
from lilydesk.playback.sound_font import find_sound_font
from lilydesk.playback.synth import Synth
from lilydesk.playback.transport import Transport

__all__ = [
    "Output", "Plan", "SequencerOutput", "SilentOutput", "Synth", "Transport",
    "find_sound_font", "open_sound_output", "render_frames", "wav_bytes",
]  # fmt: skip
