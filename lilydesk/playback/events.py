"""What a synthesiser is told, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class EventKind(IntEnum):
    """Kinds of event, in the order in which they take place at one moment."""

    NOTE_OFF = 0
    PROGRAM = 1
    CONTROL = 2
    NOTE_ON = 3


@dataclass(frozen=True, slots=True)
class PlayEvent:
    """One message to one channel; the plan keeps events of one moment in the order of kinds."""

    time_s: float
    kind: EventKind
    channel: int
    number: int  # MIDI key, controller, or program
    value: int = 0  # velocity of a note on, or value of a controller
