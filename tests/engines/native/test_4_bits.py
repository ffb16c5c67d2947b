"""Weights of 4 bits: asked for, near to those of 8, and a row the same in any company."""

from __future__ import annotations

import numpy as np
import pytest

from lilydesk.engines import GenerationRequest, open_engine, read_bundle
from lilydesk.engines.native import open_native
from lilydesk.engines.native.columns import BLOCK, GROUP
from lilydesk.engines.native.packing import pack_4_bits
from tests.support import ROOT

DEFAULT = ROOT / "resources/default-bundle"
IDS = np.random.default_rng(1).integers(3, 250, (1, 12, 16))


@pytest.fixture(scope="module")
def opened():
    bundle = read_bundle(DEFAULT)
    both = [open_native(bundle, weights=weights) for weights in ("int8", "int4")]
    if None in both:
        pytest.skip("no instructions for compiled decoders on this processor")
    from lilydesk.engines.native.intrinsics_4_bits import HAS_4_BITS

    if not HAS_4_BITS:
        pytest.skip("no instructions for 4 bits on this processor")
    return both


def test_they_are_near_to_those_of_8_bits(opened):
    eight, four = (graphs.patch.run(IDS) for graphs in opened)
    error = np.sqrt(np.mean((eight - four) ** 2)) / eight.std()
    assert 0.001 < error < 0.3


def test_a_row_is_the_same_in_any_company(opened):
    graph = opened[1].patch
    graph.reset()
    singly = np.concatenate([graph.run(IDS[:, i : i + 1]) for i in range(12)], axis=1)
    graph.reset()
    np.testing.assert_array_equal(graph.run(IDS), singly)


def test_a_group_keeps_its_farthest_number_and_the_rest_to_half_a_step():
    weight = np.random.default_rng(2).integers(-127, 128, (2 * GROUP, BLOCK)).astype(np.int8)
    packed = pack_4_bits(weight, np.ones(BLOCK, np.float32))[0].view(np.uint8)
    for index, part in enumerate(packed):
        both = part[: GROUP * BLOCK // 2].reshape(GROUP // 8, BLOCK, 4)
        numbers = np.stack([both & 15, both >> 4], axis=1)  # pairs, halves, outputs, inputs
        numbers = numbers.transpose(0, 1, 3, 2).reshape(GROUP, BLOCK).astype(int) - 8
        steps = part[GROUP * BLOCK // 2 :].view(np.float16).astype(float)
        whole = weight[index * GROUP : (index + 1) * GROUP].astype(int)
        errors = np.abs(numbers * steps - whole)
        farthest = np.abs(whole) == np.abs(whole).max(axis=0)
        assert (errors.min(axis=0, where=farthest, initial=99) <= 0.1).all()
        assert (errors <= np.abs(steps) + 0.1).all()


def test_an_engine_with_4_bits_writes_full_measures():
    engine = open_engine(DEFAULT, weights="int4")
    request = GenerationRequest(2, time_text="\\time 2/4", seed=1)
    assert "".join(engine.generate(request, lambda: False)).count("|\n") == 2
