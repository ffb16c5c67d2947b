"""The time of a voice: what may still last how long, and what its passing leaves."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

from lilydesk.engines.voice_limits import Sounding
from lilydesk.engines.voice_pitch import ANYWHERE, Head, nearest
from lilydesk.engines.voice_state import (
    DIVISIONS,
    WHOLE,
    Group,
    VoiceState,
    length_of,
    may_become_duration,
)

MAX_GRACE = 8


def may_begin_event(state: VoiceState, character: str, is_given: bool) -> bool:
    """Whether there is time for a note, chord or rest that begins with this character."""
    group, is_rest = state.group, character in "rsR"
    if character not in "abcdefg<rsR":
        return False
    if is_given and group is None:
        return True
    if not is_rest and state.kept is not None and not _is_kept(state, character):
        return False
    room = state.room if is_rest else state.note_room(1)
    if character == "<" and not (is_given or _may_have_chord(state)):
        return False
    if group is None:
        return room > 0 and (character != "R" or _may_rest_throughout(state))
    if is_rest:
        return group.kind == "tuplet" and character != "R" and (is_given or room > 0)
    if group.kind == "grace":
        return is_given or group.n_events < MAX_GRACE
    return group.n_events < 2 if group.kind == "tremolo" else is_given or room > 0


def _is_kept(state: VoiceState, character: str) -> bool:
    """Whether the next note that must come begins like this: a chord with `<`."""
    return state.kept is not None and any(
        (len(heads) > 1) == (character == "<") for heads in state.kept[:1]
    )


def _may_rest_throughout(state: VoiceState) -> bool:
    return state.left == state.full and not (state.kept or state.must_sound)


def _may_have_chord(state: VoiceState) -> bool:
    """Whether a chord finds notes; for a single note its letter is looked at."""
    if state.kept is not None:
        return True  # those that are given stay, whatever the limits say
    if state.rule is not ANYWHERE and nearest(state.rule, state.base) is None:
        return False
    return state.limits.most != 1


def _n_notes(state: VoiceState, first: str) -> int:
    return state.n_heads + 1 if first == ">" else 1


def may_last(state: VoiceState, head: Head) -> bool:
    """Whether the event at hand may have this duration, or a longer number that begins so."""
    first, group = state.word[0], state.group
    if first == "R":
        room = WHOLE * 2
    else:
        room = state.room if first in "rs" else state.note_room(_n_notes(state, first))
    if state.last_length and first not in "rs":
        return _may_become_long(state.last_length, head)
    if group is not None and group.kind == "tremolo":
        is_same = not group.used or str(WHOLE // group.used).startswith(head.digits)
        return is_same and not head.n_dots and may_become_duration(head.digits, room)
    if not head.n_dots:
        return may_become_duration(head.digits, room)
    return 0 < length_of(head.digits, head.n_dots) <= room


def _may_become_long(length: int, head: Head) -> bool:
    """Whether digits and dots are, or begin, the one note value of this length."""
    divisions = DIVISIONS if not head.n_dots else (int(head.digits),)
    return any(
        str(d).startswith(head.digits) and length_of(str(d), n_dots) == length
        for d in divisions
        for n_dots in range(head.n_dots, 3)
    )


def pass_time(state: VoiceState, length: int, is_given: bool) -> VoiceState | None:
    """The state behind an event of this length; None if it does not fit."""
    group = state.group
    n_notes = {"rest": 0, "chord": state.n_heads + 1}.get(state.kind, 1)
    room = state.note_room(n_notes) if n_notes else state.room
    if not is_given and (length > room or (n_notes and length < state.last_length)):
        return None
    if state.limits.most and n_notes and (group is None or group.kind != "grace"):
        state = _sounding(state, length, n_notes)
    if n_notes and state.kept:
        state = state.but(kept=state.kept[1:])
    if group is None:
        return state.but(has_grace=False, left=max(0, state.left - length))
    state = state.but(has_grace=False)
    if group.kind == "grace":
        return state.with_group(group._replace(n_events=group.n_events + 1))
    used = group.used + length
    if group.kind == "tremolo":  # two notes of the same plain value
        used = length
        if WHOLE % length or group.used not in (0, length):
            return None
    return state.with_group(group._replace(n_events=group.n_events + 1, used=used))


def _sounding(state: VoiceState, length: int, n_notes: int) -> VoiceState:
    group, start = state.group, state.position
    lasting = Fraction(length)
    if group is not None:
        lasting *= Fraction(group.m, group.n) if group.kind == "tuplet" else 2 * group.n
    sounding = Sounding(state.staff, start, start + lasting, n_notes)
    return state.but(sounded=(*state.sounded, sounding))


def must_end_beam(state: VoiceState) -> bool:
    """Whether the event at hand is the last one under its beam."""
    group = state.group
    if group is not None and group.kind == "grace":
        return group.is_beamed and group.n_events >= MAX_GRACE
    return state.is_beamed and state.is_at_end


def open_group(state: VoiceState, word: str) -> VoiceState:
    """The state within a tuplet or tremolo whose arguments are `word`."""
    if state.command == "repeat":
        group = Group("tremolo", n=int(word.split()[1]))
    else:
        n, m = map(int, word.strip(" {").split("/"))
        n, m = (n, m) if state.command == "tuplet" else (m, n)
        group = Group("tuplet", n // gcd(n, m), m // gcd(n, m))
    return state.but(mode=state.back, word="", command="", groups=(*state.groups, group))


def close_group(state: VoiceState, is_given: bool) -> VoiceState | None:
    """The state behind a group; None if it is not complete."""
    group = state.group
    if group is None or ((not group.n_events or group.is_beamed) and not is_given):
        return None
    after = state.but(groups=state.groups[:-1], mode="spaced", kind="")
    if group.kind == "grace":
        return after.but(has_grace=True)
    if group.kind == "tremolo":
        length = 2 * group.n * group.used
        return after.but(left=state.left - length) if group.n_events == 2 else None
    if group.used * group.m > state.left * group.n:  # someone made it too long
        return after.but(left=0)
    if group.used % group.n:
        return None
    return after.but(left=state.left - group.used // group.n * group.m)


def metre_given(state: VoiceState) -> int:
    r"""Length of the measure after the \\time or \\partial at hand."""
    word = state.word.strip()
    if state.command == "time":
        over, _, under = word.partition("/")
        return int(over) * WHOLE // int(under)
    return length_of(word.rstrip("."), state.word.count("."))
