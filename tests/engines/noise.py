"""A model that knows nothing at all, for what the guide must hold against anybody."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lilydesk.engines.guide import MeasureGuide
from lilydesk.engines.measure_plan import MeasurePlan
from lilydesk.engines.rejection import accepted_or_drawn
from lilydesk.engines.sampling import Sampling
from lilydesk.engines.tokenizer import Tokenizer
from lilydesk.engines.vocabulary import Vocabulary
from lilydesk.lilylet import Severity, parse_document

WORDS = Vocabulary(Tokenizer.standard(), 256)


def write_noise(plan: MeasurePlan, seed: int) -> str:
    """A measure by a model that knows nothing at all."""
    rng = np.random.default_rng(seed)
    guide = MeasureGuide(WORDS, replace(plan, constrains_time=True))
    tokens = []
    while not guide.is_complete:
        if guide.is_segment_closed:
            guide.begin_segment()
        allowed = guide.allowed()
        if allowed.sum() == 1:
            tokens.append(int(np.flatnonzero(allowed)[0]))
        else:
            logits = 2 * rng.standard_normal(256)
            drafted = int(rng.integers(256))
            tokens.append(accepted_or_drawn(drafted, logits, guide, Sampling(top_p=1), rng))
        guide.accept(tokens[-1])
    return "".join(WORDS.texts[token] for token in tokens)


def assert_full_music(text: str, n_measures: int) -> None:
    parsed = parse_document(text)
    faults = [d for d in parsed.diagnostics if d.severity is not Severity.HINT]
    assert not faults
    assert len(parsed.document.measures) == n_measures
    for measure in parsed.document.measures:
        for part in measure.parts:
            assert {voice.length for voice in part.voices} == {measure.expected}
