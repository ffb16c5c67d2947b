"""The reference's parsed tree and ours, both as plain tuples that can be compared."""

from __future__ import annotations

from typing import Any

from lilydesk.notation import Chord, Document, Event, Key, Pitch, Rest, TimeSignature, Tuplet, Voice
from lilydesk.notation.event import (
    Barline,
    ChordSymbol,
    ClefChange,
    DoubleTremolo,
    KeyChange,
    Ottava,
    Partial,
    StaffChange,
    StandaloneMark,
    StemChange,
    Tempo,
    TimeChange,
)

_ALTERS = {None: 0, "sharp": 1, "flat": -1, "doubleSharp": 2, "doubleFlat": -2}


def our_measures(document: Document) -> list[Any]:
    """Key, time and voices of each measure."""
    return [
        (
            _key(measure.key), _time(measure.time),
            [[_our_voice(voice) for voice in part.voices] for part in measure.parts],
        )
        for measure in document.measures
    ]  # fmt: skip


def their_measures(tree: dict[str, Any]) -> list[Any]:
    """The same of the reference."""
    return [
        (
            _their_key(measure.get("key")), _their_time(measure.get("timeSig")),
            [[_their_voice(voice) for voice in part["voices"]] for part in measure["parts"]],
        )
        for measure in tree["measures"]
    ]  # fmt: skip


def _our_voice(voice: Voice) -> Any:
    verses = [
        [(one.text, one.is_hyphenated, one.is_extended) for one in verse.syllables]
        for verse in voice.verses
    ]
    return voice.staff, [_ours(event) for event in voice.events], verses


def _their_voice(voice: dict[str, Any]) -> Any:
    verses = [
        [(one.get("text", ""), "hyphen" in one, "extend" in one) for one in verse["syllables"]]
        for verse in voice.get("lyrics", [])
    ]
    events = [_theirs(event) for event in voice["events"] if event["type"] != "pitchReset"]
    for index, event in enumerate(events):
        if event[0] == "staff":  # the voice's own, which we do not keep as a change
            del events[index]
        if event[0] in ("staff", "note", "rest", "tuplet", "tremolo"):
            break
    return voice["staff"], events, verses


def _ours(event: Event) -> tuple[Any, ...]:
    match event:
        case Chord():
            heads = tuple((_pitch(head.pitch), head.is_courtesy) for head in event.heads)
            length = (event.duration.division, event.duration.dots)
            return ("note", heads, length, event.is_grace, len(event.marks))
        case Rest():
            position = _pitch(event.position) if event.position else None
            length = (event.duration.division, event.duration.dots)
            return ("rest", event.kind.value, length, position)
        case Tuplet():
            inner = tuple(_ours(one) for one in event.events)
            return ("tuplet", event.numerator, event.denominator, inner)
        case DoubleTremolo():
            pair = tuple(
                tuple(_pitch(head.pitch) for head in chord.heads)
                for chord in (event.first, event.second)
            )
            return ("tremolo", event.count, event.duration.division, *pair)
        case Tempo():
            beat = (event.beat.division, event.beat.dots) if event.beat else None
            return ("tempo", event.text, beat, event.beats_per_minute)
        case _:
            return _our_change(event)


def _our_change(event: Event) -> tuple[Any, ...]:
    match event:
        case ClefChange():
            return ("clef", event.clef.name)
        case KeyChange():
            return ("key", _key(event.key))
        case TimeChange():
            return ("time", _time(event.time))
        case StaffChange():
            return ("staff", event.staff)
        case StemChange():
            return ("stemDirection", event.direction.value)
        case Ottava():
            return ("ottava", event.octaves)
        case Partial():
            return ("partial", (event.duration.division, event.duration.dots))
        case Barline():
            return ("barline", event.style)
        case ChordSymbol():
            return ("harmony", event.text)
        case StandaloneMark():
            return ("mark", event.mark.text)
    raise AssertionError(event)


def _theirs(event: dict[str, Any]) -> tuple[Any, ...]:
    kind = event["type"]
    if kind == "note":
        heads = tuple((_their_pitch(one), "courtesy" in one) for one in event["pitches"])
        n_marks = len(event.get("marks", [])) + ("tremolo" in event)
        return ("note", heads, _length(event["duration"]), "grace" in event, n_marks)
    if kind == "rest":
        shape = "R" if event.get("fullMeasure") else "s" if event.get("invisible") else "r"
        position = _their_pitch(event["pitch"]) if "pitch" in event else None
        return ("rest", shape, _length(event["duration"]), position)
    if kind in ("tuplet", "times"):
        inner = tuple(_theirs(one) for one in event["events"] if one["type"] != "pitchReset")
        return ("tuplet", event["ratio"]["denominator"], event["ratio"]["numerator"], inner)
    if kind == "tremolo":
        pair = (tuple(map(_their_pitch, event[side])) for side in ("pitchA", "pitchB"))
        return ("tremolo", event["count"], event["division"], *pair)
    return _their_change(kind, event)


def _their_change(kind: str, event: dict[str, Any]) -> tuple[Any, ...]:
    if kind == "barline":
        return ("barline", event["style"])
    if kind == "harmony":
        return ("harmony", event["text"])
    if kind in ("markup", "dynamic"):
        return ("mark", event.get("content", event.get("dynamicType")))
    ((name, value),) = ((key, value) for key, value in event.items() if key != "type")
    if name == "tempo":
        beat = _length(value["beat"]) if "beat" in value else None
        return ("tempo", value.get("text", ""), beat, value.get("bpm"))
    read = {"key": _their_key, "time": _their_time, "partial": _length}.get(name)
    return (name, read(value) if read else value)


def _pitch(pitch: Pitch) -> tuple[str, int, int]:
    return pitch.step, pitch.alter, pitch.octave - 4


def _their_pitch(pitch: dict[str, Any]) -> tuple[str, int, int]:
    return pitch["phonet"], _ALTERS[pitch.get("accidental")], pitch["octave"]


def _length(duration: dict[str, int]) -> tuple[int, int]:
    return duration["division"], duration["dots"]


def _key(key: Key | None) -> Any:
    return (key.tonic.step, key.tonic.alter, key.mode) if key else None


def _their_key(key: dict[str, str] | None) -> Any:
    return (key["pitch"], _ALTERS[key.get("accidental")], key["mode"]) if key else None


def _time(time: TimeSignature | None) -> Any:
    return (time.numerator, time.denominator, time.is_symbol) if time else None


def _their_time(time: dict[str, Any] | None) -> Any:
    return (time["numerator"], time["denominator"], "symbol" in time) if time else None
