"""How well a model foretells a given text, in bits: teacher-forced on patches as trained."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.bundle import Bundle
from lilydesk.engines.engine import Score
from lilydesk.engines.patches import Patch, PatchLayout, eos_patch, split_piece
from lilydesk.engines.session import Graph, Graphs
from lilydesk.engines.token_writer import check_logits
from lilydesk.engines.tokenizer import PAD


def score_text(bundle: Bundle, graphs: Graphs, text: str) -> Score:
    """Bits of all tokens but pads, eos included, each patch given those before it.

    The very first patch has nothing before it and does not count. A piece longer than the context
    is cut at measures; each window begins with the prompt again, which counts only once.
    """
    layout = PatchLayout(bundle.tokenizer, bundle.geometry.patch_size)
    score = Score(0.0, 0, 0)
    for n_known, window in _windows(layout, bundle.geometry.context, text):
        graphs.patch.reset()
        states = graphs.patch.run(np.array(window, dtype=np.int64)[None])[0]  # (L, hidden)
        for state, patch in zip(states[n_known - 1 :], window[n_known:], strict=False):
            score += _score_patch(bundle, graphs.token, state, patch)
    graphs.patch.reset()
    return score


def _windows(layout: PatchLayout, context: int, text: str) -> Iterator[tuple[int, list[Patch]]]:
    """Windows of patches, and how many at their beginning are not to be counted."""
    piece = split_piece(text)
    prompt = layout.prompt(piece.style_lines, piece.headers)[: context // 2]
    n_measures = len(piece.measures)
    measures = [layout.measure(m, i, n_measures) for i, m in enumerate(piece.measures)]
    measures.append([eos_patch(layout.patch_size)])
    n_known, window = 1, list(prompt)
    for measure in measures:
        if len(window) > len(prompt) and len(window) + len(measure) > context:
            yield n_known, window
            n_known, window = len(prompt), list(prompt)
        window += measure
        while len(window) > context:  # one measure longer than any window
            yield n_known, window[:context]
            n_known, window = len(prompt), prompt + window[context:]
    yield n_known, window


def _score_patch(bundle: Bundle, graph: Graph, state: NDArray[np.float32], patch: Patch) -> Score:
    known = bundle.embedding[list(patch[:-1])]
    graph.reset()
    logits = graph.run(np.concatenate([state[None], known])[None])[0]  # (T, vocab)
    check_logits(logits)
    wide = logits.astype(np.float64)
    wide -= wide.max(axis=1, keepdims=True)
    log_probs = wide - np.log(np.exp(wide).sum(axis=1, keepdims=True))
    counted = [(slot, token) for slot, token in enumerate(patch) if token != PAD]
    slots, tokens = zip(*counted, strict=True)
    bits = -log_probs[list(slots), list(tokens)].sum() / np.log(2)
    return Score(float(bits), len(counted), 1)
