"""What stands in the fields K:, M:, L:, Q: and V: of ABC."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

from lilydesk.codecs.abc.numbers import single_value, small_number
from lilydesk.notation import Duration, Key, Pitch, TimeSignature
from lilydesk.notation.key_signature import key_alterations, major_key

_KEY = re.compile(r"([A-G])([#b♯♭]?)(?![A-Za-z]*\d)\s*([A-Za-z]*)")
_TONIC = re.compile(r"([A-G])([#b♯♭]?)(?=\s|$)()")
_HIGHLAND = re.compile(r"H[Pp]\b")
_ACCIDENTAL = re.compile(r"(\^\^?|__?|=)([A-Ga-g])")
_PROPERTY = re.compile(r'([A-Za-z]+)\s*=\s*("[^"]*"?|[^\s"]+)|("[^"]*"?)|([^\s"]+)')
_NAMED = re.compile(r'(?<![A-Za-z])(?:[A-Za-z]{2,}|m)=(?:"[^"]*"?|[^\s"]+)')
_FRACTION = re.compile(r"(\d{1,4})\s*/\s*(\d{1,4})")
_BEATS = re.compile(r"((?:\d{1,3}/\d{1,3}\s+){0,7}\d{1,3}/\d{1,3})\s*=\s*(\d{1,4}(?:\.\d{1,3})?)")
_PLAIN_TEMPO = re.compile(r"(?:C\s*(\d{0,3})\s*=\s*)?(\d{1,4}(?:\.\d{1,3})?)")
_STRING = re.compile(r'"([^"]*)"?')
_METER = re.compile(r"\(?\s*(\d{1,3}(?:\s*\+\s*\d{1,3})*)\s*\)?\s*/\s*(\d{1,3})")

# The first three letters of a mode -> fifths from major on the same tonic.
_MODES = {
    "": 0, "maj": 0, "ion": 0, "m": -3, "min": -3, "aeo": -3, "mix": -1, "dor": -2, "phr": -4,
    "lyd": 1, "loc": -5, "exp": 0,
}  # fmt: skip
_ALTERS = {"^": 1, "^^": 2, "_": -1, "__": -2, "=": 0}
SIGNS = {"♯": "#", "♭": "b"}


@dataclass(frozen=True, slots=True)
class KeyField:
    """K: as it is understood. `key` is None for K:none; what it says of clefs is in `rest`."""

    key: Key | None
    alterations: dict[str, int]  # step -> semitones
    rest: str  # clef and other properties
    names_key: bool = True  # False where only a clef was given
    mode: str = ""  # as written, where it is neither major nor minor
    has_own_signs: bool = False  # signs that no major or minor key has


@dataclass(frozen=True, slots=True)
class Meter:
    """M:; `time` is None for free metre."""

    time: TimeSignature | None
    is_additive: bool = False  # 2+3/8 was written

    @property
    def is_compound(self) -> bool:
        """Threefold beats: tuplets of 5, 7 and 9 are then in the time of 3."""
        return self.time is not None and (self.time.numerator, self.time.denominator) in (
            (6, 8), (9, 8), (12, 8), (6, 4), (9, 4), (12, 4), (6, 16), (9, 16), (12, 16),
        )  # fmt: skip

    @property
    def default_unit(self) -> Fraction:
        """Length in quarters of a plain letter where L: says nothing."""
        is_short = self.time is not None and self.time.length < 3
        return Fraction(1, 4) if is_short else Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class TempoField:
    """Q:; the beat is None where there are only words."""

    text: str
    beat: Duration | None
    beats_per_minute: Fraction | None


@dataclass(frozen=True, slots=True)
class Properties:
    """`name=value` pairs of K: and V:, and the words between them."""

    named: dict[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()


def read_key(text: str) -> KeyField:
    """K:. Raises nothing: what is no key is a clef."""
    text = text.strip()
    if text[:4].lower() == "none" or not text:
        return KeyField(None, {}, text[4:])
    highland = _HIGHLAND.match(text)
    if highland is not None:
        key = Key(Pitch("d"), "major")
        return KeyField(key, {"f": 1, "c": 1, "g": 0}, text[highland.end() :])
    match = _KEY.match(text)
    mode = match[3].lower() if match else ""
    if match is not None and mode[:3] not in _MODES and mode != "m":
        mode, match = "", _TONIC.match(text)
    if match is None:
        return _only_signs(text)
    return _with_signs(_named_key(match, mode), text[match.end() :], mode)


def _named_key(match: re.Match[str], mode: str) -> Key:
    alter = {"#": 1, "b": -1, "": 0}[SIGNS.get(match[2], match[2])]
    step = match[1].lower()
    shift = _MODES[mode[:3]]
    if shift in (0, -3):
        return Key(Pitch(step, alter), "minor" if shift else "major")
    return major_key(Key(Pitch(step, alter), "major").fifths + shift)


def _only_signs(text: str) -> KeyField:
    """K: without a tonic: signs of its own (`exp _b`), or nothing but a clef."""
    has_signs = "clef" not in text.lower() and _ACCIDENTAL.search(_NAMED.sub(" ", text))
    if not has_signs and not text.lower().startswith("exp"):
        return KeyField(None, {}, text, names_key=False)
    return _with_signs(major_key(0), text, "")


def _with_signs(key: Key, rest: str, mode: str) -> KeyField:
    properties = " ".join(_NAMED.findall(rest))  # the =b of clef=bass is no natural
    rest = _NAMED.sub(" ", rest)
    is_explicit = mode.startswith("exp") or rest.strip().lower().startswith("exp")
    alterations = {} if is_explicit else key_alterations(key.fifths)
    signs = {match[2].lower(): _ALTERS[match[1]] for match in _ACCIDENTAL.finditer(rest)}
    if is_explicit:
        key = major_key(0)
    alterations = {step: alter for step, alter in (alterations | signs).items() if alter}
    fitting = next((n for n in range(-7, 8) if key_alterations(n) == alterations), None)
    if (signs or is_explicit) and fitting is not None:
        key = key if key.fifths == fitting else major_key(fitting)
    shown = mode if mode and mode[:3] in ("mix", "dor", "phr", "lyd", "loc") else ""
    own = alterations != key_alterations(key.fifths)
    rest = _ACCIDENTAL.sub(" ", rest)
    rest = re.sub(r"^\s*exp\b", " ", rest) + f" {properties}"
    return KeyField(key, alterations, rest, mode=shown, has_own_signs=own)


def read_meter(text: str) -> Meter | None:
    """M:; None where it cannot be read."""
    text = text.strip()
    if text in ("C", "c"):
        return Meter(TimeSignature(4, 4, is_symbol=True))
    if text in ("C|", "c|"):
        return Meter(TimeSignature(2, 2, is_symbol=True))
    if text.lower() in ("none", ""):
        return Meter(None)
    match = _METER.search(text)
    if match is None:
        return None
    beats = [int(one) for one in match[1].split("+")]
    unit = int(match[2])
    if not 0 < sum(beats) < 1000 or not 1 <= unit <= 128 or unit & (unit - 1):
        return None
    return Meter(TimeSignature(sum(beats), unit), len(beats) > 1)


def read_unit(text: str) -> Fraction | None:
    """L: in quarters; None where it cannot be read."""
    match = _FRACTION.search(text)
    if match is None:
        return Fraction(4) if text.strip() == "1" else None
    numerator, denominator = int(match[1]), int(match[2])
    if not numerator or not denominator or denominator & (denominator - 1):
        return None
    return Fraction(4 * numerator, denominator) if denominator <= 128 else None


def read_tempo(text: str, unit: Fraction) -> TempoField | None:
    """Q:; `unit` in quarters is the beat where none is given. None where it says nothing."""
    words = " ".join(match[1] for match in _STRING.finditer(text)).strip()
    rest = _STRING.sub(" ", text).strip()
    beats = _BEATS.search(rest)
    if beats is not None:
        parts = [(int(n), int(d)) for n, d in (b.split("/") for b in beats[1].split())]
        if all(d for _, d in parts):
            length = sum((Fraction(4 * n, d) for n, d in parts), Fraction(0))
            return _tempo(words, length, Fraction(beats[2]))
    plain = _PLAIN_TEMPO.fullmatch(rest)
    if plain is not None:
        return _tempo(words, unit * small_number(plain[1] or ""), Fraction(plain[2]))
    return TempoField(words, None, None) if words else None


def _tempo(words: str, beat: Fraction, per_minute: Fraction) -> TempoField | None:
    if beat <= 0 or per_minute <= 0:
        return TempoField(words, None, None) if words else None
    value = single_value(beat)
    if value is None:
        return TempoField(words, Duration(4), per_minute * beat)
    return TempoField(words, value, per_minute)


def read_properties(text: str) -> Properties:
    """`clef=bass nm="Piano" stem=up` and words such as `treble-8`."""
    named: dict[str, str] = {}
    words: list[str] = []
    for match in _PROPERTY.finditer(text):
        if match[1]:
            named[match[1].lower()] = match[2].strip('"')
        elif match[4]:
            words.append(match[4])
    return Properties(named, tuple(words))
