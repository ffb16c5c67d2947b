"""How well a model foretells a given text, in bits: teacher-forced on patches as trained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.asking import answered
from lilydesk.engines.bundle import Bundle
from lilydesk.engines.drawing import check_logits
from lilydesk.engines.engine import GenerationRequest, Score
from lilydesk.engines.patch_memory import PatchMemory, calls_of
from lilydesk.engines.patches import Patch, PatchLayout, eos_patch, split_piece
from lilydesk.engines.session import Graph, Graphs
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


def score_following(
    bundle: Bundle,
    graphs: Graphs,
    request: GenerationRequest,
    measures: Sequence[str],
    following: Sequence[str],
) -> Score:
    """Bits of the measures `following`, given the request's prefix and then `measures`.

    Only whole measures count: those that a window of the context cannot hold with them are left
    out at the end. `request.partial_text` must be part of `measures`.
    """
    layout = PatchLayout(bundle.tokenizer, bundle.geometry.patch_size)
    known, judged = _laid_out(layout, request, measures, following)
    prompt = layout.prompt(request.style_lines, request.headers)
    room = bundle.geometry.context
    prompt = prompt[: room // 4]
    while len(judged) > 1 and len(prompt) + sum(map(len, judged)) > room // 2:
        judged.pop()
    target = [patch for measure in judged for patch in measure][: room // 2]
    before = [patch for measure in known for patch in measure]
    n_kept = _n_kept(list(map(len, known)), room - len(prompt) - len(target))
    window = prompt + before[len(before) - n_kept :] + target
    score = Score(0.0, 0, 0)
    if not target:
        return score
    states = _states_before(graphs.patch, window[: -len(target)], target)
    for state, patch in zip(states, target, strict=True):
        score += _score_patch(bundle, graphs.token, state, patch)
    return score


def _states_before(
    graph: Graph, known: Sequence[Patch], target: Sequence[Patch]
) -> NDArray[np.float32]:
    """The state before each patch of `target`, (n, hidden); what was fed before is not fed again.

    So candidates for the same measures share the prefix, with each other and with their writing.
    """
    memory = graph if isinstance(graph, PatchMemory) else PatchMemory(graph)
    calls = calls_of(known)
    for call in calls[memory.rewind(calls) :]:
        answered(memory.feed(call))
    states = [memory.state[0]]
    if len(target) > 1:
        states.append(memory.run(np.array(target[:-1], dtype=np.int64)[None])[0])
    return np.concatenate(states)


def _laid_out(
    layout: PatchLayout,
    request: GenerationRequest,
    measures: Sequence[str],
    following: Sequence[str],
) -> tuple[list[list[Patch]], list[list[Patch]]]:
    """Patches of each measure that is known, and of each that is to be judged."""
    texts = [*request.measures_text, *measures, *following]
    laid = [layout.measure(text, i, request.n_measures) for i, text in enumerate(texts)]
    n_known = len(texts) - len(following)
    return laid[:n_known], laid[n_known:]


def _n_kept(lengths: list[int], room: int) -> int:
    """Patches of the last measures that fit into `room`; of a measure too long, its end."""
    kept = 0
    for length in reversed(lengths):
        if kept + length > room:
            return kept or room
        kept += length
    return kept


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
