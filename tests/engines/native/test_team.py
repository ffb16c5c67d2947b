"""Helpers: woken where they sleep, gone after a while, and never missed."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from lilydesk.engines import read_bundle
from lilydesk.engines.native import open_native
from tests.support import ROOT

ROWS = np.random.default_rng(1).integers(3, 250, (1, 20, 16))


@pytest.fixture(scope="module")
def patch_graph():
    graphs = open_native(read_bundle(ROOT / "resources/default-bundle"))
    if graphs is None:
        pytest.skip("no instructions for compiled decoders on this processor")
    return graphs.patch


def helpers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "native"]


def test_a_team_finds_the_same_whether_its_helpers_are_awake_asleep_or_gone(patch_graph):
    from lilydesk.engines.native.decoder import NativeDecoder, NativeGraph

    packed = patch_graph.decoder._packed
    alone = NativeGraph(NativeDecoder(packed, "", 1)).run(ROWS)
    team = NativeGraph(NativeDecoder(packed, "", 3))
    for _ in range(200):  # close together: they are awake, or just falling asleep
        team.reset()
        np.testing.assert_array_equal(team.run(ROWS), alone)
    assert len(helpers()) == 2
    for thread in helpers():
        thread.join()  # they end when nobody has called for a while
    team.reset()
    np.testing.assert_array_equal(team.run(ROWS), alone)
    assert len(helpers()) == 2
    for thread in helpers():
        thread.join()
