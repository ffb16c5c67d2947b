from __future__ import annotations

import gc
import sys
import threading
import weakref
from collections.abc import Iterator

import pytest

from lilydesk.app.collector import Collector, _n_new


class Ring:
    """Holds itself."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def collector(qapp: object) -> Iterator[Collector]:
    found = Collector()
    found.start()
    yield found
    found.shutdown()


def test_what_is_new_is_collected(collector: Collector) -> None:
    ring = weakref.ref(Ring())
    assert not gc.isenabled()
    assert ring() is not None
    collector.on_tick()
    assert ring() is None


def test_much_at_once_is_put_aside_unseen(collector: Collector) -> None:
    ring = weakref.ref(Ring())
    much = [[number] for number in range(30_000)]
    collector.on_tick()
    collector.on_tick()
    assert ring() is not None
    assert len(gc.get_objects(generation=0)) < len(much)


def test_tuples_that_another_thread_is_making_stay_whole(collector: Collector) -> None:
    # Python cannot lengthen a tuple that somebody else holds as well.
    faults: list[SystemError] = []

    def make() -> None:
        try:
            for _ in range(40):
                tuple([number] for number in range(20_000))
        except SystemError as error:
            faults.append(error)

    before_s = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    thread = threading.Thread(target=make)
    thread.start()
    while thread.is_alive():
        _n_new()
    sys.setswitchinterval(before_s)
    assert faults == []


def test_at_the_end_python_collects_again(qapp: object) -> None:
    collector = Collector()
    collector.shutdown()  # never started: nothing to take back
    collector.start()
    collector.shutdown()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
