"""Several takes side by side are those written alone; no prefix is fed twice."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from lilydesk.engines import GenerationRequest, Sampling, read_bundle
from lilydesk.engines.asking import Ask, answered, write_alone
from lilydesk.engines.drafting import DraftTables, Wish
from lilydesk.engines.drivers import write_side_by_side
from lilydesk.engines.lilynota import LilyNotaEngine
from lilydesk.engines.patch_memory import CALL_SIZE
from lilydesk.engines.session import Graphs, open_graphs
from tests.engines.scripted_graph import BatchingScript, ScriptedGraph, patch
from tests.support import TINY_BUNDLE

MEASURES = (
    '\\staff "1" \\key g \\major \\time 2/4 d\'4 g,8[ a] \\\\\n\\staff "2" <g b d>2 |\n',
    '\\staff "1" \\key g \\major \\time 2/4 d\'4 g, \\\\\n\\staff "2" b2 |\n',
)
REQUEST = GenerationRequest(
    2, ("%Romantic",), measures_text=MEASURES * 2, time_text="\\time 2/4", seed=1
)
TAKES = [replace(REQUEST, seed=seed) for seed in (1, 2, 3)]


class CountingGraph:
    """Passes everything on and counts the rows; forks count on the same list."""

    def __init__(self, graph, counts: list[int] | None = None) -> None:
        self.graph = graph
        self.counts = [] if counts is None else counts

    def __getattr__(self, name):
        return getattr(self.graph, name)

    def fork(self, length):
        return CountingGraph(self.graph.fork(length), self.counts)

    def run(self, rows):
        self.counts.append(rows.shape[1])
        return self.graph.run(rows)


def counting_engine() -> tuple[LilyNotaEngine, list[int]]:
    bundle = read_bundle(TINY_BUNDLE)
    graphs = open_graphs(bundle)
    patches = CountingGraph(graphs.patch)
    return LilyNotaEngine(bundle, Graphs(patches, graphs.token)), patches.counts


def write(engine: LilyNotaEngine, request: GenerationRequest) -> str:
    return "".join(engine.generate(request, lambda: False))


def fresh(request: GenerationRequest) -> str:
    """What an engine writes that has seen nothing before."""
    return write(counting_engine()[0], request)


# -- prefixes


def test_an_unchanged_prefix_is_not_fed_again():
    engine, counts = counting_engine()
    text = write(engine, REQUEST)
    _, *written = counts
    counts.clear()
    assert write(engine, REQUEST) == text
    assert counts == written  # no prefix


def test_another_seed_on_the_same_prefix_writes_what_it_would_have_written_alone():
    engine, counts = counting_engine()
    write(engine, TAKES[0])
    counts.clear()
    other, all_counts = counting_engine()
    assert write(engine, TAKES[1]) == write(other, TAKES[1])
    assert counts == all_counts[1:]


def test_another_length_has_other_markers_and_so_another_prefix():
    longer = replace(REQUEST, n_new_measures=3)
    engine, counts = counting_engine()
    write(engine, REQUEST)
    counts.clear()
    assert write(engine, longer) == fresh(longer)
    assert counts[0] > 1


def test_a_score_in_between_does_no_harm():
    engine, _ = counting_engine()
    text = write(engine, REQUEST)
    engine.score_text("".join(MEASURES))
    assert write(engine, REQUEST) == text


def test_candidates_are_judged_without_feeding_their_prefix_again():
    engine, counts = counting_engine()
    request = replace(REQUEST, n_following=1, measures_text=MEASURES * 40)
    others = counting_engine()[0]
    for candidate in (MEASURES[:1], MEASURES[1:]):
        counts.clear()
        score = engine.score_following(request, candidate, MEASURES[:1])
        assert score == others.score_following(request, candidate, MEASURES[:1])
        others.score_text("")
    n_prefix = sum(len(engine._layout.measure(m, 0, 90)) for m in request.measures_text)
    assert sum(counts) < CALL_SIZE + 20 < n_prefix


# -- takes


def test_takes_are_those_that_would_have_been_written_alone():
    engine, counts = counting_engine()
    texts = ["", "", ""]
    for number, piece in engine.generate_takes(TAKES, lambda: False):
        texts[number] += piece
    assert texts == [fresh(request) for request in TAKES]
    n_prefix = counts[0]
    assert sum(count >= n_prefix for count in counts) == 1


def test_takes_stop_when_they_are_cancelled():
    engine, _ = counting_engine()
    asked = itertools.count()
    pieces = list(engine.generate_takes(TAKES, lambda: next(asked) >= 10))
    assert 0 < len(pieces) <= 10


def test_no_takes_are_no_takes():
    engine, _ = counting_engine()
    assert list(engine.generate_takes([], lambda: False)) == []


# -- the driver, on scripts


ONE_TOKEN = DraftTables(np.zeros((1, 1), np.float32), np.ones(1, bool), np.ones(1, bool))


def asker(graph: ScriptedGraph, numbers: list[int], is_patch_level: bool = False):
    """Ask for each number and tell the answer."""
    wish = None if is_patch_level else Wish(ONE_TOKEN, Sampling(), np.zeros(1))
    for number in numbers:
        answer = yield Ask(graph, np.array([[patch(number)]]), wish)
        yield str(int((answer if is_patch_level else answer.logits).item()))


def write_together(works):
    """Several takes driven by one thread."""
    return write_side_by_side(works[0], iter(works[1:]), 1)


def test_questions_of_several_takes_are_answered_together():
    graph = BatchingScript()
    works = [asker(graph.fork(0), [10 * take + i for i in range(3)]) for take in range(4)]
    given = list(write_together(works))
    assert graph.batches == [4, 4, 4]
    for take in range(4):
        assert [piece for n, piece in given if n == take] == [str(10 * take + i) for i in range(3)]


def test_a_decoder_that_cannot_is_asked_one_by_one():
    graph = ScriptedGraph()
    works = [asker(graph.fork(0), [1, 2]) for _ in range(2)]
    assert len(list(write_together(works))) == 4


def test_the_level_that_more_takes_wait_for_comes_first():
    graph = BatchingScript()
    works = [asker(graph.fork(0), [1]), *(asker(graph.fork(0), [2], True) for _ in range(2))]
    given = [n for n, _ in write_together(works)]
    assert given == [1, 2, 0]


def test_takes_of_different_length_come_to_their_ends():
    graph = BatchingScript()
    works = [asker(graph.fork(0), [1] * n) for n in (3, 1, 0)]
    assert [n for n, _ in write_together(works)] == [0, 1, 0, 0]
    assert graph.batches == [2]


def test_who_stops_listening_closes_the_work():
    closed = []

    def work(graph):
        try:
            yield from asker(graph, [1, 2])
        finally:
            closed.append(graph)

    graph = ScriptedGraph()
    pieces = write_alone(work(graph))
    next(pieces)
    pieces.close()
    assert closed == [graph]


def test_a_fault_of_a_decoder_closes_all_takes():
    class Failing(ScriptedGraph):
        def run(self, rows):
            raise MemoryError

    closed = []

    def work():
        try:
            yield from asker(Failing(), [1])
        finally:
            closed.append(True)

    with pytest.raises(MemoryError):
        list(write_together([work(), work()]))
    assert closed == [True, True]


def test_a_coroutine_can_be_answered_on_the_spot():
    def asking():
        answer = yield Ask(ScriptedGraph(), np.array([[patch(7)]]))
        return answer.item() + 1

    assert answered(asking()) == 8
