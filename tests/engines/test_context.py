"""The window of patches: fed once, narrowed when the context is full."""

from __future__ import annotations

import numpy as np

from lilydesk.engines.context import PatchContext


class RecordingGraph:
    """Keeps the rows it was fed; its state is the number of the last patch."""

    def __init__(self) -> None:
        self.rows: list[int] = []
        self.n_runs = 0

    @property
    def length(self) -> int:
        return len(self.rows)

    def reset(self) -> None:
        self.rows = []

    def run(self, rows):
        self.n_runs += 1
        self.rows += rows[0, :, 0].tolist()
        return rows[:, :, :1].astype(np.float32)


def patch(number: int) -> tuple[int, ...]:
    return (number,) + (0,) * 15


def test_a_prompt_is_fed_in_one_call():
    graph = RecordingGraph()
    context = PatchContext(graph, 1024, [patch(1), patch(2)])
    context.begin_measure()
    context.append([patch(3), patch(4)])
    assert context.hidden().item() == 4
    assert graph.n_runs == 1
    context.append([patch(5)])
    assert context.hidden().item() == 5
    assert graph.rows == [1, 2, 3, 4, 5]


def test_a_full_context_keeps_the_prompt_and_the_later_half_of_the_measures():
    graph = RecordingGraph()
    context = PatchContext(graph, 12, [patch(1), patch(2)])
    for number in range(10, 20):
        context.begin_measure()
        context.append([patch(number)])
        context.hidden()
    assert graph.rows == [1, 2, 15, 16, 17, 18, 19]
    assert context.n_encodings == 1


def test_a_prefix_longer_than_the_context_is_narrowed_before_it_is_fed():
    graph = RecordingGraph()
    context = PatchContext(graph, 12, [patch(1)])
    for number in range(10, 60):
        context.begin_measure()
        context.append([patch(number)])
    context.hidden()
    assert graph.rows == [1, *range(54, 60)]
    assert graph.n_runs == 1


def test_a_measure_without_end_still_fits():
    graph = RecordingGraph()
    context = PatchContext(graph, 12, [patch(1)])
    context.begin_measure()
    for number in range(2, 100):
        context.append([patch(number)])
        assert context.hidden().item() == number
        assert graph.length < 12
