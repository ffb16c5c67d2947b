"""A piece of 4,000 patches, four times the context: half of it given, half of it written."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import pytest

from lilydesk.engines import GenerationRequest, read_bundle
from lilydesk.engines.lilynota import LilyNotaEngine
from lilydesk.engines.patches import PatchLayout
from lilydesk.engines.session import Graphs, open_graphs
from tests.support import TINY_BUNDLE

CONTEXT = 1024
MEASURE = '\\staff "1" \\key g \\major \\time 2/4 d\'4 g,8[ a] \\\\\n\\staff "2" <g b d>2 |\n'
N_WRITTEN = 2000
REQUEST = GenerationRequest(
    2000,
    ("%Romantic", "%Schubert, Franz"),
    headers=('[title "Long"]',),
    time_text="\\time 2/4",
    seed=3,
    constrains_time=False,
)


class Window:
    """A patch decoder that keeps what it was fed, and in which windows."""

    def __init__(self, graph, windows: list[Window]) -> None:
        self.graph, self.windows = graph, windows
        self.patches: list[tuple[int, ...]] = []
        windows.append(self)

    @property
    def length(self):
        return self.graph.length

    def reset(self):
        self.patches = []
        self.graph.reset()

    def truncate(self, length):
        del self.patches[length:]
        self.graph.truncate(length)

    def fork(self, length):
        return Window(self.graph.fork(length), self.windows)

    def run(self, rows):
        self.patches += map(tuple, rows[0].tolist())
        return self.graph.run(rows)


@pytest.fixture(scope="module")
def written() -> tuple[LilyNotaEngine, str, list[Window]]:
    bundle = read_bundle(TINY_BUNDLE)
    graphs = open_graphs(bundle)
    windows: list[Window] = []
    engine = LilyNotaEngine(bundle, Graphs(Window(graphs.patch, windows), graphs.token))
    n_per_measure = len(PatchLayout(bundle.tokenizer).measure(MEASURE, 0, 10))
    request = replace(REQUEST, measures_text=(MEASURE,) * (N_WRITTEN // n_per_measure))
    pieces = engine.generate(request, lambda: False)
    text = "".join(itertools.islice(pieces, N_WRITTEN))
    pieces.close()
    return engine, text, windows


def test_no_window_is_longer_than_the_context_and_all_begin_with_the_prompt(written):
    engine, _, windows = written
    prompt = engine._layout.prompt(REQUEST.style_lines, REQUEST.headers)
    assert len(windows) > 3
    for window in windows:
        assert window.patches[: len(prompt)] == prompt
        assert len(prompt) < window.length < CONTEXT
    for window in windows[:-1]:  # the last one may have been begun just now
        assert window.length > CONTEXT // 2


def test_markers_go_on_through_all_windows(written):
    engine, _, windows = written
    n_measures = 2000 + N_WRITTEN // len(engine._layout.measure(MEASURE, 0, 10))
    for window in windows:
        fed = "".join(map(engine._bundle.tokenizer.decode, window.patches))
        found = [(int(i), int(n)) for i, n in re.findall(r"\[r:(\d+)/(\d+)\]", fed)]
        assert {i + n for i, n in found} == {n_measures - 1}
        indices = [i for i, _ in found]
        assert indices == list(range(indices[0], indices[0] + len(indices)))


def test_the_windows_together_hold_all_that_was_written(written):
    engine, text, windows = written
    last = "".join(map(engine._bundle.tokenizer.decode, windows[0].patches[-30:]))
    assert "[r:" in last
    measures = text.split("|\n")
    assert len(measures) > 20
    fed = [re.sub(r"\[r:\d+/\d+\]", "", decoded(engine, window)) for window in windows]
    for measure in measures[: 3 * len(measures) // 4]:
        assert any(measure in window for window in fed)


def decoded(engine: LilyNotaEngine, window: Window) -> str:
    return "".join(map(engine._bundle.tokenizer.decode, window.patches))
