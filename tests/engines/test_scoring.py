"""Bits per token, compared with the plain definition."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lilydesk.engines import GenerationRequest, Score, open_engine, read_bundle
from lilydesk.engines.lilynota import LilyNotaEngine
from lilydesk.engines.patches import PatchLayout
from lilydesk.engines.session import open_graphs
from lilydesk.engines.tokenizer import EOS, PAD
from tests.support import TINY_BUNDLE

PIECE = (
    "%Romantic\n%Keyboard\n\n"
    '\\staff "1" \\key c \\major \\time 2/4 c\'4 d \\\\\n\\staff "2" \\clef "bass" c2 | %1\n\n'
    '\\staff "1" \\key c \\major \\time 2/4 e8[ d] c4 \\\\\n\\staff "2" <c e g>4 r | %2\n'
)


def test_score_equals_the_definition_token_by_token():
    bundle = read_bundle(TINY_BUNDLE)
    graphs = open_graphs(bundle)
    patches = PatchLayout(bundle.tokenizer).piece(PIECE)
    bits = tokens = 0
    states = graphs.patch.run(np.array(patches, dtype=np.int64)[None])[0]
    for state, patch in zip(states[:-1], patches[1:], strict=True):
        known = np.concatenate([state[None], bundle.embedding[list(patch[:-1])]])
        graphs.token.reset()
        logits = graphs.token.run(known[None])[0].astype(np.float64)
        for slot, token in enumerate(patch):
            if token != PAD:
                probabilities = np.exp(logits[slot]) / np.exp(logits[slot]).sum()
                bits -= np.log2(probabilities[token])
                tokens += 1
    score = open_engine(TINY_BUNDLE).score_text(PIECE)
    assert score.bits == pytest.approx(bits, rel=1e-5)
    assert (score.tokens, score.patches) == (tokens, len(patches) - 1)


def test_long_pieces_count_every_patch_once():
    bundle = read_bundle(TINY_BUNDLE)
    measure = "\\key c \\major \\time 2/4 c4 d8[ e] |\n\n"
    text = "%Romantic\n\n" + measure * 40
    narrow = replace(bundle, geometry=replace(bundle.geometry, context=20))
    whole = LilyNotaEngine(bundle, open_graphs(bundle)).score_text(text)
    cut = LilyNotaEngine(narrow, open_graphs(narrow)).score_text(text)
    n_patches = len(PatchLayout(bundle.tokenizer).piece(text)) - 1
    assert (cut.tokens, cut.patches) == (whole.tokens, whole.patches)
    assert whole.patches == n_patches


def test_a_measure_longer_than_the_context_counts_too():
    bundle = read_bundle(TINY_BUNDLE)
    narrow = replace(bundle, geometry=replace(bundle.geometry, context=8))
    text = "\\key c \\major \\time 2/4 " + "c16 d " * 120 + "|\n"
    score = LilyNotaEngine(narrow, open_graphs(narrow)).score_text(text)
    assert score.patches == len(PatchLayout(bundle.tokenizer).piece(text)) - 1


def test_an_empty_text_has_a_score():
    score = open_engine(TINY_BUNDLE).score_text("")
    assert score.patches == 1  # the end of the piece
    assert score.tokens == 16
    assert EOS in PatchLayout(read_bundle(TINY_BUNDLE).tokenizer).piece("")[-1]


def test_scores_add_up():
    total = Score(10.0, 5, 1) + Score(2.0, 1, 1)
    assert (total.bits, total.tokens, total.patches) == (12.0, 6, 2)
    assert total.bits_per_token == 2.0
    assert Score(0.0, 0, 0).bits_per_token == 0.0


MEASURES = [
    "\\key c \\major \\time 2/4 c'4 d |\n",
    "\\key c \\major \\time 2/4 e8[ d] c4 |\n",
    "\\key c \\major \\time 2/4 g'4 g, |\n",
    "\\key c \\major \\time 2/4 c2 |\n",
]


def test_what_follows_is_scored_as_in_the_whole_piece():
    engine = open_engine(TINY_BUNDLE)
    text = "%Romantic\n\n" + "".join(MEASURES)
    shorter = "%Romantic\n\n" + "".join(MEASURES[:3])
    request = GenerationRequest(2, ("%Romantic",), (), tuple(MEASURES[:1]), n_following=1)
    score = engine.score_following(request, MEASURES[1:3], MEASURES[3:])
    layout = PatchLayout(read_bundle(TINY_BUNDLE).tokenizer)
    assert score.patches == len(layout.measure(MEASURES[3], 3, 4))
    whole = engine.score_text(text)
    assert 0 < score.bits < whole.bits
    assert whole.tokens > engine.score_text(shorter).tokens


def test_a_narrow_context_forgets_the_beginning_and_still_scores_what_follows():
    bundle = read_bundle(TINY_BUNDLE)
    narrow = replace(bundle, geometry=replace(bundle.geometry, context=12))
    engine = LilyNotaEngine(narrow, open_graphs(narrow))
    request = GenerationRequest(1, (), (), tuple(MEASURES[:2] * 20), n_following=2)
    score = engine.score_following(request, MEASURES[:1], MEASURES[2:])
    assert score.tokens > 0
    assert np.isfinite(score.bits)


def test_nothing_that_follows_has_no_score():
    request = GenerationRequest(1, (), (), tuple(MEASURES[:2]))
    assert open_engine(TINY_BUNDLE).score_following(request, MEASURES[2:], ()) == Score(0.0, 0, 0)
