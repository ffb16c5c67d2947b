"""The shortest plain way from anywhere in a voice to its end: close what is open, fill with rests.

It comes into play where the model finds no end itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from lilydesk.engines.voice_commands import commands_at
from lilydesk.engines.voice_grammar import write
from lilydesk.engines.voice_state import DIVISIONS, WHOLE, VoiceState

_MAX_STEPS = 400
_IN_ARGUMENT = '"{ =/#148230tremolxc\\aj|:.56'
_AFTER_HEAD = (" ", "]", *map(str, DIVISIONS), "6", "28", ",", "'")


def closing_text(state: VoiceState) -> str | None:
    """What makes the voice full; None if nothing does."""
    text = ""
    for _ in range(_MAX_STEPS):
        if state.is_full:
            return text
        for candidate in _candidates(state):
            after = write(state, candidate)
            if after is not None:
                text, state = text + candidate, after
                break
        else:
            return None
    return None


def _candidates(state: VoiceState) -> Iterator[str]:
    if state.is_between:
        yield from _in_gap(state)
    elif state.mode == "command":
        names = sorted(name for name in commands_at(state) if name.startswith(state.word))
        yield from (name[len(state.word) :] + end for end in (" ", "]") for name in names)
    elif state.mode == "argument":
        yield from _IN_ARGUMENT
    else:
        yield from {
            "spaced": (" ",), "marks": (" ", "]"), "minus": (".",), "placed": ("\\f",),
            "chord": (">", "c", ",", "'"), "head": _AFTER_HEAD,
        }[state.mode]  # fmt: skip


def _in_gap(state: VoiceState) -> Iterator[str]:
    group = state.group
    yield "}"
    if group is None:
        yield from _rests(state.left)
    elif group.kind == "tuplet":
        yield from _rests(group.n - group.used % group.n)
    elif group.kind == "grace":
        yield from ("c]", "c16]", "c", "c16")
    else:
        yield from ("c", *(f"c{division}" for division in DIVISIONS))


def _rests(length: int) -> Iterator[str]:
    """Rests of at most this length, the longest first."""
    yield from (f"r{division}" for division in DIVISIONS if WHOLE // division <= length)
