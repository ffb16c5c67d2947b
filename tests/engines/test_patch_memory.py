"""No prefix is fed twice, and nobody can tell from the states."""

from __future__ import annotations

import numpy as np
import pytest

from lilydesk.engines.asking import answered
from lilydesk.engines.patch_memory import CALL_SIZE, Call, PatchMemory, calls_of
from lilydesk.errors import BundleError
from tests.engines.scripted_graph import ScriptedGraph, patch


def call(*numbers: int) -> Call:
    return tuple(map(patch, numbers))


@pytest.fixture
def graph() -> ScriptedGraph:
    return ScriptedGraph()


@pytest.fixture
def memory(graph: ScriptedGraph) -> PatchMemory:
    memory = PatchMemory(graph)
    for fed in (call(1, 2, 3), call(4), call(5)):
        answered(memory.feed(fed))
    return memory


def test_calls_that_were_made_are_not_made_again(memory, graph):
    assert memory.rewind([call(1, 2, 3), call(4), call(6)]) == 2
    assert graph.rows == [1, 2, 3, 4]
    assert memory.state.item() == 4


def test_the_same_patches_in_other_calls_are_fed_again(memory, graph):
    assert memory.rewind([call(1, 2), call(3, 4)]) == 0
    assert graph.rows == []


def test_a_fork_has_the_past_and_its_own_future(memory, graph):
    fork = memory.fork(memory.length)
    answered(fork.feed(call(6)))
    assert (memory.length, fork.length) == (5, 6)
    assert fork.rewind([call(1, 2, 3), call(4)]) == 2
    assert graph.rows == [1, 2, 3, 4, 5]


def test_a_call_that_was_cut_apart_is_not_taken_for_whole(memory, graph):
    memory.truncate(2)
    assert memory.rewind([call(1, 2)]) == 0
    assert graph.rows == []


def test_what_others_feed_is_remembered_too(memory):
    memory.reset()
    memory.run(np.array([call(7, 8)]))
    memory.run(np.array([call(9)]))
    assert memory.rewind([call(7, 8), call(9)]) == 2


def test_a_state_that_is_no_number_is_an_error_and_not_remembered(memory, graph):
    graph.run = lambda rows: np.full((1, 1, 1), np.nan, dtype=np.float32)
    with pytest.raises(BundleError, match="no number"):
        answered(memory.feed(call(6)))
    assert memory.state.item() == 5


def test_calls_depend_on_the_patches_alone():
    patches = list(call(*range(2 * CALL_SIZE + 5)))
    assert [len(part) for part in calls_of(patches)] == [CALL_SIZE, CALL_SIZE, 5]
    assert calls_of(patches[:CALL_SIZE]) == calls_of(patches)[:1]
    assert calls_of([]) == []
