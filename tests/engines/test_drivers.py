"""Takes driven in two threads: the same pieces, and no thread is left alive."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from lilydesk.engines import GenerationRequest, open_engine, read_bundle
from lilydesk.engines.drivers import drivers_for, write_side_by_side
from tests.engines.scripted_graph import ScriptedGraph
from tests.engines.test_asking import asker
from tests.support import TINY_BUNDLE

REQUESTS = [
    GenerationRequest(2, ("%Romantic",), time_text="\\time 2/4", seed=seed) for seed in range(5)
]


@pytest.fixture(autouse=True)
def no_thread_stays() -> Iterator[None]:
    yield
    assert not [thread for thread in threading.enumerate() if thread.name == "takes"]


@pytest.mark.parametrize("n_drivers", [1, 2, 3, 9])
def test_each_take_has_its_pieces_in_their_order(n_drivers):
    works = [asker(ScriptedGraph(), [10 * take + i for i in range(take)]) for take in range(5)]
    given = list(write_side_by_side(works[0], iter(works[1:]), n_drivers))
    for take in range(5):
        pieces = [piece for number, piece in given if number == take]
        assert pieces == [str(10 * take + i) for i in range(take)]


def test_takes_are_those_that_would_have_been_written_alone():
    engine = open_engine(TINY_BUNDLE)
    texts = [""] * len(REQUESTS)
    for number, piece in engine.generate_takes(REQUESTS, lambda: False):
        texts[number] += piece
    assert texts == ["".join(engine.generate(request, lambda: False)) for request in REQUESTS]


@pytest.mark.parametrize("place", [0, 1])
def test_a_fault_in_any_thread_ends_all(place):
    works: list = [asker(ScriptedGraph(), list(range(50))) for _ in range(2)]

    def late_failing():
        yield from asker(ScriptedGraph(), [1, 2])
        raise MemoryError

    works[place] = late_failing()
    with pytest.raises(MemoryError):
        list(write_side_by_side(works[0], iter(works[1:]), 2))
    assert all(work.gi_frame is None for work in works)


def test_who_stops_listening_closes_all():
    works = [asker(ScriptedGraph(), list(range(1000))) for _ in range(4)]
    pieces = write_side_by_side(works[0], iter(works[1:]), 2)
    next(pieces)
    pieces.close()
    assert all(work.gi_frame is None for work in works)


def test_takes_in_two_threads_stop_when_they_are_cancelled():
    asked = itertools.count()
    endless = [replace(request, n_new_measures=1000) for request in REQUESTS]
    pieces = list(open_engine(TINY_BUNDLE).generate_takes(endless, lambda: next(asked) >= 10))
    assert len(pieces) <= 10


def test_a_large_model_has_one_driver():
    geometry = read_bundle(TINY_BUNDLE).geometry
    assert drivers_for(replace(geometry, hidden=1024)) == 1
    assert drivers_for(geometry) in (1, 2)
