"""A performance as a Standard MIDI File, format 1: a track for the tempo, then one per staff.

The staves of a part share its channel. Programs that make a score of the file keep the hands of
a piano apart by the tracks.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from fractions import Fraction

from lilydesk.timeline import ChannelProgram, Performance, SoundingNote

TICKS_PER_QUARTER = 960  # divisible by 2 to the sixth, 3 and 5

# What comes first of the events at one moment: an end before the next beginning.
_META, _NOTE_OFF, _PROGRAM, _CONTROL, _NOTE_ON = range(5)

_Event = tuple[int, int, bytes]  # ticks, rank at that moment, message


def write_midi(performance: Performance) -> bytes:
    """Encode a performance. The same performance gives the same bytes."""
    tracks = [_conductor_track(performance)]
    for program in performance.channels:
        tracks += _channel_tracks(performance, program)
    header = struct.pack(">4sIHHH", b"MThd", 6, 1, len(tracks), TICKS_PER_QUARTER)
    return header + b"".join(tracks)


def variable_length(value: int) -> bytes:
    """A number in groups of seven bits, the highest first; all but the last have bit 7 set."""
    if value < 0:
        raise ValueError("a variable-length quantity is not negative")
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(0x80 | (value & 0x7F))
    return bytes(reversed(groups))


def _ticks(onset: Fraction) -> int:
    return round(onset * TICKS_PER_QUARTER)


def _track(events: Iterable[_Event], end: Fraction) -> bytes:
    content = bytearray()
    now = 0
    for ticks, _, message in sorted(events, key=lambda event: event[:2]):
        content += variable_length(ticks - now) + message
        now = ticks
    content += variable_length(max(0, _ticks(end) - now)) + b"\xff\x2f\x00"
    return struct.pack(">4sI", b"MTrk", len(content)) + bytes(content)


def _meta(kind: int, content: bytes) -> bytes:
    return bytes((0xFF, kind)) + variable_length(len(content)) + content


def _conductor_track(performance: Performance) -> bytes:
    events: list[_Event] = []
    for change in performance.tempos:
        microseconds = min(0xFFFFFF, max(1, round(60_000_000 / change.quarters_per_minute)))
        message = _meta(0x51, microseconds.to_bytes(3, "big"))
        events.append((_ticks(change.onset), _META, message))
    for signature in performance.signatures:
        ticks = _ticks(signature.onset)
        power = signature.denominator.bit_length() - 1
        time = bytes((min(255, signature.numerator), power, 24, 8))
        fifths = max(-7, min(7, signature.fifths))
        key = struct.pack(">bB", fifths, signature.is_minor)
        events += [(ticks, _META, _meta(0x58, time)), (ticks, _META, _meta(0x59, key))]
    return _track(events, performance.length)


def _channel_tracks(performance: Performance, program: ChannelProgram) -> list[bytes]:
    """A track for each staff; the sound and the pedals of all stand in the first."""
    notes = [note for note in performance.notes if note.channel == program.channel]
    staves: dict[int, list[_Event]] = {
        staff: [_named(program)] if program.name else []
        for staff in sorted({note.staff for note in notes}) or [1]
    }
    first = next(iter(staves.values()))
    first += _sound(performance, program)
    for note, end in _without_overlaps(notes):
        start = _ticks(note.onset)
        staves[note.staff] += [
            (start, _NOTE_ON, bytes((0x90 | note.channel, note.midi, note.velocity))),
            (max(start + 1, end), _NOTE_OFF, bytes((0x80 | note.channel, note.midi, 0))),
        ]
    return [_track(events, performance.length) for events in staves.values()]


def _named(program: ChannelProgram) -> _Event:
    return 0, _META, _meta(0x03, program.name.encode("utf-8"))


def _sound(performance: Performance, program: ChannelProgram) -> Iterator[_Event]:
    channel = program.channel
    yield 0, _PROGRAM, bytes((0xC0 | channel, program.program))
    for control in performance.controls:
        if control.channel == channel:
            message = bytes((0xB0 | channel, control.controller, control.value))
            yield _ticks(control.onset), _CONTROL, message


def _without_overlaps(notes: list[SoundingNote]) -> list[tuple[SoundingNote, int]]:
    """Notes with their ends in ticks: a key that is struck again is let go first.

    Of two voices that strike one key together, the longer note is kept.
    """
    by_key: dict[int, list[list[object]]] = {}
    kept: list[list[object]] = []
    for note in notes:
        end = _ticks(note.onset + note.length)
        earlier = by_key.setdefault(note.midi, [])
        if earlier:
            last_note, last_end = earlier[-1]
            assert isinstance(last_note, SoundingNote)
            assert isinstance(last_end, int)
            if _ticks(last_note.onset) == _ticks(note.onset):
                earlier[-1][1] = max(last_end, end)
                continue
            earlier[-1][1] = min(last_end, _ticks(note.onset))
        entry: list[object] = [note, end]
        earlier.append(entry)
        kept.append(entry)
    return [(note, end) for note, end in kept]  # type: ignore[misc]
