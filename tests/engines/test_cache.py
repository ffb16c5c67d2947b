"""With float32 graphs the cache changes nothing: the same text comes out without it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lilydesk.engines import GenerationRequest, Sampling
from lilydesk.engines.bundle import read_bundle
from lilydesk.engines.lilynota import LilyNotaEngine
from lilydesk.engines.session import Graphs, open_graphs

FLOAT = Path(__file__).parents[1] / "fixtures/tiny_float_bundle"
PREFIX = ('\\staff "1" \\key c \\major \\time 2/4 c\'4 d \\\\\n\\staff "2" c2 |\n',)


class WithoutCache:
    """A graph that reads everything anew at every call."""

    def __init__(self, graph):
        self._graph = graph
        self.reset()

    @property
    def length(self):
        return len(self._rows)

    def reset(self):
        self._rows = []

    def truncate(self, length):
        del self._rows[length:]

    def run(self, rows):
        self._rows.extend(rows[0])
        self._graph.reset()
        return self._graph.run(np.stack(self._rows)[None])[:, -rows.shape[1] :]


def write(graphs: Graphs, request: GenerationRequest) -> str:
    return "".join(LilyNotaEngine(read_bundle(FLOAT), graphs).generate(request, lambda: False))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_text_is_the_same_without_a_cache(seed: int) -> None:
    request = GenerationRequest(
        2, style_lines=("%Modern",), measures_text=PREFIX, sampling=Sampling(), seed=seed
    )
    graphs = open_graphs(read_bundle(FLOAT))
    bare = open_graphs(read_bundle(FLOAT))
    without = Graphs(WithoutCache(bare.patch), WithoutCache(bare.token))
    text = write(graphs, request)
    assert text.count("|\n") == 2
    assert write(without, request) == text
