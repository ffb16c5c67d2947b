r"""One step of a voice: a state and a character give the next state, or nothing.

Stricter than the language: it reads canonical text, in which each state has a way to a full voice.

    >>> state = write(new_voice(96), "c4 d8[ e] ")
    >>> state.left
    32
    >>> write(state, "f2 ") is None
    True
"""

from __future__ import annotations

import re
from math import gcd

from lilydesk.engines.voice_pitch import (
    CHORD_HEAD,
    HEAD,
    HIGHEST,
    LOWEST,
    may_stand,
    place_of,
)
from lilydesk.engines.voice_state import (
    WHOLE,
    Group,
    VoiceState,
    length_of,
    may_become_duration,
    new_voice,
)
from lilydesk.engines.voice_words import (
    AFTER_NOTE,
    AFTER_REST,
    ARGUMENTS,
    IN_GRACE,
    IN_OPENING,
    IN_PICKUP,
    IN_TUPLET,
    IN_VOICE,
    PLACED,
    TUPLETS,
    openings,
)

__all__ = ["new_voice", "write"]

MAX_MARKS, MAX_IDLE, MAXHEADS, MAX_GRACE, MAX_OPEN = 8, 8, 8, 8, 6
_NOTHING: frozenset[str] = frozenset()
_MARKS_AFTER_MINUS = frozenset(".!-^>_12345")


def write(state: VoiceState | None, text: str, *, is_given: bool = False) -> VoiceState | None:
    """The state after `text`; None if it may not come here.

    What is given by others may set the time, and does not fail for lasting too long.
    """
    for character in text:
        if state is None:
            return None
        state = _STEPS[state.mode](state, character, is_given)
    return state


# -- between events


def _in_gap(state: VoiceState, character: str, is_given: bool) -> VoiceState | None:
    if character == "\\":
        return _begin_command(state, "gap")
    if character == "}":
        return _close_group(state)
    if character == "\n":
        return state if state.left == state.full else None
    if not _may_begin_event(state, character, is_given):
        return None
    if character == "<":
        return state._replace(mode="chord", word="", first_head=-1, n_heads=0)
    return _in_head(state._replace(mode="head", word=""), character, is_given)


def _may_begin_event(state: VoiceState, character: str, is_given: bool) -> bool:
    group = state.group
    if character not in "abcdefg<rsR":
        return False
    if group is None:
        is_free = state.left > 0 and (character != "R" or state.left == state.full)
        return is_free or is_given
    if character in "rsR":
        return group.kind == "tuplet" and character != "R" and state.room > 0
    if group.kind == "grace":
        return group.n_events < MAX_GRACE
    return group.n_events < 2 if group.kind == "tremolo" else state.room > 0


def _close_group(state: VoiceState) -> VoiceState | None:
    group = state.group
    if group is None or not group.n_events or group.is_beamed:
        return None
    after = state._replace(groups=state.groups[:-1], mode="spaced", kind="")
    if group.kind == "grace":
        return after._replace(has_grace=True)
    if group.kind == "tremolo":
        length = 2 * group.n * group.used
        return after._replace(left=state.left - length) if group.n_events == 2 else None
    if group.used % group.n:
        return None
    return after._replace(left=state.left - group.used // group.n * group.m)


def _after_word(state: VoiceState, character: str, is_given: bool) -> VoiceState | None:
    return state._replace(mode="gap") if character == " " else None


# -- notes, rests, chords


def _in_head(state: VoiceState, character: str, is_given: bool) -> VoiceState | None:
    found = HEAD.fullmatch(state.word + character)
    if found is None:
        ended = _end_event(state, is_given)
        return _in_marks(ended, character, is_given) if ended else None
    if found["step"] and not may_stand(state.base, found, character):
        return None
    longer = state._replace(word=found[0])
    if found["digits"] and not is_given and not _may_last(state, found):
        return None
    return longer


def _may_last(state: VoiceState, found: re.Match[str]) -> bool:
    room = WHOLE * 2 if found[0][0] == "R" else state.room
    group = state.group
    if group is not None and group.kind == "tremolo":
        is_same = not group.used or str(WHOLE // group.used).startswith(found["digits"])
        return is_same and not found["dots"] and may_become_duration(found["digits"], room)
    if not found["dots"]:
        return may_become_duration(found["digits"], room)
    return 0 < length_of(found["digits"], len(found["dots"])) <= room


def _end_event(state: VoiceState, is_given: bool) -> VoiceState | None:
    """The event at hand is complete; its time passes."""
    found = HEAD.fullmatch(state.word)
    assert found is not None, "words are begun only where they match"
    digits, dots = found["digits"], found["dots"] or ""
    length = length_of(digits, len(dots)) if digits else state.duration
    base = state.base
    if found["step"]:
        base = place_of(base, found)
        if not LOWEST <= base <= HIGHEST and not is_given:
            return None
    if not length:
        return None
    after = state._replace(
        mode="marks", word="", duration=length, base=base, n_marks=0, n_idle=0, has_beam_sign=False,
        kind={">": "chord", "r": "rest", "s": "rest", "R": "rest"}.get(state.word[0], "note"),
    )  # fmt: skip
    if state.word[0] == "R":
        return after._replace(left=0)
    return _pass_time(after, length, is_given)


def _pass_time(state: VoiceState, length: int, is_given: bool) -> VoiceState | None:
    group, room = state.group, state.room
    if length > room and not is_given:
        return None
    state = state._replace(has_grace=False)
    if group is None:
        return state._replace(left=max(0, state.left - length))
    if group.kind == "grace":
        return state.with_group(group._replace(n_events=group.n_events + 1))
    if length > room:
        return None
    used = group.used + length
    if group.kind == "tremolo":  # two notes of the same plain value
        used = length
        if WHOLE % length or group.used not in (0, length):
            return None
    return state.with_group(group._replace(n_events=group.n_events + 1, used=used))


def _in_chord(state: VoiceState, character: str, is_given: bool) -> VoiceState | None:
    found = CHORD_HEAD.fullmatch(state.word + character)
    if found is not None:
        return state._replace(word=found[0]) if may_stand(state.base, found, character) else None
    if character not in " >" or not state.word:
        return None
    head = CHORD_HEAD.fullmatch(state.word)
    place = place_of(state.base, head) if head else -1
    if not LOWEST <= place <= HIGHEST and not is_given:
        return None
    first = state.first_head if state.n_heads else place
    if character == ">":
        return state._replace(mode="head", word=">", base=first)
    if state.n_heads + 1 >= MAXHEADS and not is_given:
        return None
    return state._replace(word="", base=place, first_head=first, n_heads=state.n_heads + 1)


# -- marks


def _in_marks(state: VoiceState, character: str, is_given: bool) -> VoiceState | None:
    if character == " ":
        return state._replace(mode="gap") if is_given or not _must_end_beam(state) else None
    if character in "[]":
        return _beam(state, character, is_given)
    if state.n_marks >= MAX_MARKS and not is_given:
        return None
    marked = state._replace(n_marks=state.n_marks + 1)
    if character == "\\":
        return _begin_command(marked, "marks")
    if character in "()":
        return _slur(marked, character, is_given)
    if character in "^_":
        return marked._replace(mode="placed")
    if state.kind == "rest":
        return None
    if character == "-":
        return marked._replace(mode="minus")
    if character == ":":
        return marked._replace(mode="argument", command=":", word="", back="marks")
    return marked if character == "~" else None


def _must_end_beam(state: VoiceState) -> bool:
    group = state.group
    if group is not None and group.kind == "grace":
        return group.is_beamed and group.n_events >= MAX_GRACE
    return state.is_beamed and state.is_at_end


def _beam(state: VoiceState, character: str, is_given: bool) -> VoiceState | None:
    group = state.group
    begins = character == "["
    if group is not None and group.kind == "grace":
        is_wrong = group.is_beamed == begins or (begins and group.n_events >= MAX_GRACE)
        after = state.with_group(group._replace(is_beamed=begins))
    else:
        is_wrong = state.is_beamed == begins or (begins and state.is_at_end)
        after = state._replace(is_beamed=begins)
    is_wrong |= state.has_beam_sign  # readers take an end for earlier than a begin on one note
    return None if is_wrong and not is_given else after._replace(has_beam_sign=True)


def _slur(state: VoiceState, character: str, is_given: bool) -> VoiceState | None:
    slurs = state.slurs + (1 if character == "(" else -1)
    if is_given:
        return state._replace(slurs=max(0, slurs))
    return state._replace(slurs=slurs) if 0 <= slurs <= MAX_OPEN else None


def _after_minus(state: VoiceState, character: str, is_given: bool) -> VoiceState | None:
    if character == "\\":
        return _begin_command(state, "placed")
    return state._replace(mode="marks") if character in _MARKS_AFTER_MINUS else None


def _after_placement(state: VoiceState, character: str, is_given: bool) -> VoiceState | None:
    return _begin_command(state, "placed") if character == "\\" else None


# -- commands


def _begin_command(state: VoiceState, back: str) -> VoiceState | None:
    if back == "gap" and state.n_idle >= MAX_IDLE:
        return None
    started = state._replace(mode="command", word="", back=back)
    return started if commands_at(started) else None


def commands_at(state: VoiceState, is_given: bool = False) -> frozenset[str]:
    """The commands that may come where the voice stands."""
    group = state.group
    if state.back == "placed":
        return PLACED & AFTER_REST if state.kind == "rest" else PLACED
    if state.back == "marks":
        return AFTER_REST if state.kind == "rest" and not is_given else AFTER_NOTE
    if group is None:
        if is_given:
            return IN_OPENING
        return IN_PICKUP if state.may_be_partial and state.left == state.full else IN_VOICE
    return {"grace": IN_GRACE, "tuplet": IN_TUPLET, "tremolo": _NOTHING}[group.kind]


def _in_command(state: VoiceState, character: str, is_given: bool) -> VoiceState | None:
    name = state.word + character
    if character.isalpha() or (not state.word and character in "<>!"):
        known = commands_at(state, is_given)
        if not any(full.startswith(name) and _fits(state, full) for full in known):
            return None
        longer = state._replace(word=name)
        return _end_command(longer, is_given) if name in "<>!" else longer
    if not state.word or state.word not in commands_at(state, is_given):
        return None
    ended = _end_command(state, is_given)
    return _STEPS[ended.mode](ended, character, is_given) if ended else None


def may_be_command(started: VoiceState, name: str) -> bool:
    """Whether this command may come; `started` is the state after its backslash."""
    return name in commands_at(started) and _fits(started, name)


def _fits(state: VoiceState, name: str) -> bool:
    if name == "!":
        return state.hairpins > 0
    if name in "<>":
        return state.hairpins < 2
    if name == "grace":  # they take no time: a model may else write them without end
        return not state.has_grace
    if name == "rest":
        return state.kind == "note" and state.n_marks == 1 and not _is_in_tremolo(state)
    if name in TUPLETS or name == "repeat":
        return bool(openings(name, state.left))
    if name == "key":
        return state.left == state.full
    return name != "bar" or state.left in (0, state.full)


def _is_in_tremolo(state: VoiceState) -> bool:
    return state.group is not None and state.group.kind != "tuplet"


def _end_command(state: VoiceState, is_given: bool) -> VoiceState | None:
    name, back = state.word, "spaced" if state.back == "gap" else "marks"
    if not _fits(state, name) and not is_given:
        return None
    after = state._replace(mode=back, word="", back=back, n_idle=state.n_idle + 1)
    if name in ARGUMENTS or name in TUPLETS or name == "repeat":
        return after._replace(mode="argument", command=name)
    if name in "<>":
        return after._replace(hairpins=state.hairpins + 1)
    if name == "!":
        return after._replace(hairpins=max(0, state.hairpins - 1))
    return after._replace(kind="rest") if name == "rest" else after


def _in_argument(state: VoiceState, character: str, is_given: bool) -> VoiceState | None:
    word = state.word + character
    if state.command in TUPLETS or state.command == "repeat":
        if word not in openings(state.command, state.left):
            return None
        return _open_group(state, word) if character == "{" else state._replace(word=word)
    argument = ARGUMENTS[state.command]
    if argument.begun.fullmatch(word):
        longer = state._replace(word=word)
        is_done = argument.ends_itself and argument.whole.fullmatch(word)
        return _end_argument(longer) if is_done else longer
    if argument.ends_itself or not argument.whole.fullmatch(state.word.rstrip(" ")):
        return None
    ended = _end_argument(state)
    return write(ended, character if not state.word.endswith(" ") else f" {character}",
                 is_given=is_given)  # fmt: skip


def _end_argument(state: VoiceState) -> VoiceState:
    after = state._replace(mode=state.back, word="", command="")
    if state.command == "grace":
        return after._replace(groups=(*state.groups, Group("grace")))
    if state.command == "time" and state.left == state.full:
        over, _, under = state.word.strip().partition("/")
        full = int(over) * 128 // int(under)
        return after._replace(left=full, full=full)
    if state.command == "partial" and state.left == state.full:
        digits = state.word.strip().rstrip(".")
        full = length_of(digits, state.word.count("."))
        return after._replace(left=full, full=full)
    return after


def _open_group(state: VoiceState, word: str) -> VoiceState:
    after = state._replace(mode=state.back, word="", command="")
    if state.command == "repeat":
        group = Group("tremolo", n=int(word.split()[1]))
    else:
        n, m = map(int, word.strip(" {").split("/"))
        n, m = (n, m) if state.command == "tuplet" else (m, n)
        group = Group("tuplet", n // gcd(n, m), m // gcd(n, m))
    return after._replace(groups=(*state.groups, group))


_STEPS = {
    "gap": _in_gap, "spaced": _after_word, "head": _in_head, "chord": _in_chord,
    "marks": _in_marks, "minus": _after_minus, "placed": _after_placement,
    "command": _in_command, "argument": _in_argument,
}  # fmt: skip
