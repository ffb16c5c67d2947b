"""Text or ids in, text or ids out: tokenizer, patches, sampling, cache, session, bundle.

Knows tokens, arrays, onnxruntime. Must not know: notation, Qt, where a bundle came from, that a
user exists.
"""

from lilydesk.engines.bundle import read_bundle
from lilydesk.engines.constraints import Constraints, GivenMeasure
from lilydesk.engines.engine import (
    Cancelled,
    Engine,
    GenerationRequest,
    Provenance,
    Score,
    ScoringEngine,
)
from lilydesk.engines.lilynota import open_engine
from lilydesk.engines.sampling import Sampling, draw_token

__all__ = [
    "Cancelled", "Constraints", "Engine", "GenerationRequest", "GivenMeasure", "Provenance",
    "Sampling", "Score", "ScoringEngine", "draw_token", "open_engine", "read_bundle",
]  # fmt: skip
