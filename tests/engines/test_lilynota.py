"""The engine with a bundle of fixed random weights: what it writes is noise, how is not."""

from __future__ import annotations

import itertools
import re
from copy import copy
from dataclasses import replace

import numpy as np
import pytest

from lilydesk.engines import GenerationRequest, Sampling, open_engine, read_bundle
from lilydesk.engines.lilynota import LilyNotaEngine
from lilydesk.engines.patches import PatchLayout
from lilydesk.engines.sampling import GREEDY
from lilydesk.engines.session import Graphs, open_graphs
from lilydesk.engines.tokenizer import EOS, PAD
from lilydesk.errors import BundleError
from tests.support import TINY_BUNDLE

PIANO = (
    '\\staff "1" \\key g \\major \\time 3/4 \\clef "treble" d\'4 g,8[ a b c] \\\\\n'
    '\\staff "2" \\clef "bass" <g b d>2 a4 |\n',
    '\\staff "1" \\key g \\major \\time 3/4 d\'4 g, g \\\\\n\\staff "2" b2. |\n',
)
GREEDY_START = (
    '\\staff "1" \\key g \\major \\time 3/4 e\\sostenutoOff\\trill\\time'
    ' 3/4 \\mf r7\\ffg\\staff "2" er\\arpeggio\\stemUp99\\trill_.r\\rfz]'
)
NEW_PIECE = GenerationRequest(4, ("%Romantic", "%Schubert, Franz"), seed=3)
CONTINUATION = replace(
    NEW_PIECE, measures_text=PIANO, key_text="\\key g \\major", time_text="\\time 3/4"
)


@pytest.fixture(scope="module")
def engine() -> LilyNotaEngine:
    return open_engine(TINY_BUNDLE)


def write(engine: LilyNotaEngine, request: GenerationRequest) -> str:
    return "".join(engine.generate(request, lambda: False))


class RecordingGraph:
    """Passes everything on and keeps what was fed."""

    def __init__(self, graph):
        self.graph = graph
        self.rows: list[np.ndarray] = []
        self.forks: list[RecordingGraph] = []  # shared by all forks
        self.n_resets = 0

    @property
    def length(self):
        return self.graph.length

    def reset(self):
        self.n_resets += 1
        self.graph.reset()

    def truncate(self, length):
        self.graph.truncate(length)

    def fork(self, length):
        fork = copy(self)
        fork.rows, fork.graph = [], self.graph.fork(length)
        self.forks.append(fork)
        return fork

    def run(self, rows):
        self.rows.append(rows[0])
        return self.graph.run(rows)

    @property
    def patches(self):
        return [tuple(row) for row in np.concatenate(self.rows)]


class UncachedGraph(RecordingGraph):
    """Feeds everything anew each time, as if there were no cache."""

    def reset(self):
        super().reset()
        self.rows = []

    @property
    def length(self):
        return sum(len(rows) for rows in self.rows)

    def run(self, rows):
        self.rows.append(rows[0])
        self.graph.reset()
        return self.graph.run(np.concatenate(self.rows)[None])[:, -rows.shape[1] :]


def recording_engine(context: int | None = None) -> tuple[LilyNotaEngine, RecordingGraph]:
    bundle = read_bundle(TINY_BUNDLE)
    if context:
        bundle = replace(bundle, geometry=replace(bundle.geometry, context=context))
    graphs = open_graphs(bundle)
    patch_graph = RecordingGraph(graphs.patch)
    return LilyNotaEngine(bundle, Graphs(patch_graph, graphs.token)), patch_graph


# -- what comes out


def test_greedy_output_is_pinned(engine):
    request = replace(CONTINUATION, sampling=GREEDY, n_new_measures=1, constrains_time=False)
    text = write(engine, request)
    assert text[: len(GREEDY_START)] == GREEDY_START


@pytest.mark.parametrize("request_", [NEW_PIECE, CONTINUATION], ids=["new", "continued"])
def test_the_measures_asked_for_come_out_and_no_marker(engine, request_):
    text = write(engine, request_)
    assert text.count("|\n") == 4
    assert "[r:" not in text
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f%]", text)


@pytest.mark.parametrize("request_", [NEW_PIECE, CONTINUATION], ids=["new", "continued"])
def test_the_same_request_gives_the_same_text(engine, request_):
    first = write(engine, request_)
    assert write(engine, request_) == first
    assert write(engine, replace(request_, seed=4)) != first


def test_a_continued_piece_keeps_staves_key_and_time(engine):
    measures = write(engine, CONTINUATION).split("|\n")[:-1]
    assert len(measures) == 4
    for measure in measures:
        assert measure.startswith('\\staff "1" \\key g \\major \\time 3/4 ')
        assert '\n\\staff "2" ' in measure
        assert "\\\\\\" not in measure


def test_a_new_piece_has_the_key_and_time_asked_for(engine):
    text = write(engine, replace(NEW_PIECE, key_text="\\key bf \\minor", time_text="\\time 6/8"))
    assert set(re.findall(r"\\key (\w+ \\\w+)", text)) == {"bf \\minor"}
    assert set(re.findall(r"\\time (\S+)", text)) == {"6/8"}


def test_an_open_voice_goes_on_behind_a_space(engine):
    begun = '\\staff "1" \\key g \\major \\time 3/4 d\'4 g'
    text = write(engine, replace(CONTINUATION, partial_text=begun, n_new_measures=1))
    assert text.startswith(" ")
    assert text.count("|\n") == 2


def test_a_closed_voice_is_followed_by_a_new_line(engine):
    begun = '\\staff "1" \\key g \\major \\time 3/4 d\'4 g, g \\\\'
    text = write(engine, replace(CONTINUATION, partial_text=begun, n_new_measures=1))
    assert text.startswith('\n\\staff "')


def test_a_first_measure_that_names_staff_1_gets_another_staff(engine):
    begun = '\\staff "1" \\key g \\major \\time 3/4 d\'4 g'
    text = write(engine, replace(NEW_PIECE, partial_text=begun, n_new_measures=1))
    assert all('\\staff "2"' in measure for measure in text.split("|\n")[:-1])


# -- how it comes about


@pytest.mark.parametrize("request_", [NEW_PIECE, CONTINUATION], ids=["new", "continued"])
def test_what_was_fed_reads_like_a_whole_piece_that_was_laid_out(request_):
    engine, graph = recording_engine()
    text = write(engine, request_)
    headers = "".join(line for line in text.splitlines(True) if line.startswith("["))
    body = "".join(request_.measures_text) + text.removeprefix(headers)
    piece = "\n".join(request_.style_lines) + "\n" + headers + body
    laid_out = PatchLayout(engine._bundle.tokenizer).piece(piece)
    n_prompt = len(PatchLayout(engine._bundle.tokenizer).prompt(request_.style_lines))
    assert graph.patches[:n_prompt] == laid_out[:n_prompt]
    fed, whole = (
        "".join(decode(engine, patch) for patch in patches) for patches in (graph.patches, laid_out)
    )
    assert whole.startswith(fed)
    assert len(whole) - len(fed) <= 16 * 21  # only the last patch was not fed


@pytest.mark.parametrize("request_", [NEW_PIECE, CONTINUATION], ids=["new", "continued"])
def test_patches_are_closed_with_one_eos_and_pads(request_):
    engine, graph = recording_engine()
    write(engine, request_)
    n_prompt = len(PatchLayout(engine._bundle.tokenizer).prompt(request_.style_lines))
    for patch in graph.patches[n_prompt:]:
        if EOS in patch:
            end = patch.index(EOS)
            assert patch[end:] == (EOS, *[PAD] * (15 - end))


def decode(engine, patch):
    return engine._bundle.tokenizer.decode(patch)


def test_a_half_written_measure_is_fed_as_far_as_patches_are_full():
    engine, graph = recording_engine()
    begun = PIANO[0].removesuffix("2 a4 |\n")
    next(engine.generate(replace(CONTINUATION, partial_text=begun), lambda: False))
    layout = PatchLayout(engine._bundle.tokenizer)
    whole = layout.prompt(CONTINUATION.style_lines)
    for index, measure in enumerate([*PIANO, PIANO[0]]):
        whole += layout.measure(measure, index, 7)
    assert graph.patches == whole[: len(graph.patches)]
    assert PAD not in whole[len(graph.patches)] or len(graph.patches) == len(whole) - 1


def test_the_prompt_is_fed_in_one_call_then_each_patch_once():
    engine, graph = recording_engine()
    pieces = list(engine.generate(CONTINUATION, lambda: False))
    layout = PatchLayout(engine._bundle.tokenizer)
    n_prefix = len(layout.prompt(CONTINUATION.style_lines))
    n_prefix += sum(len(layout.measure(measure, 0, 7)) for measure in PIANO)
    first, *later = map(len, graph.rows)
    assert first >= n_prefix
    assert first + sum(later) == n_prefix + len(pieces) - 1  # the last one foretells nothing
    assert min(later) == 1 < max(later) < 4  # those that are settled go in with the next one
    assert graph.n_resets == 1


@pytest.mark.parametrize("level", ["patch", "token"])
def test_cached_equals_uncached(engine, level):
    """As far as int8 allows: the rows of one call share the scale of their activations."""
    graph = getattr(open_graphs(engine._bundle), level)
    patches = engine._layout.piece("".join(PIANO))
    rows = np.array(patches, dtype=np.int64)
    if level == "token":
        rows = engine._bundle.embedding[rows.ravel()[:16]]
    stepwise = np.concatenate([graph.run(row[None, None])[0] for row in rows])
    uncached = UncachedGraph(graph)
    uncached.reset()
    whole = np.concatenate([uncached.run(row[None, None])[0] for row in rows])
    assert graph.length == len(rows)
    assert np.corrcoef(stepwise.ravel(), whole.ravel())[0, 1] > 0.99


def test_a_piece_longer_than_the_context_goes_on():
    engine, graph = recording_engine(context=40)
    text = write(engine, replace(CONTINUATION, n_new_measures=12))
    assert text.count("|\n") == 12
    assert len(graph.forks) > 1
    for window in [graph, *graph.forks]:
        assert engine._layout.prompt(CONTINUATION.style_lines) == window.patches[:4]
        assert window.length < 40


def test_a_window_keeps_the_true_markers():
    engine, graph = recording_engine(context=40)
    write(engine, replace(CONTINUATION, n_new_measures=12))
    windows = [graph, *graph.forks]
    fed = "".join(decode(engine, patch) for window in windows for patch in window.patches)
    assert {(int(i) + int(n)) for i, n in re.findall(r"\[r:(\d+)/(\d+)\]", fed)} == {13}


@pytest.mark.parametrize("n_patches", [0, 1, 5])
def test_stop_ends_the_work_between_patches(engine, n_patches):
    asked = itertools.count()
    pieces = list(engine.generate(NEW_PIECE, lambda: next(asked) >= n_patches))
    assert len(pieces) == n_patches
    assert "".join(pieces) == "".join(
        itertools.islice(engine.generate(NEW_PIECE, lambda: False), n_patches)
    )


def test_stopping_leaves_no_trace_in_the_next_piece(engine):
    whole = write(engine, CONTINUATION)
    next(engine.generate(NEW_PIECE, lambda: False))
    assert write(engine, CONTINUATION) == whole


@pytest.mark.parametrize("temperature", [0.3, 1.0, 5.0])
def test_every_temperature_comes_to_an_end(engine, temperature):
    request = replace(NEW_PIECE, sampling=Sampling(temperature, top_p=1.0), n_new_measures=2)
    assert write(engine, request).count("|\n") == 2


def test_answers_that_are_no_numbers_are_an_error():
    bundle = read_bundle(TINY_BUNDLE)
    graphs = open_graphs(bundle)

    class BrokenGraph(RecordingGraph):
        def run(self, rows):
            return super().run(rows) * np.nan

    engine = LilyNotaEngine(bundle, Graphs(graphs.patch, BrokenGraph(graphs.token)))
    with pytest.raises(BundleError, match="no number"):
        write(engine, NEW_PIECE)


def test_provenance_names_the_bundle(engine):
    provenance = engine.provenance
    assert (provenance.name, provenance.family) == ("tiny_bundle", "lilynota")
    assert re.fullmatch("[0-9a-f]{64}", provenance.bundle_hash)


def test_measures_in_the_middle_of_a_piece_have_their_true_markers(engine):
    # those after them are counted in the markers and not written
    request = replace(CONTINUATION, n_new_measures=2, n_following=5)
    assert request.n_measures == 9
    text = write(engine, request)
    assert text.count("|\n") == 2
    assert text != write(engine, replace(request, n_following=0))


def test_the_first_measures_have_the_staves_asked_for(engine):
    text = write(engine, GenerationRequest(2, staves=(1, 2), n_following=1, seed=4))
    for measure in text.removesuffix("|\n").split("|\n"):
        parts = measure.split("\\\\\\")
        assert len(parts) == 2
        assert '\\staff "2"' in parts[1]
