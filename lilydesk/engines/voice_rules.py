"""Which notes may stand where a voice is: those in range and key, or those that must come."""

from __future__ import annotations

from lilydesk.engines.voice_limits import fifths_of
from lilydesk.engines.voice_pitch import (
    ANYWHERE,
    HIGHEST,
    LOWEST,
    Head,
    admits,
    may_stand,
    place_of,
    read_chord_head,
    spell,
)
from lilydesk.engines.voice_state import VoiceState


def may_be_spelled(state: VoiceState, head: Head, word: str) -> bool:
    """Whether the note that is spelled `word` so far is, or can become, one that may stand."""
    if state.kept is None:
        return may_stand(state.rule, state.base, head, word[-1])
    if word[-1] in "abcdefgs',":
        return (kept_spelling(state) or "").startswith(word)
    return may_be_pitch(state, head)


def may_be_pitch(state: VoiceState, head: Head) -> bool:
    """Whether the note may stand as it is."""
    if state.kept is not None:
        kept = read_chord_head(kept_spelling(state) or "")
        return state.word[:1] == ">" or kept == head._replace(digits="", n_dots=0)
    if state.rule is ANYWHERE:
        return LOWEST <= place_of(state.base, head) <= HIGHEST
    return admits(state.rule, state.base, head)


def kept_spelling(state: VoiceState) -> str | None:
    """The note that must come, as it is written here."""
    if not state.kept:
        return None
    heads = state.kept[0]
    number = state.n_heads if state.mode == "chord" else 0
    return spell(state.base, *heads[number]) if number < len(heads) else None


def with_rule(state: VoiceState, command: str, argument: str) -> VoiceState:
    """The state behind a change of staff or key."""
    if command == "staff":
        state = state.but(staff=int(argument.strip(' "')))
    else:
        state = state.but(fifths=fifths_of(argument))
    return state.but(rule=state.limits.rule(state.staff, state.fifths))
