"""How threads of a team are called and sent away, compiled: a call costs no look at Python.

Each helper has a state that all threads see. Between jobs it listens for a while before it sleeps,
because calls mostly follow each other closely, and to wake a thread takes as long as it then helps.
"""
# mypy: ignore-errors
# (numba infers the types)

from __future__ import annotations

from numba import njit, types

from lilydesk.engines.native import columns as c
from lilydesk.engines.native.drafting import draft
from lilydesk.engines.native.frames import ENTRY, step
from lilydesk.engines.native.intrinsics import (
    exchange_atomically,
    let_others_run,
    pause,
    replace_atomically,
)

ASLEEP, LISTENING, CALLED, AT_WORK = range(4)
_PAUSES = 200  # between two looks whether others want the core
_LOOKS = 40  # before it sleeps: about half a millisecond
_STATES = types.int64[::1]


@njit(types.boolean(_STATES), **ENTRY)
def call_helpers(states):
    """Call all helpers; whether some are asleep and must be woken besides."""
    are_asleep = False
    for at in range(0, len(states), c.COUNTER):
        are_asleep |= exchange_atomically(states, at, CALLED) == ASLEEP
    return are_asleep


@njit(types.void(_STATES), **ENTRY)
def dismiss_helpers(states):
    """Send away helpers that have not come, and wait until the others are done."""
    for at in range(0, len(states), c.COUNTER):
        waited = 0
        while replace_atomically(states, at, CALLED, LISTENING) == AT_WORK:
            pause()
            waited += 1
            if waited % _PAUSES == 0:
                let_others_run()


@njit(types.void(types.int64[::1], _STATES, types.int64), **ENTRY)
def serve(frame, states, at):
    """Do the jobs of a frame that the helper with this state is called to, until none comes."""
    while True:
        waited = 0
        while replace_atomically(states, at, CALLED, AT_WORK) != CALLED:
            pause()
            waited += 1
            if waited % _PAUSES == 0:
                let_others_run()
            is_over = waited >= _PAUSES * _LOOKS
            if is_over and replace_atomically(states, at, LISTENING, ASLEEP) != CALLED:
                return  # it may have been asleep all the time, woken with another one
        if frame[c.DRAWS]:
            draft(frame)
        else:
            step(frame)
        exchange_atomically(states, at, LISTENING)
