r"""Commands: what follows a backslash, and the arguments that it takes."""

from __future__ import annotations

import re
from collections.abc import Callable

from lilydesk.lilylet.commands import COMMANDS, LILYPOND_HINTS, CommandKind, command_named
from lilydesk.lilylet.contexts import BARLINES, CLEFS, MODES, read_clef, read_key, read_time
from lilydesk.lilylet.lyrics import read_verse
from lilydesk.lilylet.marks import PLACEMENTS
from lilydesk.lilylet.measure_state import MeasureState
from lilydesk.lilylet.resolve import MIDDLE_C_DIATONIC, resolve_duration
from lilydesk.lilylet.tokens import BLANKS, ESCAPED_QUOTE, STRING, unquote
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
from lilydesk.notation.mark import Mark, MarkKind
from lilydesk.notation.span import Span
from fractions import Fraction

_STRING = re.compile(rf"{BLANKS}({STRING})")
_STAFF = re.compile(rf'{BLANKS}(?:"([0-9]{{1,2}})"|([0-9]{{1,2}})(?![0-9]))')
_KEY = re.compile(rf"{BLANKS}([a-g](?:ss|ff|s|f)?+)(?![^\W\d_]){BLANKS}\\([a-z]++)")
_TIME = re.compile(rf"{BLANKS}([0-9]++){BLANKS}/{BLANKS}([0-9]++)")
_DURATION = re.compile(rf"{BLANKS}([0-9]++\.*+)")
_TEMPO = re.compile(
    rf"{BLANKS}(?:({STRING}){BLANKS})?+"
    rf"(?:([0-9]++\.*+){BLANKS}={BLANKS}([0-9]{{1,6}}+(?:\.[0-9]{{1,6}})?+))?+"
)
_OTTAVA = re.compile(rf"{BLANKS}#?(-?[0-9]{{1,2}})(?![0-9])")
_OPEN = re.compile(r"\s*+\{")
_TREMOLO = re.compile(rf"{BLANKS}tremolo{BLANKS}([0-9]++)")
_WORD = re.compile(rf"{BLANKS}([^\W\d_]++)")
_VERSE_END = re.compile(
    rf'[^{{}}"%\\]*+(?:(?:{ESCAPED_QUOTE}|{STRING}|"|%[^\n]*+|\\)[^{{}}"%\\]*+)*+'
)
_SPANNERS = {MarkKind.CRESCENDO: "<", MarkKind.DIMINUENDO: "<", MarkKind.HAIRPIN_END: "!"}
_MAX_STAVES = 64
_MAX_TREMOLO = 256


def parse_command(state: MeasureState, match: re.Match[str]) -> int:
    """Reads the command of a token, and its arguments. Returns where the text goes on."""
    start, end = match.span("command")
    name = match["command"][1:]
    handler = _HANDLERS.get(name)
    if handler is not None:
        if state.placement and name != "markup":
            _misplaced_direction(state, start)
        return handler(state, start, end)
    command = command_named(name)
    if command is not None and command.mark is not None:
        return _read_mark(state, start, end, command.mark, command.mark_text)
    _unknown(state, name, start, end)
    return end


def _misplaced_direction(state: MeasureState, start: int) -> None:
    sign = _placement(state)
    place = state.text.rindex(sign, 0, start)
    state.fault(
        "unexpected-character", place, place + 1, f"{sign} stands before a mark, not before this."
    )


def _unknown(state: MeasureState, name: str, start: int, end: int) -> None:
    shown = name if len(name) <= 20 else name[:20] + "…"
    state.placement = ""
    if name in ("major", "minor"):
        state.fault("unknown-command", start, end, f"\\{name} stands only after \\key and a pitch.")
        return
    meant = None if name in LILYPOND_HINTS else state.nearest(name, COMMANDS)
    hint = LILYPOND_HINTS.get(name, f"Did you mean \\{meant}?" if meant else "")
    replacement = f"\\{meant}" if meant else None
    state.fault("unknown-command", start, end, f"No command is called \\{shown}.", hint, replacement)


def _missing(state: MeasureState, start: int, end: int, needs: str) -> int:
    name = state.text[start + 1 : end]
    example = COMMANDS[name].example
    state.placement = ""
    state.fault(
        "missing-argument", start, end, f"\\{name} needs {needs}.", f"For example {example}"
    )
    return end


def _placement(state: MeasureState) -> str:
    sign, state.placement = state.placement, ""
    return sign


# -- marks


def _read_mark(state: MeasureState, start: int, end: int, kind: MarkKind, text: str) -> int:
    placement = PLACEMENTS.get(_placement(state))
    mark = Mark(kind, Span(start, end), text, placement)
    if not state.voice.add_mark(mark, _SPANNERS.get(kind, "")):
        sign = state.text[start:end]
        state.fault("mark-without-note", start, end, f"{sign} follows no note or rest.")
    return end


def _read_markup(state: MeasureState, start: int, end: int) -> int:
    found = _STRING.match(state.text, end)
    if found is None:
        return _missing(state, start, end, "words in quotation marks")
    placement = PLACEMENTS.get(_placement(state))
    words = unquote(found[1])
    state.voice.add_mark(Mark(MarkKind.MARKUP, Span(start, found.end()), words, placement))
    return found.end()


def _read_rest(state: MeasureState, start: int, end: int) -> int:
    if not state.voice.turn_into_rest(end):
        state.fault(
            "bad-rest", start, end, "\\rest follows a single note, whose height the rest takes.",
            "For example g'4\\rest",
        )  # fmt: skip
    return end


# -- context


def _read_clef(state: MeasureState, start: int, end: int) -> int:
    found = _STRING.match(state.text, end)
    if found is None:
        return _missing(state, start, end, "a name in quotation marks")
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
    state.voice.add(ClefChange(clef, Span(start, found.end())))
    return found.end()


def _read_key(state: MeasureState, start: int, end: int) -> int:
    found = _KEY.match(state.text, end)
    if found is None:
        return _missing(state, start, end, "a pitch and a mode")
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
    state.set_key(key)
    state.voice.add(KeyChange(key, Span(start, found.end())))
    return found.end()


def _odd_mode(state: MeasureState, found: re.Match[str], mode: str) -> None:
    meaning = "its key signature is kept" if mode in MODES else "major is read"
    meant = state.nearest(mode, ("major", "minor"))
    state.fault(
        "unknown-mode", found.start(2) - 1, found.end(2),
        f"The mode \\{mode[:20]} is neither major nor minor; {meaning}.",
        f"Did you mean \\{meant}?" if meant and mode not in MODES else "",
    )  # fmt: skip


def _read_time(state: MeasureState, start: int, end: int) -> int:
    found = _TIME.match(state.text, end)
    if found is None:
        return _missing(state, start, end, "two numbers")
    time = read_time(found[1], found[2], state.is_numeric)
    if time is None:
        state.fault(
            "bad-time", start, found.end(), "This time signature cannot be.",
            "The lower number is 1, 2, 4, 8, 16 …, for example \\time 6/8",
        )  # fmt: skip
        return found.end()
    state.set_time(time)
    state.voice.add(TimeChange(time, Span(start, found.end())))
    return found.end()


def _read_numeric(state: MeasureState, start: int, end: int) -> int:
    state.is_numeric = state.text[start + 1 : end] == "numericTimeSignature"
    return end


def _read_partial(state: MeasureState, start: int, end: int) -> int:
    found = _DURATION.match(state.text, end)
    duration = resolve_duration(found[1]) if found else None
    if found is None:
        return _missing(state, start, end, "a duration")
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
        return _missing(state, start, end, "words, a metronome mark, or both")
    stop = found.end(3) if rate else found.end(1)
    beat = resolve_duration(beat_text) if beat_text else None
    if beat_text and (beat is None or Fraction(rate) == 0):
        state.fault("bad-duration", start, stop, "This metronome mark cannot be.")
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
        odd = _STRING.match(state.text, end)
        if odd is None:
            return _missing(state, start, end, "a number in quotation marks")
        state.fault(
            "unknown-staff", odd.start(1), odd.end(1), "Staves are numbered from 1 in each part.",
            'For example \\staff "2"',
        )  # fmt: skip
        return odd.end()
    voice = state.voice
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
        state.fault("missing-argument", start, stop, "\\ottava goes from #-3 to #3.")
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
    found = _STRING.match(state.text, end)
    if found is None:
        return _missing(state, start, end, "a style in quotation marks")
    style = unquote(found[1])
    if style not in BARLINES:
        state.fault(
            "unknown-barline", found.start(1), found.end(1),
            f"No barline is written {found[1][:12]}.", "Known are || |. .|: :|. and :..:",
        )  # fmt: skip
    state.voice.add(Barline(style, Span(start, found.end())))
    return found.end()


def _read_chords(state: MeasureState, start: int, end: int) -> int:
    found = _STRING.match(state.text, end)
    if found is None:
        return _missing(state, start, end, "a chord symbol in quotation marks")
    state.voice.add(ChordSymbol(unquote(found[1]), Span(start, found.end())))
    return found.end()


# -- groups


def _open_brace(state: MeasureState, position: int) -> int:
    """Where the text goes on after the { that follows, or -1 if none does."""
    found = _OPEN.match(state.text, position)
    if found is None:
        return -1
    if "\n" in found[0]:
        state.voice.base = MIDDLE_C_DIATONIC
    return found.end()


def _read_grace(state: MeasureState, start: int, end: int) -> int:
    inside = _open_brace(state, end)
    if inside < 0:
        state.voice.flush()
        state.voice.touch(start)
        state.voice.next_is_grace = True
        return end
    state.open_group("grace", start, inside)
    return inside


def _read_tuplet(state: MeasureState, start: int, end: int) -> int:
    found = _TIME.match(state.text, end)
    if found is None:
        return _missing(state, start, end, "two numbers and notes in braces")
    inside = _open_brace(state, found.end())
    if inside < 0:
        return _missing(state, start, end, "notes in braces")
    if len(found[1]) > 3 or len(found[2]) > 3 or not int(found[1]) or not int(found[2]):
        state.fault("bad-tuplet", start, found.end(), "This tuplet ratio cannot be.")
        state.open_group("plain", start, inside)
        return inside
    numbers = (int(found[1]), int(found[2]))
    if state.text[start + 1 : end] == "times":
        numbers = (numbers[1], numbers[0])
    state.open_group("tuplet", start, inside, *numbers)
    return inside


def _read_repeat(state: MeasureState, start: int, end: int) -> int:
    found = _TREMOLO.match(state.text, end)
    if found is None:
        other = _WORD.match(state.text, end)
        _missing(state, start, end, "the word tremolo and a number")
        return other.end() if other else end
    inside = _open_brace(state, found.end())
    if inside < 0:
        return _missing(state, start, end, "two notes in braces")
    count = int(found[1]) if len(found[1]) <= 3 else 0
    if not 1 <= count <= _MAX_TREMOLO:
        state.fault("bad-tremolo", start, found.end(), "This number of repetitions cannot be.")
        state.open_group("plain", start, inside)
        return inside
    state.open_group("tremolo", start, inside, count)
    return inside


def _read_addlyrics(state: MeasureState, start: int, end: int) -> int:
    inside = _open_brace(state, end)
    if inside < 0:
        return _missing(state, start, end, "syllables in braces")
    text, voice = state.text, state.voice
    found = _VERSE_END.match(text, inside)
    close = found.end() if found else inside
    if not text.startswith("}", close):
        return _unclosed_lyrics(state, start, inside)
    voice.flush()
    voice.touch(start)
    voice.verses.append(read_verse(text, inside, close, Span(start, close + 1)))
    voice.end = close + 1
    if "\n" in text[inside:close]:
        voice.base = MIDDLE_C_DIATONIC
    return close + 1


_VERSE_LINE = re.compile(r"[^|\n\\%]*+")


def _unclosed_lyrics(state: MeasureState, start: int, inside: int) -> int:
    """Without a } the verse ends with its line."""
    found = _VERSE_LINE.match(state.text, inside)
    end = found.end() if found else inside
    state.fault(
        "unclosed-group", start, inside, "The verse that begins here has no }.",
        "Write } after its last syllable.",
    )  # fmt: skip
    state.voice.flush()
    state.voice.touch(start)
    state.voice.verses.append(read_verse(state.text, inside, end, Span(start, end)))
    state.voice.end = end
    return end


_HANDLERS: dict[str, Callable[[MeasureState, int, int], int]] = {
    "markup": _read_markup, "rest": _read_rest, "clef": _read_clef, "key": _read_key,
    "time": _read_time, "numericTimeSignature": _read_numeric,
    "defaultTimeSignature": _read_numeric, "partial": _read_partial, "tempo": _read_tempo,
    "staff": _read_staff, "ottava": _read_ottava, "stemUp": _read_stem, "stemDown": _read_stem,
    "stemNeutral": _read_stem, "bar": _read_bar, "chords": _read_chords,
    "addlyrics": _read_addlyrics, "grace": _read_grace, "tuplet": _read_tuplet,
    "times": _read_tuplet, "repeat": _read_repeat,
}  # fmt: skip
assert all(
    row.name in _HANDLERS or row.mark or row.kind is CommandKind.ARGUMENT
    for row in COMMANDS.values()
)
