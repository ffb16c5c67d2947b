"""The shortest plain way from anywhere in a voice to its end: close what is open, fill with rests.

It comes into play where the model finds no end itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from lilydesk.engines.voice_commands import commands_at
from lilydesk.engines.voice_grammar import write
from lilydesk.engines.voice_pitch import ANYWHERE, nearest, spell
from lilydesk.engines.voice_rules import kept_spelling
from lilydesk.engines.voice_state import DIVISIONS, WHOLE, VoiceState
from lilydesk.engines.voice_words import ARGUMENTS, argument_rest, opening_rest

_MAX_STEPS = 400
_IN_ARGUMENT = '"{ =/#148230tremolxc\\aj|:.56C'
_AFTER_HEAD = (" ", "]", *map(str, DIVISIONS), "6", "28", ".", ",", "'")
_CLEF = ' "treble"'
_AFTER_PITCH = (",", "'", "f", "s")


def closing_text(state: VoiceState) -> str | None:
    """What makes the voice full; None if nothing does."""
    text = ""
    for _ in range(_MAX_STEPS):
        if state.is_full:
            return text
        for candidate in _candidates(state):
            after = write(state, candidate)
            if after is not None and after is not state:
                text, state = text + candidate, after
                break
        else:
            return None
    return None


def _candidates(state: VoiceState) -> Iterator[str]:
    if state.is_between:
        yield from _in_gap(state)
    elif state.mode == "command":
        names = [name for name in commands_at(state) if name.startswith(state.word)]
        names.sort(key=lambda name: (name in ARGUMENTS, name))  # what needs no more comes first
        yield from (name[len(state.word) :] + end for end in (" ", "]") for name in names)
    elif state.mode == "argument":
        if state.command == "clef":
            yield _CLEF.removeprefix(state.word)
        yield argument_rest(state.command, state.word)
        yield from _IN_ARGUMENT
        yield opening_rest(state.command, state.group_room, state.word)
    elif state.mode == "chord":
        yield from (">", " ", _rest_of_pitch(state), *_AFTER_PITCH)
    elif state.mode == "head":
        yield from _AFTER_HEAD
        yield from (_rest_of_pitch(state), *_AFTER_PITCH)
    else:
        yield from {
            "spaced": (" ",), "marks": (" ", "]"), "minus": (".",), "placed": ("\\f",),
        }[state.mode]  # fmt: skip


def _rest_of_pitch(state: VoiceState) -> str:
    """What is missing from the note at hand, where it is settled; else a note that may stand."""
    if state.kept is not None:
        return (kept_spelling(state) or "").removeprefix(state.word)
    return "" if state.word else _pitch(state)


def _pitch(state: VoiceState) -> str:
    if state.rule is ANYWHERE:
        return "c"
    return nearest(state.rule, state.base) or "c"


def _in_gap(state: VoiceState) -> Iterator[str]:
    group = state.group
    if state.kept:
        yield from _kept(state)
    yield "}"
    if group is None:
        yield from _rests(state.left)
    elif group.kind == "tuplet":
        yield from _rests(group.n - group.used % group.n)
    elif group.kind == "grace":
        yield from (f"{_pitch(state)}{end}" for end in ("]", "16]", "", "16"))
    else:
        yield from (_pitch(state), *(f"{_pitch(state)}{division}" for division in DIVISIONS))


def _kept(state: VoiceState) -> Iterator[str]:
    """The next note that must come, as long as may be."""
    assert state.kept is not None
    text, base = "", state.base
    for place, alter in state.kept[0]:
        text += f" {spell(base, place, alter)}"
        base = place
    word = text.strip() if len(state.kept[0]) == 1 else f"<{text.strip()}>"
    yield from (f"{word}{division}{dots}" for dots in ("", ".", "..") for division in DIVISIONS)


def _rests(length: int) -> Iterator[str]:
    """Rests of at most this length, the longest first."""
    yield from (f"r{division}" for division in DIVISIONS if WHOLE // division <= length)
