from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from lilydesk.app.collector import Collector


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


def test_at_the_end_python_collects_again(qapp: object) -> None:
    collector = Collector()
    collector.shutdown()  # never started: nothing to take back
    collector.start()
    collector.shutdown()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
