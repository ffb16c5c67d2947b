"""The LilyNota engine: patches in, patches out, text between measures.

Source: the bundle format, "Generation".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from lilydesk.engines.acceptor import OpenEnds, open_ends_of
from lilydesk.engines.asking import Work, write_alone
from lilydesk.engines.bundle import CHOOSE_ANOTHER, Bundle, read_bundle
from lilydesk.engines.context import PatchContext
from lilydesk.engines.drafting import DraftTables
from lilydesk.engines.drivers import drivers_for, write_side_by_side
from lilydesk.engines.engine import Cancelled, GenerationRequest, Provenance, Score
from lilydesk.engines.guide import MeasureGuide, staves_of
from lilydesk.engines.measure_plan import MeasurePlan
from lilydesk.engines.patch_memory import PatchMemory
from lilydesk.engines.patches import Patch, PatchLayout, marker, segments
from lilydesk.engines.scoring import score_following, score_text
from lilydesk.engines.session import Graph, Graphs, Weights, open_graphs
from lilydesk.engines.token_writer import TokenWriter
from lilydesk.engines.vocabulary import Vocabulary
from lilydesk.engines.voice_order import most_voices_in, most_voices_of
from lilydesk.errors import BundleError

FAMILY = "lilynota"


def open_engine(path: Path, weights: Weights | None = None) -> LilyNotaEngine:
    """The engine for a bundle's folder or .zip (weights: see open_graphs). Raises BundleError."""
    bundle = read_bundle(path)
    return LilyNotaEngine(bundle, open_graphs(bundle, weights=weights))


class LilyNotaEngine:
    """Writes Lilylet with a LilyNota bundle. Not for two threads at once."""

    def __init__(self, bundle: Bundle, graphs: Graphs) -> None:
        """Take a bundle and its graphs. Raises BundleError if its vocabulary is foreign."""
        self._bundle = bundle
        geometry = bundle.geometry
        self._layout = PatchLayout(bundle.tokenizer, geometry.patch_size)
        self._vocabulary = Vocabulary(bundle.tokenizer, geometry.vocab)
        if not self._vocabulary.is_lilylet:
            raise BundleError(
                "The bundle's vocabulary cannot write Lilylet.",
                f"It may belong to another family of models. {CHOOSE_ANOTHER}",
            )
        self._memory = PatchMemory(graphs.patch)
        self._graphs = Graphs(self._memory, graphs.token)  # whoever uses them, it is remembered
        words = self._vocabulary
        embedding = np.ascontiguousarray(bundle.embedding, np.float32)
        self._tables = DraftTables(embedding, words.in_string, words.before_settled)

    @property
    def provenance(self) -> Provenance:
        """Name, family and hash of the bundle; the first call reads its files."""
        return Provenance(self._bundle.name, FAMILY, self._bundle.hash)

    def generate(self, request: GenerationRequest, cancelled: Cancelled) -> Iterator[str]:
        """Write the measures asked for, a piece of text for each patch (see engine.Engine)."""
        yield from write_alone(self._work(request, self._memory, self._graphs.token, cancelled))

    def generate_takes(
        self, requests: Sequence[GenerationRequest], cancelled: Cancelled
    ) -> Iterator[tuple[int, str]]:
        """Write several takes side by side, each piece with its take's number (see Engine).

        What they have in common with the first is fed once. Their questions to the decoders are
        answered together where these can do that. The takes of a small model are dealt out to two
        threads, so `cancelled` may be asked in another one.
        """
        if not requests:
            return
        first = self._work(requests[0], self._memory, self._graphs.token, cancelled)
        others = (self._forked_work(request, cancelled) for request in requests[1:])
        n_drivers = drivers_for(self._bundle.geometry)
        yield from write_side_by_side(first, others, n_drivers)

    def _forked_work(self, request: GenerationRequest, cancelled: Cancelled) -> Work:
        memory = self._memory.fork(self._memory.length)
        return self._work(request, memory, self._graphs.token.fork(0), cancelled)

    def _work(
        self, request: GenerationRequest, memory: PatchMemory, graph: Graph, cancelled: Cancelled
    ) -> Work:
        """One take, on the patch decoder behind `memory` and the token decoder `graph`."""
        with closing(self._context(request, memory)) as context:
            del memory  # a window that was given up shall not be held here
            yield from self._write(request, context, graph, cancelled)

    def _write(
        self, request: GenerationRequest, context: PatchContext, graph: Graph, cancelled: Cancelled
    ) -> Work:
        size, rng = self._layout.patch_size, np.random.default_rng(request.seed)
        writer = TokenWriter(graph, self._tables, size, request.sampling, rng)
        foretell = partial(context.foretell, cancelled)
        staves = staves_of(self._vocabulary, request.measures_text) or request.staves
        open_ends = open_ends_of(request.measures_text)
        known = (*request.measures_text, request.partial_text)
        most_voices = most_voices_of(known) or most_voices_in(request.staves)
        n_known = len(request.measures_text)
        for index in range(n_known, request.n_written):
            plan = self._plan(request, index, staves, open_ends)
            guide = MeasureGuide(self._vocabulary, replace(plan, most_voices=most_voices))
            begun: Patch = ()
            context.begin_measure()
            if index == n_known and request.partial_text:
                begun = self._resume(request, context, guide)
            while not guide.is_complete:
                if cancelled():
                    return
                patch = yield from writer.write(foretell, begun, guide)
                if patch is None:
                    return
                text = self._bundle.tokenizer.decode(patch[len(begun) :])
                begun = ()
                context.append([patch])
                yield text.removeprefix(plan.marker)
                if guide.is_segment_closed and not guide.is_complete:
                    guide.begin_segment()
            staves, open_ends = staves or guide.staves, guide.open_ends

    def _context(self, request: GenerationRequest, memory: PatchMemory) -> PatchContext:
        prompt = self._layout.prompt(request.style_lines, request.headers)
        context = PatchContext(memory, self._bundle.geometry.context, prompt)
        for index, measure in enumerate(request.measures_text):
            context.begin_measure()
            context.append(self._layout.measure(measure, index, request.n_measures))
        return context

    def _plan(
        self,
        request: GenerationRequest,
        index: int,
        staves: tuple[int, ...],
        open_ends: tuple[OpenEnds, ...],
    ) -> MeasurePlan:
        return MeasurePlan(
            marker(index, request.n_measures - index - 1),
            request.key_text,
            request.time_text,
            staves,
            is_first=index == 0,
            constrains_time=request.is_constrained,
            open_ends=open_ends,
            constraints=request.constraints,
            given=request.given_at(index),
        )

    def _resume(
        self, request: GenerationRequest, context: PatchContext, guide: MeasureGuide
    ) -> Patch:
        """Feed the begun measure as far as its patches are full; the tokens of the next one."""
        guide.replay(request.partial_text)
        index = len(request.measures_text)
        *closed, last = segments(request.partial_text, index, request.n_measures)
        for segment in closed:
            context.append(self._layout.segment(segment))
        if guide.is_segment_closed:
            context.append(self._layout.segment(last) if last else [])
            guide.begin_segment()
            return ()
        size = self._layout.patch_size
        tokens = self._bundle.tokenizer.encode(last)
        n_full = len(tokens) // size * size
        context.append([tuple(tokens[i : i + size]) for i in range(0, n_full, size)])
        return tuple(tokens[n_full:])

    def score_text(self, text: str) -> Score:
        """Teacher-forced score of a text in canonical form. Raises BundleError."""
        return score_text(self._bundle, self._graphs, text)

    def score_following(
        self, request: GenerationRequest, measures: Sequence[str], following: Sequence[str]
    ) -> Score:
        """Score of `following` after prefix and `measures` (see engine). Raises BundleError."""
        return score_following(self._bundle, self._graphs, request, measures, following)
