r"""One step of a voice: a state and a character give the next state, or nothing.

Stricter than the language: it reads canonical text, in which each state has a way to a full voice.

    >>> from lilydesk.engines.voice_state import new_voice
    >>> state = write(new_voice(96), "c4 d8[ e] ")
    >>> state.left
    32
    >>> write(state, "f2 ") is None
    True
"""

from __future__ import annotations

from lilydesk.engines.voice_commands import commands_at, fits
from lilydesk.engines.voice_limits import FREE
from lilydesk.engines.voice_pitch import place_of, read_chord_head, read_head
from lilydesk.engines.voice_rules import may_be_pitch, may_be_spelled, with_rule
from lilydesk.engines.voice_state import NONE, Group, VoiceState, length_of
from lilydesk.engines.voice_time import (
    MAX_GRACE,
    close_group,
    may_begin_event,
    may_last,
    metre_given,
    must_end_beam,
    open_group,
    pass_time,
)
from lilydesk.engines.voice_words import (
    ARGUMENTS,
    MOST_ROOM,
    TUPLETS,
    argument_of,
    once,
    openings,
    prefixes,
)

MAX_MARKS, MAX_IDLE, MAX_HEADS, MAX_OPEN = 8, 8, 8, 6
_MARKS_AFTER_MINUS = frozenset(".!-^>_12345")


def write(state: VoiceState | None, text: str, *, is_given: bool = False) -> VoiceState | None:
    """The state after `text`; None if it may not come here.

    What is given by others may set the time, and does not fail for lasting too long.
    """
    if len(text) > 2 and state is not None and is_quoted(state) and text.isalpha():
        return _worded(state, text, is_given)
    if len(text) > 2 and text[0] == "\\" and state is not None:
        state = _STEPS[state.mode](state, "\\", is_given)
        text = text[1:]
        if state is not None and state.mode == "command" and text.isalpha():
            return _named(state, text, is_given)
    for character in text:
        if state is None:
            return None
        state = _STEPS[state.mode](state, character, is_given)
    return state


# -- between events


def _in_gap(state: VoiceState, character: str, is_given: bool) -> VoiceState | None:
    if character == "\\":
        return _begin_command(state, "gap", is_given)
    if character == "}":
        return close_group(state, is_given)
    if character == "\n":
        return state if state.left == state.full else None
    if is_given and character in "^_-":  # words at the head of a voice have a place as well
        return state
    if not may_begin_event(state, character, is_given):
        return None
    if character == "<":
        return state.but(mode="chord", word="", first_head=-1, n_heads=0)
    return _in_head(state, character, is_given)


def _after_word(state: VoiceState, character: str, is_given: bool) -> VoiceState | None:
    return state.spelling("gap", state.word) if character == " " else None


# -- notes, rests, chords


def _in_head(state: VoiceState, character: str, is_given: bool) -> VoiceState | None:
    word = state.word + character
    head = read_head(word)
    if head is None:
        ended = end_event(state, is_given)
        return _in_marks(ended, character, is_given) if ended else None
    if head.step >= 0 and not is_given and not may_be_spelled(state, head, word):
        return None
    if head.digits and not is_given and not may_last(state, head):
        return None
    return state.spelling("head", word)


_KINDS = {">": "chord", "r": "rest", "s": "rest", "R": "rest"}


def end_event(state: VoiceState, is_given: bool) -> VoiceState | None:
    """The event at hand is complete; its time passes."""
    head = read_head(state.word)
    assert head is not None, "words are begun only where they match"
    length = length_of(head.digits, head.n_dots) if head.digits else state.duration
    base = state.base
    if head.step >= 0:
        if not is_given and not may_be_pitch(state, head):
            return None
        base = place_of(base, head)
    if not length:
        return None
    first = state.word[0]
    after = state.but(
        mode="marks", word="", duration=length, base=base, n_marks=0, idle=NONE,
        has_beam_sign=False, kind=_KINDS.get(first, "note"),
    )  # fmt: skip
    if first == "R":
        return after.but(left=0)
    return pass_time(after, length, is_given)


def _in_chord(state: VoiceState, character: str, is_given: bool) -> VoiceState | None:
    word = state.word + character
    longer = read_chord_head(word)
    if longer is not None:
        may = is_given or may_be_spelled(state, longer, word)
        return state.spelling("chord", word) if may else None
    head = read_chord_head(state.word)
    if character not in " >" or head is None:
        return None
    if not is_given and not (may_be_pitch(state, head) and _may_have_heads(state, character)):
        return None
    place = place_of(state.base, head)
    first = state.first_head if state.n_heads else place
    if character == ">":
        return state.but(mode="head", word=">", base=first)
    return state.but(word="", base=place, first_head=first, n_heads=state.n_heads + 1)


def _may_have_heads(state: VoiceState, character: str) -> bool:
    """Whether the chord may end here, or have another head."""
    n_heads = state.n_heads + 1
    if state.kept is not None:
        return (n_heads == len(state.kept[0])) == (character == ">")
    if character == ">":
        return True
    most = state.limits.most
    return n_heads < (min(most, MAX_HEADS) if most else MAX_HEADS) and (
        state.note_room(n_heads + 1) > 0
    )


# -- marks


def _in_marks(state: VoiceState, character: str, is_given: bool) -> VoiceState | None:
    if character == " ":
        return state.spelling("gap", state.word) if is_given or not must_end_beam(state) else None
    if character in "[]":
        return _beam(state, character, is_given)
    if state.n_marks >= MAX_MARKS and not is_given:
        return None
    marked = state.but(n_marks=state.n_marks + 1)
    if character == "\\":
        return _begin_command(marked, "marks")
    if character in "()":
        return _slur(marked, character, is_given)
    if character in "^_":
        return marked.but(mode="placed")
    if state.kind == "rest":
        return None
    if character == "-":
        return marked.but(mode="minus")
    if character == ":":
        return marked.but(mode="argument", command=":", word="", back="marks")
    return marked if character == "~" else None


def _beam(state: VoiceState, character: str, is_given: bool) -> VoiceState | None:
    group = state.group
    begins = character == "["
    if begins and state.kind == "rest" and not is_given:
        return None  # rests alone have no beam, and whether notes follow is not known
    if group is not None and group.kind == "grace":
        is_wrong = group.is_beamed == begins or (begins and group.n_events >= MAX_GRACE)
        after = state.with_group(group._replace(is_beamed=begins))
    else:
        is_wrong = state.is_beamed == begins or (begins and state.is_at_end)
        after = state.but(is_beamed=begins)
    is_wrong |= state.has_beam_sign  # readers take an end for earlier than a begin on one note
    return None if is_wrong and not is_given else after.but(has_beam_sign=True)


def _slur(state: VoiceState, character: str, is_given: bool) -> VoiceState | None:
    slurs = state.slurs + (1 if character == "(" else -1)
    if is_given:
        return state.but(slurs=max(0, slurs))
    return state.but(slurs=slurs) if 0 <= slurs <= MAX_OPEN else None


def _after_minus(state: VoiceState, character: str, is_given: bool) -> VoiceState | None:
    if character == "\\":
        return _begin_command(state, "placed")
    return state.but(mode="marks") if character in _MARKS_AFTER_MINUS else None


def _after_placement(state: VoiceState, character: str, is_given: bool) -> VoiceState | None:
    if is_given and character in _MARKS_AFTER_MINUS:
        return state.but(mode="marks")
    return _begin_command(state, "placed") if character == "\\" else None


# -- commands


def _begin_command(state: VoiceState, back: str, is_given: bool = False) -> VoiceState | None:
    if back == "gap" and len(state.idle) >= MAX_IDLE and not is_given:
        return None
    started = state.but(mode="command", word="", back=back)
    return started if commands_at(started) else None


def _named(started: VoiceState, name: str, is_given: bool) -> VoiceState | None:
    """What _in_command makes of all letters of a name, in one step."""
    is_begun = name in prefixes(commands_at(started, is_given))
    return started.spelling("command", name) if is_begun else None


def _in_command(state: VoiceState, character: str, is_given: bool) -> VoiceState | None:
    name = state.word + character
    if character.isalpha() or (not state.word and character in "<>!"):
        if name not in prefixes(commands_at(state, is_given)):
            return None
        longer = state.spelling("command", name)
        return end_command(longer, is_given) if name in "<>!" else longer
    if not state.word or state.word not in commands_at(state, is_given):
        return None
    ended = end_command(state, is_given)
    return _STEPS[ended.mode](ended, character, is_given) if ended else None


def end_command(state: VoiceState, is_given: bool) -> VoiceState | None:
    """The command at hand is named; its argument, if it has one, comes next."""
    name, back = state.word, "spaced" if state.back == "gap" else "marks"
    if not fits(state, name) and not is_given:
        return None
    kind = once(name) or str(len(state.idle))
    after = state.but(mode=back, word="", back=back, idle=state.idle | {kind})
    if name in ARGUMENTS or name in TUPLETS or name == "repeat":
        return after.but(mode="argument", command=name)
    if name in "<>":
        return after.but(hairpins=state.hairpins + 1)
    if name == "!":
        return after.but(hairpins=max(0, state.hairpins - 1))
    return after.but(kind="rest") if name == "rest" else after


def is_quoted(state: VoiceState) -> bool:
    """Whether an argument's quotation marks are open."""
    return state.mode == "argument" and state.word.count('"') == 1


def _worded(state: VoiceState, letters: str, is_given: bool) -> VoiceState | None:
    """What _in_argument makes of letters within quotation marks, in one step."""
    word = state.word + letters
    return (
        state.spelling("argument", word)
        if argument_of(state.command, is_given).may_become(word)
        else None
    )


def _in_argument(state: VoiceState, character: str, is_given: bool) -> VoiceState | None:
    word = state.word + character
    if state.command in TUPLETS or state.command == "repeat":
        if word not in openings(state.command, MOST_ROOM if is_given else state.group_room):
            return None
        return open_group(state, word) if character == "{" else state.spelling("argument", word)
    argument = argument_of(state.command, is_given)
    if argument.may_become(word):
        longer = state.spelling("argument", word)
        is_done = argument.ends_itself and argument.is_whole(word)
        return _end_argument(longer) if is_done else longer
    is_whole = argument.whole.fullmatch(state.word.rstrip(" "))  # its words may be somebody's own
    if argument.ends_itself or not is_whole:
        return None
    ended = _end_argument(state)
    return write(ended, character if not state.word.endswith(" ") else f" {character}",
                 is_given=is_given)  # fmt: skip


def _end_argument(state: VoiceState) -> VoiceState:
    after = state.but(mode=state.back, word="", command="")
    if state.limits is not FREE and state.command in ("staff", "key"):
        return with_rule(after, state.command, state.word)
    if state.command == "grace":
        return after.but(groups=(*state.groups, Group("grace")))
    if state.command in ("time", "partial") and state.left == state.full:
        full = metre_given(state)
        return after.but(left=full, full=full)
    return after


_STEPS = {
    "gap": _in_gap, "spaced": _after_word, "head": _in_head, "chord": _in_chord,
    "marks": _in_marks, "minus": _after_minus, "placed": _after_placement,
    "command": _in_command, "argument": _in_argument,
}  # fmt: skip
