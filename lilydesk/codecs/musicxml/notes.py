"""<note>: a note, a further note of a chord, or a rest."""

from __future__ import annotations

from fractions import Fraction
from xml.etree.ElementTree import Element

from lilydesk.codecs.losses import Losses
from lilydesk.codecs.musicxml.attributes import PartState
from lilydesk.codecs.musicxml.model import Head, RawNote
from lilydesk.codecs.musicxml.notations import mark, read_notations
from lilydesk.codecs.musicxml.values import (
    NOTHING,
    is_dyadic,
    number_of,
    text_of,
    whole_of,
    written_duration,
)
from lilydesk.notation import MarkKind, Pitch
from lilydesk.notation.document import Syllable
from lilydesk.notation.duration import value_of
from lilydesk.notation.pitch import STEPS
from lilydesk.notation.span import NOWHERE

_LONG_TYPES = ("breve", "long", "maxima")
_LOWEST_OCTAVE, _HIGHEST_OCTAVE = -2, 12


def read_note(
    element: Element, state: PartState, onset: Fraction, index: int, losses: Losses
) -> RawNote:
    """A note with its first head, or a rest. Pitches are as written, without transposition."""
    staff = max(1, min(whole_of(element.findtext("staff"), 1), 64))
    voice = text_of(element, "voice", "1")
    note = RawNote(onset, NOTHING, voice, staff)
    grace = element.find("grace")
    note.is_grace = grace is not None
    if grace is not None and grace.get("slash") == "yes":
        losses.add("The stroke through a grace note was left out", index)
    note.is_hidden = element.get("print-object") == "no"
    _read_length(element, note, state, index, losses)
    rest = element.find("rest")
    if rest is not None:
        _read_rest(rest, note)
    add_head(element, note, index, losses)
    if note.tremolo:
        note.actual = note.normal = 1  # the halved time of each note is no tuplet
    if note.is_hidden and note.heads:
        losses.add("A hidden note is shown", index)
    note.stem = text_of(element, "stem")
    for beam in element.findall("beam"):
        if beam.get("number", "1") == "1":
            _read_beam(beam, note)
    for lyric in element.findall("lyric"):
        _read_lyric(lyric, note, index, losses)
    if element.find("notehead") is not None and text_of(element, "notehead") not in ("normal", ""):
        losses.add("Note heads of other shapes are shown as ordinary ones", index)
    return note


def add_head(element: Element, note: RawNote, index: int, losses: Losses) -> None:
    """Add the pitch of a <note> to a note or chord, and the marks that hang on it."""
    pitch = _read_pitch(element.find("pitch"), index, losses)
    if element.find("unpitched") is not None:
        losses.add("Notes without a pitch (percussion) were left out, their time is empty", index)
        note.is_hidden = True
    elif element.find("cue") is not None:
        losses.add("Cue notes were left out, their time is empty", index)
        note.is_hidden = True
    elif pitch is not None:
        note.heads.append(_head(element, pitch))
    for notations in element.findall("notations"):
        read_notations(notations, note, index, losses)


def _head(element: Element, pitch: Pitch) -> Head:
    head = Head(pitch)
    sign = element.find("accidental")
    if sign is not None:
        head.has_sign = True
        head.is_courtesy = "yes" in (
            sign.get("cautionary"), sign.get("editorial"), sign.get("parentheses"),
        )  # fmt: skip
    ties = element.findall("tie") + element.findall("notations/tied")
    kinds = {tie.get("type") for tie in ties}
    head.is_tied, head.is_tied_in = "start" in kinds, "stop" in kinds
    return head


def _read_pitch(pitch: Element | None, index: int, losses: Losses) -> Pitch | None:
    if pitch is None:
        return None
    step = text_of(pitch, "step").lower()
    if step not in STEPS or len(step) != 1:
        losses.add("A note without a readable pitch was left out", index)
        return None
    octave = max(_LOWEST_OCTAVE, min(whole_of(pitch.findtext("octave"), 4), _HIGHEST_OCTAVE))
    alter = number_of(pitch.findtext("alter")) or NOTHING
    if alter.denominator != 1:
        losses.add("A quarter tone is written as the nearest semitone", index)
    return spelled(Pitch(step, round(max(Fraction(-12), min(alter, Fraction(12)))), octave))


def spelled(pitch: Pitch) -> Pitch:
    """The pitch, or the same sound by another name where it has more than two accidentals."""
    while abs(pitch.alter) > 2:
        direction = 1 if pitch.alter > 0 else -1
        diatonic = pitch.diatonic + direction
        plain = Pitch(STEPS[diatonic % 7], 0, diatonic // 7)
        pitch = Pitch(plain.step, pitch.midi - plain.midi, plain.octave)
    return pitch


def _read_rest(rest: Element, note: RawNote) -> None:
    step = text_of(rest, "display-step").lower()
    octave = number_of(rest.findtext("display-octave"))
    if step and step in STEPS and octave is not None and -2 <= octave <= 12:
        note.position = Pitch(step, 0, int(octave))


def _read_length(
    element: Element, note: RawNote, state: PartState, index: int, losses: Losses
) -> None:
    """The written value, the tuplet and the length, brought into agreement.

    <type> says what is drawn, <duration> how long it lasts in whole divisions, which tuplets may
    not divide: within one division the exact length of the drawn value counts.
    """
    actual = whole_of(element.findtext("time-modification/actual-notes"))
    normal = whole_of(element.findtext("time-modification/normal-notes"))
    if 0 < actual < 1000 and 0 < normal < 1000:
        note.actual, note.normal = actual, normal
    type_name = text_of(element, "type")
    note.duration = written_duration(type_name, len(element.findall("dot")))
    if note.is_grace:
        note.duration = note.duration or written_duration("eighth", 0)
        note.actual = note.normal = 1
        return
    divisions = number_of(element.findtext("duration"))
    stated = divisions / state.divisions if divisions and divisions > 0 else None
    drawn = note.duration.length * note.ratio if note.duration else None
    if stated is None and drawn is None:
        losses.add("A note of no length is written as a quarter", index)
        drawn = Fraction(1)
    if drawn is not None and (stated is None or abs(drawn - stated) * state.divisions < 1):
        note.length = drawn
        return
    assert stated is not None
    note.length = _sensible_length(stated, note, state)
    if element.find("rest") is None or type_name not in _LONG_TYPES:
        value = note.length / note.ratio
        note.duration = value_of(value) if is_dyadic(value) else None


def _sensible_length(stated: Fraction, note: RawNote, state: PartState) -> Fraction:
    """The stated length, rounded to what note values under the note's tuplet can make up."""
    value = stated / note.ratio
    if is_dyadic(value):
        return stated
    near = Fraction(round(value * 64), 64)
    if near and abs(near * note.ratio - stated) * state.divisions < 1:
        return near * note.ratio
    return stated


def _read_beam(beam: Element, note: RawNote) -> None:
    kind = (beam.text or "").strip()
    if kind == "begin":
        note.marks.append(mark(MarkKind.BEAM_START))
    elif kind == "end":
        note.marks.append(mark(MarkKind.BEAM_END))


def _read_lyric(lyric: Element, note: RawNote, index: int, losses: Losses) -> None:
    number = lyric.get("number") or lyric.get("name") or "1"
    parts = [
        (child.text or "").strip() or ("\u203f" if child.tag == "elision" else "")
        for child in lyric
        if child.tag in ("text", "elision")
    ]
    syllabics = [(child.text or "").strip() for child in lyric.findall("syllabic")]
    extend = lyric.find("extend")
    is_extended = extend is not None and extend.get("type", "start") == "start"
    text = "".join(parts)
    if not text:
        if lyric.find("humming") is not None or lyric.find("laughing") is not None:
            losses.add("Humming and laughing under notes were left out", index)
        return
    is_hyphenated = bool(syllabics) and syllabics[-1] in ("begin", "middle")
    note.syllables[number] = Syllable(text, NOWHERE, is_hyphenated, is_extended)
