"""<attributes>: divisions, key, time signature, clefs, and how a part transposes."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from xml.etree.ElementTree import Element

from lilydesk.codecs.clef_names import CLEF_NAMES
from lilydesk.codecs.losses import Losses
from lilydesk.codecs.musicxml.model import RawClef, RawMeasure
from lilydesk.codecs.musicxml.values import NOTHING, ONE, number_of, text_of, whole_of
from lilydesk.notation import Key, Pitch, TimeSignature
from lilydesk.notation.event import Clef
from lilydesk.notation.key_signature import major_key
from lilydesk.notation.pitch import SEMITONES, STEPS

_USUAL_LINE = {"G": 2, "F": 4, "C": 3}
_SUFFIXES = {-3: "_22", -2: "_15", -1: "_8", 0: "", 1: "^8", 2: "^15", 3: "^22"}
# How far the tonic of a mode lies above that of its major key, in fifths.
_MODE_OFFSETS = {
    "minor": 3, "aeolian": 3, "dorian": 2, "phrygian": 4, "lydian": -1, "mixolydian": 1,
    "locrian": 5,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Transposition:
    """From the written pitch to the sounding one: an interval within the octave, and octaves."""

    steps: int = 0
    semitones: int = 0
    octaves: int = 0

    @property
    def fifths(self) -> int:
        """What it adds to the number of sharps of a key."""
        return 7 * self.semitones - 12 * self.steps

    def sounding(self, pitch: Pitch) -> Pitch:
        """The pitch moved by the interval, not by the octaves."""
        if not self.steps and not self.semitones:
            return pitch
        diatonic = pitch.diatonic + self.steps
        moved = Pitch(STEPS[diatonic % 7], 0, diatonic // 7)
        return Pitch(moved.step, pitch.midi + self.semitones - moved.midi, moved.octave)


@dataclass(slots=True)
class PartState:
    """What holds in a part from one measure to the next."""

    divisions: Fraction = ONE
    fifths: int = 0  # as written
    mode: str = "major"
    has_key: bool = False
    time: TimeSignature | None = None
    transposition: Transposition = field(default_factory=Transposition)
    clefs: dict[int, tuple[str, int, int]] = field(default_factory=dict)  # sign, line, octaves
    n_staves: int = 1

    @property
    def key(self) -> Key | None:
        """The sounding key."""
        if not self.has_key:
            return None
        return key_of(self.fifths + self.transposition.fifths, self.mode)


def key_of(fifths: int, mode: str) -> Key:
    """A key by its signature; the signature of a church mode is that of a major key."""
    while fifths > 7:
        fifths -= 12
    while fifths < -7:
        fifths += 12
    is_minor = mode in ("minor", "aeolian")
    return Key(major_key(fifths + 3).tonic, "minor") if is_minor else major_key(fifths)


def read_attributes(
    element: Element, state: PartState, measure: RawMeasure, onset: Fraction, losses: Losses
) -> None:
    """Take over what an <attributes> element changes at `onset`."""
    divisions = number_of(element.findtext("divisions"))
    if divisions and divisions > 0:
        state.divisions = divisions
    state.n_staves = max(state.n_staves, min(whole_of(element.findtext("staves"), 1), 64))
    for key in element.findall("key"):
        _read_key(key, state, measure, onset, losses)
    for time in element.findall("time"):
        _read_time(time, state, measure, onset, losses)
    changed = set()
    for clef in element.findall("clef"):
        staff = whole_of(clef.get("number"), 1)
        state.clefs[staff] = _read_clef(clef, measure, losses)
        changed.add(staff)
    before = state.transposition
    for transpose in element.findall("transpose"):
        _read_transpose(transpose, state, measure, losses)
    if state.transposition.octaves != before.octaves:
        changed.update(range(1, state.n_staves + 1))
    measure.clefs += [_raw_clef(state, staff, onset) for staff in sorted(changed)]
    for style in element.findall("measure-style"):
        if style.find("measure-repeat") is not None or style.find("beat-repeat") is not None:
            losses.add("Signs that repeat a measure or a beat were left out", measure.index)
        elif style.find("slash") is not None:
            losses.add("Slash notation was left out", measure.index)


def _read_key(
    key: Element, state: PartState, measure: RawMeasure, onset: Fraction, losses: Losses
) -> None:
    fifths = number_of(key.findtext("fifths"))
    if fifths is None:
        losses.add("Key signatures of single accidentals were left out", measure.index)
        return
    if whole_of(key.get("number"), 1) > 1:
        if int(fifths) != state.fifths:
            losses.add("A staff with a key of its own has the key of the first", measure.index)
        return
    mode = text_of(key, "mode", "major")
    if mode in _MODE_OFFSETS and mode not in ("minor", "aeolian"):
        losses.add(f"The {mode} mode is written as the major key of its signature", measure.index)
    if onset and state.has_key and int(fifths) != state.fifths:
        losses.add("A key change within a measure counts from its start", measure.index)
    state.fifths, state.mode, state.has_key = int(fifths), mode, True


def _read_time(
    time: Element, state: PartState, measure: RawMeasure, onset: Fraction, losses: Losses
) -> None:
    if time.find("senza-misura") is not None:
        losses.add("Music without a time signature keeps the one before", measure.index)
        return
    if whole_of(time.get("number"), 1) > 1:
        return
    signature = _time_signature(time, measure, losses)
    if signature is None:
        losses.add("A time signature that cannot be read was left out", measure.index)
        return
    if onset and state.time is not None and signature != state.time:
        losses.add("A time signature within a measure counts from its start", measure.index)
    state.time = signature


def _time_signature(time: Element, measure: RawMeasure, losses: Losses) -> TimeSignature | None:
    total = NOTHING
    beats: list[str] = [(item.text or "").strip() for item in time.findall("beats")]
    units = [whole_of(item.text) for item in time.findall("beat-type")]
    for text, unit in zip(beats, units, strict=False):
        counts = [whole_of(part) for part in text.split("+")]
        if unit not in (1, 2, 4, 8, 16, 32, 64, 128) or min(counts) < 1:
            return None
        total += Fraction(sum(counts), unit)
    if not units or not total or total > 999:
        return None
    if len(units) > 1 or "+" in beats[0]:
        losses.add("A composite time signature is written as its sum", measure.index)
    unit = max(units)
    n_beats = int(total * unit)
    is_symbol = time.get("symbol") in ("common", "cut") and (n_beats, unit) in ((4, 4), (2, 2))
    return TimeSignature(n_beats, unit, is_symbol)


def _read_clef(clef: Element, measure: RawMeasure, losses: Losses) -> tuple[str, int, int]:
    sign = text_of(clef, "sign", "G")
    octaves = max(-2, min(whole_of(clef.findtext("clef-octave-change")), 2))
    if sign not in _USUAL_LINE:
        if sign.upper() == "TAB":
            losses.add("A tablature is written in ordinary notes", measure.index)
        elif sign == "percussion":
            losses.add("A percussion clef is shown as a treble clef", measure.index)
        return ("F", 4, 0) if sign == "F" else ("G", 2, 0)
    line = whole_of(clef.findtext("line"), _USUAL_LINE[sign])
    if (sign, line) not in CLEF_NAMES:
        losses.add("A clef on an unusual line is shown on its usual one", measure.index)
        line = _USUAL_LINE[sign]
    return sign, line, octaves


def _read_transpose(
    transpose: Element, state: PartState, measure: RawMeasure, losses: Losses
) -> None:
    if whole_of(transpose.get("number"), 1) > 1:
        losses.add("A staff that transposes by itself follows the first of its part", measure.index)
        return
    octaves, semitones = divmod(whole_of(transpose.findtext("chromatic")), 12)
    if semitones > 6:  # a step down is no seventh up
        octaves, semitones = octaves + 1, semitones - 12
    steps = transpose.findtext("diatonic")
    near = min(range(-6, 7), key=lambda step: (abs(_interval(step) - semitones), abs(step)))
    diatonic = whole_of(steps) - 7 * octaves if steps else near
    if abs(_interval(diatonic) - semitones) > 2:
        diatonic = near
    octaves += whole_of(transpose.findtext("octave-change"))
    state.transposition = Transposition(diatonic, semitones, max(-2, min(octaves, 2)))
    if semitones:
        losses.add("A transposing instrument is written as it sounds", measure.index)
    if transpose.find("double") is not None:
        losses.add("A doubling in the octave was left out", measure.index)


def _interval(steps: int) -> int:
    octaves, simple = divmod(steps, 7)
    return 12 * octaves + SEMITONES[simple]


def _raw_clef(state: PartState, staff: int, onset: Fraction) -> RawClef:
    sign, line, octaves = state.clefs.get(staff, ("G", 2, 0))
    total = max(-3, min(octaves + state.transposition.octaves, 3))
    name = CLEF_NAMES[sign, line] + _SUFFIXES[total]
    return RawClef(onset, staff, Clef(sign, line, name, 7 * total, 12 * total), octaves)
