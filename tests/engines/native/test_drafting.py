"""Drafts are what single steps would have given, and a text does not depend on their length."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lilydesk.engines import GenerationRequest, Sampling, read_bundle
from lilydesk.engines.drafting import Draft, DraftTables, Wish, draft_one
from lilydesk.engines.lilynota import LilyNotaEngine
from lilydesk.engines.native import open_native
from lilydesk.engines.native.decoder import NativeDecoder, NativeGraph
from lilydesk.errors import BundleError

TINY = Path(__file__).parents[2] / "fixtures/tiny_bundle"
REQUEST = GenerationRequest(3, ("%Romantic",), time_text="\\time 3/4", seed=5)


@pytest.fixture(scope="module")
def bundle():
    return read_bundle(TINY)


@pytest.fixture
def graph(bundle):
    graphs = open_native(bundle)
    if graphs is None:
        pytest.skip("no compiled decoders on this processor")
    return graphs.token


@pytest.fixture
def tables(bundle) -> DraftTables:
    vocab = bundle.geometry.vocab
    return DraftTables(bundle.embedding, np.ones(vocab, bool), np.arange(vocab) % 16 == 7)


def wish_of(tables: DraftTables, n_tokens: int, seed: int, temperature: float = 1.0) -> Wish:
    chances = np.random.default_rng(seed).random(n_tokens)
    return Wish(tables, Sampling(temperature, 0.95), chances)


def rows_of(bundle, n_rows: int, seed: int) -> np.ndarray:
    shape = (1, n_rows, bundle.geometry.hidden)
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def stepwise(graph, rows: np.ndarray, wish: Wish) -> Draft:
    tokens, logits = [], []
    for place in range(len(wish.chances)):
        step = draft_one(graph.run(rows)[0, -1], replace(wish, chances=wish.chances[place:]))
        tokens += step.tokens
        logits.append(step.logits)
        if wish.tables.ends[tokens[-1]]:
            break
        rows = wish.tables.embedding[tokens[-1:]][None]
    return Draft(tokens, np.concatenate(logits))


def test_a_draft_is_what_single_steps_give(bundle, graph, tables):
    for seed in range(20):
        wish, rows = wish_of(tables, 12, seed), rows_of(bundle, 1 + seed % 5, seed)
        ours, theirs = graph.fork(0), graph.fork(0)
        (draft,) = ours.draft_many([ours], [rows], [wish])
        expected = stepwise(theirs, rows, wish)
        assert draft.tokens == expected.tokens
        assert np.array_equal(draft.logits, expected.logits)
        assert ours.length == theirs.length


def test_drafts_of_several_takes_are_the_same_as_alone(bundle, graph, tables):
    wishes = [wish_of(tables, n, n, 0.5 + n / 10) for n in (1, 16, 3, 9)]
    rows = [rows_of(bundle, n, n) for n in (2, 1, 6, 3)]
    graphs = [graph.fork(0) for _ in wishes]
    together = graph.draft_many(graphs, rows, wishes)
    for draft, part, wish, fed in zip(together, rows, wishes, graphs, strict=True):
        alone = graph.fork(0)
        (expected,) = alone.draft_many([alone], [part], [wish])
        assert draft.tokens == expected.tokens
        assert np.array_equal(draft.logits, expected.logits)
        assert fed.length == alone.length


def test_logits_that_are_no_numbers_are_an_error(bundle, graph, tables):
    rows = np.full((1, 1, bundle.geometry.hidden), np.nan, np.float32)
    with pytest.raises(BundleError, match="no number"):
        graph.draft_many([graph], [rows], [wish_of(tables, 4, 1)])


def test_rows_of_another_width_are_an_error_and_of_another_type_none(bundle, graph, tables):
    rows, wish = rows_of(bundle, 2, 1), wish_of(tables, 4, 1)
    (expected,) = graph.draft_many([graph], [rows], [wish])
    expected = list(expected.tokens)
    graph.reset()
    with pytest.raises(BundleError, match="failed while it was writing"):
        graph.draft_many([graph], [rows[:, :, 1:]], [wish])
    (draft,) = graph.draft_many([graph], [rows.astype(np.float64)], [wish])
    assert draft.tokens == expected


@pytest.mark.parametrize("temperature", [0.7, 1.5])
def test_a_text_is_the_same_however_far_is_drafted(bundle, graph, monkeypatch, temperature):
    request = replace(REQUEST, sampling=Sampling(temperature, 1.0))
    texts = []
    for most in (1, 3, 16):
        monkeypatch.setattr("lilydesk.engines.native.decoder.MOST_DRAFTED", most)
        graphs = open_native(bundle)
        assert graphs.token.reach == most
        engine = LilyNotaEngine(bundle, graphs)
        texts.append("".join(engine.generate(request, lambda: False)))
    assert texts[0] == texts[1] == texts[2]


def test_threads_draft_what_one_does(bundle, graph, tables, monkeypatch):
    wishes = [wish_of(tables, n, n) for n in (5, 16, 3, 9)]
    rows = [rows_of(bundle, n, n) for n in (2, 1, 6, 3)]
    alone = [graph.fork(0) for _ in wishes]
    expected = alone[0].draft_many(alone, rows, wishes)
    monkeypatch.setattr("lilydesk.engines.native.decoder._WORTH_SHARING", 0)
    monkeypatch.setattr("lilydesk.engines.native.pace._ALONE_FIRST", 0)
    monkeypatch.setattr("lilydesk.engines.native.pace.Pace.note", lambda *_: None)
    decoder = NativeDecoder(graph.decoder._packed, "", 3)
    for _ in range(50):
        team = [NativeGraph(decoder) for _ in wishes]
        drafts = team[0].draft_many(team, rows, wishes)
        for one, other in zip(drafts, expected, strict=True):
            n = len(one.tokens)  # a large decoder may leave the rest of a long draft
            assert 0 < n <= len(other.tokens)
            assert one.tokens == other.tokens[:n]
            assert np.array_equal(one.logits, other.logits[:n])


def test_a_large_decoder_stops_when_most_takes_have_drawn(bundle, graph, tables, monkeypatch):
    wishes = [wish_of(replace(tables, ends=~tables.possible), n, n) for n in (2, 16, 3, 4)]
    rows = [rows_of(bundle, 1, n) for n in range(4)]
    monkeypatch.setattr("lilydesk.engines.native.decoder._WORTH_SHARING", 0)
    large = NativeGraph(NativeDecoder(graph.decoder._packed, ""))
    team = [large.fork(0) for _ in wishes]
    drafts = large.draft_many(team, rows, wishes)
    assert [len(draft.tokens) for draft in drafts] == [2, 4, 3, 4]
    assert [fed.length for fed in team] == [2, 4, 3, 4]


def test_a_decoder_of_patches_drafts_nothing(bundle):
    graphs = open_native(bundle)
    assert graphs is None or graphs.patch.reach == 1 < graphs.token.reach
