"""The cache of a decoder graph: cut back, and shared by forks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lilydesk.engines import read_bundle
from lilydesk.engines.session import Graph, open_graphs

FLOAT = Path(__file__).parents[1] / "fixtures/tiny_float_bundle"
ROWS = np.random.default_rng(1).integers(3, 250, size=(1, 12, 16))


@pytest.fixture
def graph() -> Graph:
    return open_graphs(read_bundle(FLOAT)).patch


def test_a_truncated_cache_is_what_it_was(graph):
    graph.run(ROWS[:, :5])
    before = graph.run(ROWS[:, 5:6])
    graph.run(ROWS[:, 6:])
    graph.truncate(5)
    assert graph.length == 5
    np.testing.assert_array_equal(graph.run(ROWS[:, 5:6]), before)


def test_truncated_to_nothing_it_begins_anew(graph):
    fresh = graph.run(ROWS)
    graph.truncate(0)
    assert graph.length == 0
    np.testing.assert_array_equal(graph.run(ROWS), fresh)


def test_forks_go_their_own_ways(graph):
    graph.run(ROWS[:, :5])
    fork = graph.fork(4)
    assert (graph.length, fork.length) == (5, 4)
    theirs = fork.run(ROWS[:, 4:7])
    assert (graph.length, fork.length) == (5, 7)
    np.testing.assert_allclose(theirs[:, 1:], graph.run(ROWS[:, 5:7]), atol=1e-5)
