"""A few of the samples that the benchmark draws by the thousand."""

from __future__ import annotations

import pytest

from lilydesk.engines import open_engine
from tests.benchmarks.constrained_samples import KINDS, faults_of_sample, request_of
from tests.support import ROOT


@pytest.mark.parametrize(
    ("bundle", "numbers"),
    [("tests/fixtures/tiny_bundle", range(1)), ("resources/default-bundle", range(3, 27))],
    ids=["random weights", "default"],
)
def test_samples_are_music(bundle, numbers):
    engine = open_engine(ROOT / bundle)
    requests = [request_of(number, longest=2) for number in numbers]
    assert not [faults for _, r in requests if (faults := faults_of_sample(engine, r))]


def test_every_kind_of_prompt_is_drawn():
    assert {request_of(number, 2)[0] for number in range(100)} == set(KINDS)
