r"""Commands that change the context: \\clef, \\key, \\time, \\staff, \\tempo and their like."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from lilydesk.lilylet.arguments import NUMBERS_ARGUMENT, STRING_ARGUMENT, missing_argument
from lilydesk.lilylet.contexts import BARLINES, CLEFS, MODES, read_clef, read_key, read_time
from lilydesk.lilylet.measure_state import MeasureState
from lilydesk.lilylet.resolve import resolve_duration
from lilydesk.lilylet.tokens import BLANKS, STRING, unquote
from lilydesk.notation.event import (
    Barline,
    ChordSymbol,
    Clef,
    ClefChange,
    KeyChange,
    Ottava,
    Partial,
    StaffChange,
    StemChange,
    StemDirection,
    Tempo,
    TimeChange,
)
from lilydesk.notation.span import Span

_STAFF = re.compile(rf'{BLANKS}(?:"([0-9]{{1,2}})"|([0-9]{{1,2}})(?![0-9]))')
_KEY = re.compile(rf"{BLANKS}([a-g](?:ss|ff|s|f)?+)(?![^\W\d_]){BLANKS}\\([a-z]++)")
_DURATION = re.compile(rf"{BLANKS}([0-9]++\.*+)")
_TEMPO = re.compile(
    rf"{BLANKS}(?:({STRING}){BLANKS})?+"
    rf"(?:([0-9]++\.*+){BLANKS}={BLANKS}([0-9]{{1,6}}+(?:\.[0-9]{{1,6}})?+))?+"
)
_OTTAVA = re.compile(rf"{BLANKS}#?(-?[0-9]{{1,2}})(?![0-9])")
_MAX_STAVES = 64
_MEANT_BARLINES = {"|:": '".|:"', ":|": '":|."', ":|:": '":..:"', ":||:": '":..:"', ".|": '"|."'}


def _read_clef(state: MeasureState, start: int, end: int) -> int:
    found = STRING_ARGUMENT.match(state.text, end)
    if found is None:
        return missing_argument(state, start, end, "a name in quotation marks")
    name = unquote(found[1])
    clef = read_clef(name)
    if clef is None:
        meant = state.nearest(name, CLEFS)
        state.fault(
            "unknown-clef", found.start(1), found.end(1),
            f"No clef is called {found[1][:24]}; the treble clef is shown.",
            f"Did you mean \"{meant}\"?" if meant else "Known are treble, bass, alto, tenor.",
            f'"{meant}"' if meant else None,
        )  # fmt: skip
        clef = Clef("G", 2, name)
    if clef.shift_steps:
        state.voice.is_transposed = True
        if clef.shift_steps % 7 or abs(clef.shift_steps) > 21:
            state.fault(
                "clef-number-not-shown", found.start(1), found.end(1),
                "The notes sound shifted, but the score shows this clef without its number.",
                "Numbers for octaves can be shown: _8, ^8, _15, ^15.",
            )  # fmt: skip
    state.voice.add(ClefChange(clef, Span(start, found.end())))
    return found.end()


def _read_key(state: MeasureState, start: int, end: int) -> int:
    found = _KEY.match(state.text, end)
    if found is None:
        return missing_argument(state, start, end, "a pitch and a mode")
    mode = found[2]
    if mode not in ("major", "minor"):
        _odd_mode(state, found, mode)
    key = read_key(found[1], mode if mode in MODES else "major")
    assert key is not None, "the mode is known"
    if abs(key.fifths) > 7:
        state.fault(
            "bad-key", start, found.end(), "No key signature has so many sharps or flats.",
            "Seven is the most; the notes stay as they are.",
        )  # fmt: skip
    if state.voice.has_timed and key != state.key_at_start:
        _shown_later(state, start, found.end(), "key")
    state.set_key(key)
    state.voice.add(KeyChange(key, Span(start, found.end())))
    return found.end()


def _odd_mode(state: MeasureState, found: re.Match[str], mode: str) -> None:
    meaning = "its key signature is kept" if mode in MODES else "major is read"
    meant = state.nearest(mode, ("major", "minor")) if mode not in MODES else None
    state.fault(
        "unknown-mode", found.start(2) - 1, found.end(2),
        f"The mode \\{mode[:20]} is neither major nor minor; {meaning}.",
        f"Did you mean \\{meant}?" if meant else "",
        f"\\{meant}" if meant else None,
    )  # fmt: skip


def _read_time(state: MeasureState, start: int, end: int) -> int:
    found = NUMBERS_ARGUMENT.match(state.text, end)
    if found is None:
        return missing_argument(state, start, end, "two numbers")
    time = read_time(found[1], found[2], state.is_numeric)
    if time is None:
        state.fault(
            "bad-time", start, found.end(), "This time signature cannot be.",
            "The lower number is 1, 2, 4, 8, 16 …, for example \\time 6/8",
        )  # fmt: skip
        return found.end()
    if state.voice.has_timed and time != state.time_at_start:
        _shown_later(state, start, found.end(), "time signature")
    state.set_time(time)
    state.voice.add(TimeChange(time, Span(start, found.end())))
    return found.end()


def _shown_later(state: MeasureState, start: int, end: int, what: str) -> None:
    state.fault(
        "change-in-measure", start, end,
        f"The score shows this {what} from the next measure on.",
        "Write it before the first note of a measure.",
    )  # fmt: skip


def _read_numeric(state: MeasureState, start: int, end: int) -> int:
    state.is_numeric = state.text[start + 1 : end] == "numericTimeSignature"
    return end


def _read_partial(state: MeasureState, start: int, end: int) -> int:
    found = _DURATION.match(state.text, end)
    duration = resolve_duration(found[1]) if found else None
    if found is None:
        return missing_argument(state, start, end, "a duration")
    if duration is None:
        state.fault(
            "bad-duration", found.start(1), found.end(), f"{found[1][:20]} is no note value.",
            "For example \\partial 4.",
        )  # fmt: skip
        return found.end()
    state.partial = duration.duration
    state.voice.add(Partial(duration.duration, Span(start, found.end())))
    return found.end()


def _read_tempo(state: MeasureState, start: int, end: int) -> int:
    found = _TEMPO.match(state.text, end)
    words, beat_text, rate = found.groups() if found else (None, None, None)
    if found is None or (words is None and rate is None):
        return missing_argument(state, start, end, "words, a metronome mark, or both")
    stop = found.end(3) if rate else found.end(1)
    beat = resolve_duration(beat_text) if beat_text else None
    if beat_text and (beat is None or not rate or Fraction(rate) == 0):
        state.fault(
            "bad-duration", start, stop, "This metronome mark cannot be.",
            "A note value and beats a minute, for example 4=120",
        )  # fmt: skip
        beat, rate = None, None
    state.voice.add(
        Tempo(
            unquote(words) if words else "", beat.duration if beat else None,
            Fraction(rate) if rate else None, Span(start, stop),
        )
    )  # fmt: skip
    return stop


def _read_staff(state: MeasureState, start: int, end: int) -> int:
    found = _STAFF.match(state.text, end)
    number = int(found[1] or found[2]) if found else 0
    if found is None or not 1 <= number <= _MAX_STAVES:
        odd = STRING_ARGUMENT.match(state.text, end)
        if odd is None:
            return missing_argument(state, start, end, "a number in quotation marks")
        state.fault(
            "unknown-staff", odd.start(1), odd.end(1), "Staves are numbered from 1 in each part.",
            'For example \\staff "2"',
        )  # fmt: skip
        return odd.end()
    voice = state.voice
    voice.highest_staff = max(voice.highest_staff, number)
    if voice.has_staff or voice.has_timed:
        voice.add(StaffChange(number, Span(start, found.end())))
    else:
        voice.flush()
        voice.touch(start)
        voice.end = found.end()
        voice.staff, voice.has_staff = number, True
    return found.end()


def _read_ottava(state: MeasureState, start: int, end: int) -> int:
    found = _OTTAVA.match(state.text, end)
    octaves = int(found[1]) if found else 0
    stop = found.end() if found else end
    if abs(octaves) > 3:
        state.fault(
            "missing-argument", start, stop, "\\ottava goes from #-3 to #3.",
            "#1 is 8va, #2 is 15ma, #-1 is 8vb; #0 ends it.",
        )  # fmt: skip
        return stop
    state.voice.add(Ottava(octaves, Span(start, stop)))
    return stop


_STEMS = {
    "stemUp": StemDirection.UP,
    "stemDown": StemDirection.DOWN,
    "stemNeutral": StemDirection.NEUTRAL,
}


def _read_stem(state: MeasureState, start: int, end: int) -> int:
    direction = _STEMS[state.text[start + 1 : end]]
    state.voice.add(StemChange(direction, Span(start, end)))
    return end


def _read_bar(state: MeasureState, start: int, end: int) -> int:
    found = STRING_ARGUMENT.match(state.text, end)
    if found is None:
        return missing_argument(state, start, end, "a style in quotation marks")
    style = unquote(found[1])
    if style not in BARLINES:
        state.fault(
            "unknown-barline", found.start(1), found.end(1),
            f"No barline is written {found[1][:12]}.", "Known are || |. .|: :|. and :..:",
            _MEANT_BARLINES.get(style),
        )  # fmt: skip
    voice = state.voice
    voice.barlines.append((voice.n_events, style, Span(start, found.end())))
    voice.add(Barline(style, Span(start, found.end())))
    return found.end()


def _read_chords(state: MeasureState, start: int, end: int) -> int:
    found = STRING_ARGUMENT.match(state.text, end)
    if found is None:
        return missing_argument(state, start, end, "a chord symbol in quotation marks")
    state.voice.add(ChordSymbol(unquote(found[1]), Span(start, found.end())))
    return found.end()


CONTEXT_COMMANDS: dict[str, Callable[[MeasureState, int, int], int]] = {
    "clef": _read_clef, "key": _read_key, "time": _read_time,
    "numericTimeSignature": _read_numeric, "defaultTimeSignature": _read_numeric,
    "partial": _read_partial, "tempo": _read_tempo, "staff": _read_staff, "ottava": _read_ottava,
    "stemUp": _read_stem, "stemDown": _read_stem, "stemNeutral": _read_stem, "bar": _read_bar,
    "chords": _read_chords,
}  # fmt: skip
