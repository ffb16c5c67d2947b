"""The window of patches: fed once, and its successor begun before it is full."""

from __future__ import annotations

import numpy as np
import pytest

from lilydesk.engines import Sampling
from lilydesk.engines.asking import Ask, answered
from lilydesk.engines.context import PatchContext
from lilydesk.engines.drafting import DraftTables, Wish
from lilydesk.engines.patch_memory import CALL_SIZE, PatchMemory
from tests.engines.scripted_graph import ScriptedGraph, patch


def ask() -> Ask:
    """For one token, on a decoder whose logit is the state."""
    tables = DraftTables(np.zeros((1, 1), np.float32), np.ones(1, bool), np.ones(1, bool))
    wish = Wish(tables, Sampling(), np.zeros(1))
    return Ask(ScriptedGraph(), np.zeros((1, 1, 1), np.float32), wish)


class Writing:
    """A context on a scripted decoder."""

    def __init__(self, context: int, prompt: list[int], graph: ScriptedGraph | None = None):
        self.graph = graph or ScriptedGraph()
        self.memory = PatchMemory(self.graph)
        self.context = PatchContext(self.memory, context, list(map(patch, prompt)))

    def measure(self, *numbers: int) -> None:
        self.context.begin_measure()
        self.append(*numbers)

    def append(self, *numbers: int) -> None:
        self.context.append(list(map(patch, numbers)))

    def state(self) -> float | None:
        draft = answered(self.context.foretell(lambda: False, ask()))
        return None if draft is None else draft.logits.item()

    @property
    def window(self) -> list[int]:
        """What the decoder in use holds: the one that has seen most."""
        graphs = [self.graph]
        for graph in graphs:
            graphs += graph.forks
        return max((graph.rows for graph in graphs), key=lambda rows: rows[-1:])


@pytest.fixture(autouse=True)
def closed(monkeypatch):
    """Close every context that a test makes."""
    contexts = []
    make = Writing.__init__

    def remembered(self, *arguments):
        make(self, *arguments)
        contexts.append(self.context)

    monkeypatch.setattr(Writing, "__init__", remembered)
    yield
    for context in contexts:
        context.close()


def test_a_prompt_is_fed_in_one_call():
    writing = Writing(1024, [1, 2])
    writing.measure(3, 4)
    assert writing.state() == 4
    assert writing.graph.calls == [[1, 2, 3, 4]]
    writing.append(5)
    assert writing.state() == 5
    assert writing.graph.rows == [1, 2, 3, 4, 5]


def test_a_long_prefix_is_fed_in_calls_and_can_be_stopped_between_them():
    writing = Writing(1024, [1])
    writing.measure(*range(2, 400))
    assert answered(writing.context.foretell(lambda: len(writing.graph.calls) == 2, ask())) is None
    assert [len(call) for call in writing.graph.calls] == [CALL_SIZE] * 2


def test_a_full_context_keeps_the_prompt_and_the_later_half_of_the_measures():
    writing = Writing(22, [1, 2])
    for number in range(10, 40):
        writing.measure(number)
        assert writing.state() == number
    assert writing.window[:2] == [1, 2]
    assert writing.window[2:] == list(range(writing.window[2], 40))
    assert 10 <= len(writing.window) < 22
    assert writing.context.n_encodings == 2


def test_the_next_window_is_fed_before_this_one_is_full():
    writing = Writing(22, [1, 2])
    number = 10
    while not writing.graph.forks:
        writing.measure(number)
        writing.state()
        number += 1
    assert writing.graph.length < 21
    n_known = writing.graph.length
    while writing.context.n_encodings == 0:
        writing.measure(number)
        writing.state()
        number += 1
    ahead = writing.graph.forks[0]
    assert ahead.calls[0] == [1, 2, *range(10 + (n_known - 2) // 2, 10 + n_known - 3)]
    assert all(len(call) == 1 for call in ahead.calls[1:])  # each measure as it was finished


def test_what_is_fed_does_not_depend_on_how_quick_the_thread_is():
    class Slow(ScriptedGraph):
        """Makes its forks wait until the writing waits for them."""

        def fork(self, length):
            fork = super().fork(length)
            run = fork.run

            def late(rows):
                while len(self.rows) < 21:
                    pass
                return run(rows)

            fork.run = late
            return fork

    slow, quick = Writing(22, [1, 2], Slow()), Writing(22, [1, 2])
    for number in range(10, 33):
        for writing in (slow, quick):
            writing.measure(number)
            assert writing.state() == number
    assert slow.graph.forks[0].calls == quick.graph.forks[0].calls


def test_a_fault_in_the_thread_comes_out_where_the_window_is_wanted():
    class Failing(ScriptedGraph):
        def fork(self, length):
            fork = super().fork(length)
            fork.run = lambda rows: 1 / 0
            return fork

    writing = Writing(22, [1, 2], Failing())

    def write_on():
        for number in range(10, 40):
            writing.measure(number)
            writing.state()

    with pytest.raises(ZeroDivisionError):
        write_on()


def test_a_prefix_longer_than_the_context_is_narrowed_before_it_is_fed():
    writing = Writing(12, [1])
    for number in range(10, 60):
        writing.measure(number)
    writing.state()
    assert writing.graph.rows == [1, *range(54, 60)]
    assert len(writing.graph.calls) == 1


def test_a_measure_without_end_still_fits():
    writing = Writing(12, [1])
    writing.measure()
    for number in range(2, 100):
        writing.append(number)
        assert writing.state() == number
        assert len(writing.window) < 12
