"""Several alternatives at once: the same request with seeds that follow each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from lilydesk.composing.candidate import (
    Candidate,
    Note,
    Progress,
    TakeEngine,
    no_note,
    no_progress,
    note_of_few,
)
from lilydesk.composing.compose import PieceWriter, generation_request
from lilydesk.composing.measures import split_takes
from lilydesk.composing.prefix import Prefix, read_prefix
from lilydesk.composing.request import ComposeRequest, read_key_words, read_time_words
from lilydesk.engines import GenerationRequest, Score
from lilydesk.lilylet.edits import TextEdit
from lilydesk.notation.span import Span

USUAL_BITS = 0.68  # of music the default bundle has not seen (8 pieces, its export-report.json)
_N_OWN = 8  # of the composer's last measures that are judged at most
_N_ANY_TOKENS = 100  # of any music, which count with them: a few measures say little


def compose_alternatives(
    engine: TakeEngine,
    request: ComposeRequest,
    n_takes: int,
    cancelled: Callable[[], bool],
    on_progress: Progress = no_progress,
    on_note: Note = no_note,
) -> Iterator[Candidate]:
    """Write several takes of new music; take k is what `compose` writes with `seed` + k.

    One that says what another says already is left out, and `on_note` told of it.

    They come in the order of their seeds, each judged by how near it is to what the model finds
    usual: in any music, and in the composer's own measures, the more there are of them. Once
    cancelled, the measures that are there come without a score. Raises LilyDeskError for a key or
    time signature that cannot be, BundleError where the model fails.
    """
    prefix = read_prefix(
        request.prefix_text, read_key_words(request.key), read_time_words(request.time)
    )
    asked = [
        generation_request(replace(request, seed=request.seed + k), prefix) for k in range(n_takes)
    ]
    raws = _written(engine, asked, cancelled, on_progress)
    usual = _usual_bits(engine, asked[0]) if any(raws) and not cancelled() else None
    place = Span(len(request.prefix_text), len(request.prefix_text))
    known: set[str] = set()
    for k, found in enumerate(raws):
        writer = PieceWriter(request, prefix)
        new = "".join(writer.written(found))
        if found and new not in known:
            known.add(new)
            score = None if cancelled() else _score(engine, asked[k], prefix, found)
            yield Candidate(
                asked[k].seed, request.prefix_text + new, (TextEdit(place, new),), score,
                usual_bits=usual,
            )  # fmt: skip
    if not cancelled() and (note := note_of_few(len(known), n_takes)):
        on_note(note)


def _written(
    engine: TakeEngine,
    asked: Sequence[GenerationRequest],
    cancelled: Callable[[], bool],
    on_progress: Progress,
) -> list[list[str]]:
    """The measures of each take as the model wrote them."""
    raws: list[list[str]] = [[] for _ in asked]
    n_total = sum(one.n_written - len(one.measures_text) for one in asked)
    for k, raw in split_takes(engine.generate_takes(asked, cancelled), [""] * len(asked)):
        raws[k].append(raw)
        on_progress(sum(map(len, raws)), n_total)
    return raws


def _score(
    engine: TakeEngine, asked: GenerationRequest, prefix: Prefix, raws: Sequence[str]
) -> Score:
    """How likely the model finds what it wrote; the measure that was begun counts as its own."""
    begun = prefix.begun.model_text if prefix.begun else ""
    measures = [begun + raws[0], *raws[1:]]
    return engine.score_following(asked, (), measures)


def _usual_bits(engine: TakeEngine, asked: GenerationRequest) -> float:
    """Bits a token of the composer's last measures, given those before, and of any music."""
    measures = asked.measures_text
    n_own = max(0, min(_N_OWN, len(measures) - 1))
    n_before = len(measures) - n_own
    before = replace(
        asked,
        measures_text=measures[:n_before],
        partial_text="",
        n_following=asked.n_following + n_own + bool(asked.partial_text),
    )
    score = Score(USUAL_BITS * _N_ANY_TOKENS, _N_ANY_TOKENS, 0)
    if n_own:
        score += engine.score_following(before, (), measures[n_before:])
    return score.bits_per_token
