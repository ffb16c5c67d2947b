"""What may come, found at once, is what one test for each token finds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lilydesk.engines import Constraints, GenerationRequest, GivenMeasure, Sampling, open_engine
from lilydesk.engines import lilynota as family
from lilydesk.engines.guide import MeasureGuide
from lilydesk.engines.measure_plan import MeasurePlan
from tests.engines import noise
from tests.support import ROOT, TINY_BUNDLE

PIANO = (
    '\\staff "1" \\key g \\major \\time 3/4 \\clef "treble" '
    "d'4( \\tuplet 3/2 { g,8[ a fs'] } <b d>4)\\f \\\\\n"
    '\\staff "2" \\clef "bass" <g, b d>2\\< a4\\! |\n'
)  # fmt: skip
NARROW = Constraints(((57, 72), (40, 60)), key_only=True, max_polyphony=2)
FREE = GenerationRequest(2, ("%Romantic",), staves=(2,), seed=1)
REQUESTS = {
    "free": FREE,
    "piano": replace(FREE, measures_text=(PIANO,), time_text="\\time 6/8"),
    "limits": replace(FREE, measures_text=(PIANO,), constraints=NARROW),
    "solo": replace(FREE, constraints=Constraints(max_polyphony=1), time_text="\\time 5/8"),
    "rhythm": replace(FREE, n_new_measures=1, given=(GivenMeasure(PIANO, keeps="rhythm"),)),
    "pitches": replace(FREE, n_new_measures=1, given=(GivenMeasure(PIANO, keeps="pitches"),)),
    "begun": replace(FREE, partial_text='\\key c \\major \\time 3/4 c4\\markup "Nich nell'),
    "begun, not followed": replace(FREE, partial_text="\\key c \\major \\time 3/4 c256 \\tuplet"),
}


class ComparingGuide(MeasureGuide):
    """Asks in both ways before each token."""

    n_asked = n_compared = 0

    def accept(self, token: int) -> None:
        """Compare first."""
        allowed = self.allowed()
        assert self.only_token is None or allowed[self.only_token]
        taken = [t for t in range(len(allowed)) if self.takes(t)]
        one_by_one = [t for t in np.flatnonzero(allowed).tolist() if self.accepts(t)]
        assert sorted(self.accepted_of(self.sorted_allowed())) == one_by_one == taken
        ComparingGuide.n_asked += 1
        ComparingGuide.n_compared += len(one_by_one) < allowed.sum()
        super().accept(token)


@pytest.fixture
def compared(monkeypatch):
    monkeypatch.setattr(family, "MeasureGuide", ComparingGuide)
    monkeypatch.setattr(noise, "MeasureGuide", ComparingGuide)
    monkeypatch.setattr(ComparingGuide, "n_compared", 0)
    return ComparingGuide


@pytest.mark.parametrize("kind", REQUESTS)
def test_random_weights_are_answered_alike(kind, compared):
    request = replace(REQUESTS[kind], sampling=Sampling(1.2))
    "".join(open_engine(TINY_BUNDLE).generate(request, lambda: False))
    assert compared.n_compared > 10


@pytest.mark.parametrize("kind", ["free", "piano", "limits", "pitches"])
def test_the_default_bundle_is_answered_alike(kind, compared):
    engine = open_engine(ROOT / "resources" / "default-bundle")
    "".join(engine.generate(replace(REQUESTS[kind], n_new_measures=4), lambda: False))
    assert compared.n_compared > 50


@pytest.mark.parametrize("seed", range(6))
def test_noise_is_answered_alike(seed, compared):
    time = ("\\time 4/4", "\\time 3/8", "\\time 5/4", "\\time 9/8", "\\time 1/16")[seed % 5]
    constraints = (Constraints(), NARROW)[seed % 2]
    plan = MeasurePlan("[r:0/0]", "\\key d \\minor", time, (1, 2), constraints=constraints)
    noise.write_noise(plan, seed)
    assert compared.n_compared > 10
