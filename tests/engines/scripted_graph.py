"""A decoder without weights that notes what it is fed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lilydesk.engines.patches import Patch


def patch(number: int) -> Patch:
    """A patch that can be told from others."""
    return (number,) + (0,) * 15


class ScriptedGraph:
    """Its state is the number of the last patch, and of how many it was one."""

    def __init__(self) -> None:
        self.rows: list[int] = []
        self.calls: list[list[int]] = []  # all that were ever made, whatever was forgotten
        self.forks: list[ScriptedGraph] = []

    @property
    def length(self) -> int:
        return len(self.rows)

    def reset(self) -> None:
        self.rows = []

    def truncate(self, length: int) -> None:
        assert 0 <= length <= len(self.rows)
        del self.rows[length:]

    def fork(self, length: int) -> ScriptedGraph:
        other = ScriptedGraph()
        other.rows = self.rows[:length]
        self.forks.append(other)
        return other

    def run(self, rows: np.ndarray) -> np.ndarray:
        self.calls.append(rows[0, :, 0].tolist())
        self.rows += self.calls[-1]
        return rows[:, :, :1].astype(np.float32)


class BatchingScript(ScriptedGraph):
    """Answers several of its forks in one call."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[int] = []  # how many were answered together; shared by forks

    def fork(self, length: int) -> BatchingScript:
        other = BatchingScript()
        other.rows, other.batches = self.rows[:length], self.batches
        self.forks.append(other)
        return other

    def run_many(
        self, graphs: Sequence[ScriptedGraph], rows: Sequence[np.ndarray]
    ) -> list[np.ndarray]:
        self.batches.append(len(graphs))
        return [graph.run(row) for graph, row in zip(graphs, rows, strict=True)]
