"""`lilydesk eval`: how well a model foretells pieces, as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lilydesk.app.bundles import find_bundle
from lilydesk.app.files import open_text_file
from lilydesk.engines import Score, open_engine
from lilydesk.lilylet import Severity, parse_document, write_document


def evaluate_files(model: str, paths: Sequence[Path]) -> int:
    """Print bits per token, tokens and patches of all files together, and of each."""
    texts = [canonical_text(open_text_file(path).text) for path in paths]
    engine = open_engine(find_bundle(model))
    scores = [engine.score_text(text) for text in texts]
    files = [{"file": str(path), **table(score)} for path, score in zip(paths, scores, strict=True)]
    total = sum(scores, Score(0.0, 0, 0))
    print(json.dumps({"model": model, **table(total), "files": files}, indent=2))
    return 0


def canonical_text(text: str) -> str:
    """Return the text in the form that models read; one with mistakes is measured as it stands."""
    parsed = parse_document(text)
    if any(problem.severity is Severity.ERROR for problem in parsed.diagnostics):
        return text
    return write_document(parsed.document)


def table(score: Score) -> dict[str, Any]:
    """Return a score in the words of the JSON; bits of all tokens over the number of tokens."""
    return {
        "bits_per_token": score.bits_per_token,
        "bits": score.bits,
        "tokens": score.tokens,
        "patches": score.patches,
    }
