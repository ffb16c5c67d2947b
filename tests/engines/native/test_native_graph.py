"""Compiled decoders answer as onnxruntime does, row by row, alone or with others."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import numpy as np
import pytest

from lilydesk.engines import GenerationRequest, Sampling, read_bundle
from lilydesk.engines.lilynota import LilyNotaEngine
from lilydesk.engines.native import open_native
from lilydesk.engines.native.decoder import NativeDecoder, NativeGraph
from lilydesk.engines.session import Graphs, open_graphs, open_onnx_graphs
from lilydesk.errors import BundleError
from tests.support import ROOT, TINY_BUNDLE

DEFAULT = ROOT / "resources/default-bundle"
PUBLISHED = ROOT / "tests/fixtures/tiny_published_bundle"  # by benchmarks/published_bundle.py
LEVELS = ("patch", "token")
RANDOM = np.random.default_rng(1)
IDS = RANDOM.integers(3, 250, (1, 12, 16))
PREFIX = ('\\staff "1" \\key c \\major \\time 2/4 c\'4 d \\\\\n\\staff "2" c2 |\n',)


@pytest.fixture(
    scope="module", params=[TINY_BUNDLE, DEFAULT, PUBLISHED], ids=["tiny", "default", "published"]
)
def bundle(request):
    return read_bundle(request.param)


@pytest.fixture(scope="module")
def opened(bundle) -> Graphs:
    graphs = open_native(bundle)
    if graphs is None:
        pytest.skip("no instructions for compiled decoders on this processor")
    return graphs


@pytest.fixture(params=LEVELS)
def level(request) -> str:
    return request.param


@pytest.fixture
def graph(opened, level):
    graph = getattr(opened, level)
    graph.reset()
    return graph


@pytest.fixture
def rows(bundle, level):
    return IDS if level == "patch" else bundle.embedding[IDS[0, :, 0]][None]


def one_by_one(graph, rows):
    return np.concatenate([graph.run(rows[:, i : i + 1]) for i in range(rows.shape[1])], axis=1)


class RowByRow:
    """An onnxruntime graph fed singly: the rows of one call would share a step of quantisation."""

    def __init__(self, graph):
        self._graph = graph

    def __getattr__(self, name):
        return getattr(self._graph, name)

    def fork(self, length):
        return RowByRow(self._graph.fork(length))

    def run(self, rows):
        return one_by_one(self._graph, rows)


def test_outputs_differ_from_onnxruntime_by_rounding_only(bundle, level, graph, rows):
    theirs = one_by_one(getattr(open_onnx_graphs(bundle), level), rows)
    ours = one_by_one(graph, rows)
    assert np.sqrt(np.mean((ours - theirs) ** 2)) <= 0.02 * theirs.std()


def test_the_likeliest_text_is_the_same(bundle, opened):
    request = GenerationRequest(
        2, measures_text=PREFIX, time_text="\\time 2/4", sampling=Sampling(top_k=1), seed=1
    )
    reference = open_onnx_graphs(bundle)
    texts = [
        "".join(LilyNotaEngine(bundle, graphs).generate(request, lambda: False))
        for graphs in (opened, Graphs(RowByRow(reference.patch), RowByRow(reference.token)))
    ]
    assert texts[0] == texts[1]


def test_many_rows_in_a_call_are_the_same_rows_singly(graph, rows):
    singly = one_by_one(graph, rows)
    graph.reset()
    parts = [graph.run(rows[:, begin:end]) for begin, end in ((0, 5), (5, 7), (7, 12))]
    np.testing.assert_array_equal(np.concatenate(parts, axis=1), singly)


def test_more_rows_than_fit_into_a_pass_or_the_first_cache(bundle, opened, level, graph, rows):
    many = np.tile(rows, (1, 15, 1))
    whole = graph.run(many)
    assert graph.length == 180
    graph.reset()
    graph.run(many[:, :150])
    np.testing.assert_array_equal(graph.run(many[:, 150:]), whole[:, 150:])


def test_forks_fed_together_are_the_same_as_alone(graph, rows):
    graph.run(rows[:, :3])
    forks = [graph.fork(3), graph.fork(2), graph.fork(0)]
    parts = [rows[:, 3:4], rows[:, 5:9], rows[:, 9:]]
    alone = [graph.fork(f.length).run(part) for f, part in zip(forks, parts, strict=True)]
    for ours, theirs in zip(graph.run_many(forks, parts), alone, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert [fork.length for fork in forks] == [4, 6, 3]


def test_a_truncated_cache_is_what_it_was(graph, rows):
    graph.run(rows[:, :5])
    before = graph.run(rows[:, 5:6])
    graph.run(rows[:, 6:])
    graph.truncate(5)
    assert graph.length == 5
    np.testing.assert_array_equal(graph.run(rows[:, 5:6]), before)


def test_two_threads_compute_what_one_does(graph, rows, monkeypatch):
    alone = one_by_one(graph, rows)
    monkeypatch.setattr("lilydesk.engines.native.decoder._WORTH_SHARING", 0)
    team = NativeGraph(NativeDecoder(graph.decoder._packed, "", 2))
    np.testing.assert_array_equal(one_by_one(team, rows), alone)
    team.reset()
    np.testing.assert_array_equal(team.run(np.tile(rows, (1, 2, 1)))[:, :12], alone)


def test_ids_that_the_model_does_not_know_are_refused(opened):
    with pytest.raises(BundleError, match="failed while it was writing"):
        opened.patch.run(np.full((1, 1, 16), 256))


def test_rows_of_another_width_are_refused(opened):
    with pytest.raises(BundleError, match="failed while it was writing"):
        opened.token.run(np.zeros((1, 1, 7), np.float32))


def test_a_float_bundle_stays_with_onnxruntime(tmp_path: Path):
    bundle = read_bundle(ROOT / "tests/fixtures/tiny_float_bundle")
    assert open_native(bundle) is None
    assert open_graphs(bundle).patch.run(IDS).shape == (1, 12, bundle.geometry.hidden)


def test_forks_of_a_long_prefix_go_their_own_ways(graph, rows):
    many = np.tile(rows, (1, 12, 1))  # 144: two whole pages of the cache and a part
    graph.run(many)
    forks = [graph.fork(length) for length in (144, 144, 128, 70)]
    parts = [many[:, i : i + 3] for i in range(4)]
    ours = graph.run_many(forks, parts)
    graph.truncate(100)
    graph.run(many[:, 60:])  # writes over what it shared
    more = graph.run_many(forks, parts[::-1])
    for number, length in enumerate((144, 144, 128, 70)):
        graph.reset()
        graph.run(many[:, :length])
        np.testing.assert_array_equal(ours[number], graph.run(parts[number]))
        np.testing.assert_array_equal(more[number], graph.run(parts[3 - number]))


def test_a_model_that_is_put_away_leaves_its_memory_at_once():
    opened = open_native(read_bundle(TINY_BUNDLE))
    if opened is None:
        pytest.skip("no instructions for compiled decoders on this processor")
    one_by_one(opened.patch, IDS)
    place = opened.patch.decoder.workspace()  # which knows the weights
    opened.patch.decoder.give_back(place)
    left = weakref.ref(place)
    gc.disable()  # what refers to itself would wait for the collector
    try:
        del opened, place
        assert left() is None
    finally:
        gc.enable()
