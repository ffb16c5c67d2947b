"""Which commands may come where a voice stands."""

from __future__ import annotations

from lilydesk.engines.voice_limits import FREE
from lilydesk.engines.voice_pitch import ANYWHERE, nearest
from lilydesk.engines.voice_state import WHOLE, VoiceState
from lilydesk.engines.voice_time import MAX_GRACE
from lilydesk.engines.voice_words import (
    AFTER_NOTE,
    AFTER_REST,
    IN_GRACE,
    IN_OPENING,
    IN_PICKUP,
    IN_TUPLET,
    IN_VOICE,
    PLACED,
    TUPLETS,
    once,
    openings,
)

_PLACED_ON_REST = PLACED & AFTER_REST
_FOR_WHAT_FOLLOWS = frozenset(("stemUp", "stemDown", "stemNeutral", "staff", "grace"))
_SHORTEST_PICKUP = WHOLE // 16  # that is written with \partial; it is shorter than its measure
_IN_GROUP = {"grace": IN_GRACE, "tuplet": IN_TUPLET, "tremolo": frozenset[str]()}


def commands_at(state: VoiceState, is_given: bool = False) -> frozenset[str]:
    """The commands that may come where the voice stands."""
    group = state.group
    if state.back == "placed":
        return _PLACED_ON_REST if state.kind == "rest" else PLACED
    if state.back == "marks":
        return AFTER_REST if state.kind == "rest" and not is_given else AFTER_NOTE
    if group is None:
        if is_given:
            return IN_OPENING
        return IN_PICKUP if state.may_be_partial and state.left == state.full else IN_VOICE
    return _IN_GROUP[group.kind]


def fits(state: VoiceState, name: str) -> bool:
    """Whether a command that may stand here finds what it needs."""
    if name in _FOR_WHAT_FOLLOWS and _nothing_follows(state):
        return False
    if state.kept == () and state.left and state.back == "gap":
        return False  # rests alone are still to come
    if state.idle and once(name) in state.idle:
        return False
    if name == "staff" and state.limits is not FREE and _is_in_grace(state):
        return False  # where there may be no note that can end the group
    if name == "!":
        return state.hairpins > 0
    if name in "<>":
        return state.hairpins < 2
    if name == "grace":  # they take no time: a model may else write them without end
        return not state.has_grace and _may_need_notes(state) and _has_room_for_grace(state)
    if name == "rest":
        return (
            state.kept is None
            and state.kind == "note"
            and state.n_marks == 1
            and not _is_in_tremolo(state)
        )
    if name == "repeat" and not (_may_need_notes(state) and _is_alone(state)):
        return False
    if name in TUPLETS and state.kept is not None and len(state.kept) < 2:
        return False  # it would be filled with rests
    if name in TUPLETS or name == "repeat":
        return bool(openings(name, state.group_room))
    if name == "key":
        return state.left == state.full
    if name == "partial":
        return state.full > _SHORTEST_PICKUP
    return name != "bar" or state.left in (0, state.full)


def _is_in_grace(state: VoiceState) -> bool:
    return state.group is not None and state.group.kind == "grace"


def _nothing_follows(state: VoiceState) -> bool:
    """Whether no note can come here any more: a voice that is full needs a separator alone.

    A model that wanted one more note would else spend itself on what takes no time.
    """
    group = state.group
    if group is not None and group.kind == "grace":
        return group.n_events >= MAX_GRACE
    return state.full > 0 and state.is_at_end


def _may_need_notes(state: VoiceState) -> bool:
    """Whether a group may begin that cannot do without notes of the model's own."""
    if state.rule is ANYWHERE:
        return state.kept is None
    return state.kept is None and nearest(state.rule, state.base) is not None


def _has_room_for_grace(state: VoiceState) -> bool:
    """Whether another note may sound here, if only for a moment."""
    return not state.limits.most or state.note_room(1) > 0


def _is_alone(state: VoiceState) -> bool:
    """Whether notes may sound for any time, no other voice being in the way."""
    return not (state.limits.most and state.limits.others)


def _is_in_tremolo(state: VoiceState) -> bool:
    return state.group is not None and state.group.kind != "tuplet"
