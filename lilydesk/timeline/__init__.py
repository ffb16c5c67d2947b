"""Notated time to sounding time: repeats, ties, grace notes, tempo, dynamics, pedal.

Knows notation. Must not know: any file format, bytes, devices, Qt.
"""

from lilydesk.timeline.perform import perform
from lilydesk.timeline.performance import (
    ChannelProgram,
    ControlChange,
    MeasureOnset,
    Performance,
    Signature,
    SoundingNote,
    TempoChange,
)
from lilydesk.timeline.playing_order import PlayingOrderError, parse_playing_order, playing_order

__all__ = [
    "ChannelProgram", "ControlChange", "MeasureOnset", "Performance", "PlayingOrderError",
    "Signature", "SoundingNote", "TempoChange", "parse_playing_order", "perform", "playing_order",
]  # fmt: skip
