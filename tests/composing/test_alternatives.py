"""Several alternatives at once: each is what composing writes alone with its seed."""

from __future__ import annotations

import pytest

from lilydesk.composing import ComposeRequest, compose
from lilydesk.composing.alternatives import USUAL_BITS, compose_alternatives
from lilydesk.engines import open_engine
from lilydesk.lilylet.edits import apply_edits
from tests.composing.fake_engine import FakeEngine
from tests.support import TINY_BUNDLE

MELODY = "\\key g \\minor \\time 3/4 g'4 bf8[ a] g4 | %1\n"


@pytest.mark.parametrize("prefix", ["", MELODY, MELODY + "\n\\key g \\minor d'4 c"])
def test_each_take_is_what_its_seed_gives_alone(prefix):
    engine = open_engine(TINY_BUNDLE)
    request = ComposeRequest(1, prefix_text=prefix, key="g minor", time="3/4", seed=5)
    takes = list(compose_alternatives(engine, request, 2, lambda: False))
    assert [take.seed for take in takes] == [5, 6]
    alone = prefix + "".join(m.text for m in compose(engine, request, lambda: False))
    assert takes[0].text == alone
    assert takes[0].text != takes[1].text
    for take in takes:
        assert apply_edits(prefix, take.edits) == take.text
        assert take.bits_per_token is not None
        assert take.bits_per_token > 0


def test_progress_counts_the_measures_of_all_takes():
    told: list[tuple[int, int]] = []
    request = ComposeRequest(2, prefix_text=MELODY)
    list(compose_alternatives(FakeEngine(), request, 2, lambda: False, lambda *n: told.append(n)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_nothing_is_left_of_takes_that_never_began():
    request = ComposeRequest(2, prefix_text=MELODY)
    assert list(compose_alternatives(FakeEngine(), request, 3, lambda: True)) == []


def test_what_is_usual_follows_from_the_composers_measures_where_there_are_any():
    engine = open_engine(TINY_BUNDLE)

    def usual(prefix: str) -> float | None:
        request = ComposeRequest(1, prefix_text=prefix, key="g minor", time="3/4")
        return next(compose_alternatives(engine, request, 1, lambda: False)).usual_bits

    some, many = usual(MELODY * 3), usual(MELODY * 8)
    assert usual("") == USUAL_BITS
    assert some is not None
    assert many is not None
    assert USUAL_BITS < some < many  # a model with random weights finds all music unusual
