"""Takes on order: what the composer asks for, and what becomes of it in the worker thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lilydesk.app.bundles import find_bundle
from lilydesk.app.familiar import familiar_sentence

if TYPE_CHECKING:
    from lilydesk.app.compose_runner import ComposeChoices, Job
    from lilydesk.composing.candidate import Candidate, Note, Progress, TakeEngine
    from lilydesk.composing.takes import Origin, Take, TakeKind
    from lilydesk.engines.constraints import Keeps

VoicePlaces = frozenset[tuple[int, int]]
"""Part and voice, from 0."""


@dataclass(frozen=True, slots=True)
class TakesOrder:
    """Several alternatives for a text."""

    kind: TakeKind  # COMPOSE, CONTINUE or REGENERATE
    text: str  # the whole of it, as it stands
    n_takes: int
    offset: int = 0  # CONTINUE: where the new measures go in
    first_measure: int = 0  # REGENERATE: from 0
    n_measures: int = 0  # REGENERATE
    voices: VoicePlaces | None = None  # REGENERATE; None is all of them
    keeps: Keeps = "none"  # REGENERATE: what of these voices stays
    parent: str = ""  # id of the take that the text is

    @property
    def prefix_text(self) -> str:
        """The composer's text in front of new measures; empty for a new piece."""
        return self.text[: self.offset]


def load_rooms() -> None:
    """Import what takes are ordered, written and used by; in the GUI thread it would be felt."""
    import lilydesk.composing.alternatives
    import lilydesk.composing.regenerate
    import lilydesk.composing.takes
    import lilydesk.composing.takes_use  # noqa: F401 - for whoever imports them next


def write_takes_of(
    job: Job, order: TakesOrder, engine: TakeEngine, on_progress: Progress, on_note: Note
) -> tuple[Take, ...]:
    """Write the takes of an order here and now. Raises LilyDeskError.

    What `on_progress` is told never goes back, though takes that came twice are written again.
    """
    from lilydesk.composing.takes import new_id

    batch = new_id()
    origin = _origin(job, order, engine)
    return tuple(
        _take(order, candidate, origin, batch, job.choices.bundle)
        for candidate in _candidates(job, order, engine, _Forwards(on_progress), on_note)
    )


def _candidates(
    job: Job,
    order: TakesOrder,
    engine: TakeEngine,
    on_progress: Progress,
    on_note: Note,
) -> Iterator[Candidate]:
    from lilydesk.app.compose_runner import request_of
    from lilydesk.composing.alternatives import compose_alternatives
    from lilydesk.composing.regenerate import RegenerateRequest, regenerate
    from lilydesk.composing.takes import TakeKind

    request, cancelled = request_of(job), job.stop.is_set
    if order.kind is TakeKind.REGENERATE:
        asked = RegenerateRequest(
            order.text, order.first_measure, order.n_measures, order.voices, order.n_takes,
            sampling=request.sampling, seed=request.seed, keeps=order.keeps,
            constraints=request.constraints,
        )  # fmt: skip
        return regenerate(engine, asked, cancelled, on_progress, on_note)
    return compose_alternatives(engine, request, order.n_takes, cancelled, on_progress, on_note)


class _Forwards:
    """Passes progress on where there is some: rounds that make up for lost takes begin anew."""

    def __init__(self, on_progress: Progress) -> None:
        self._on_progress = on_progress
        self._farthest = 0.0

    def __call__(self, n_done: int, n_total: int) -> None:
        if n_done > self._farthest * n_total:
            self._farthest = n_done / n_total
            self._on_progress(n_done, n_total)


def _take(order: TakesOrder, candidate: Candidate, origin: Origin, batch: str, bundle: str) -> Take:
    from lilydesk.composing.takes import Take, TakeKind, new_id
    from lilydesk.lilylet import parse_document
    from lilydesk.lilylet.edits import TextEdit
    from lilydesk.notation.span import Span

    edits = candidate.edits
    first, n_measures = order.first_measure, order.n_measures
    if order.kind is TakeKind.COMPOSE:
        edits = (TextEdit(Span(0, len(order.text)), candidate.text),)
        n_measures = len(parse_document(candidate.text).document.measures)
    elif order.kind is TakeKind.CONTINUE:
        before = len(parse_document(order.text[: order.offset]).document.measures)
        after = len(parse_document(candidate.text).document.measures)
        first, n_measures = before, after - before
    familiar = familiar_sentence(find_bundle(bundle), candidate.text, first, n_measures)
    return Take(
        id=new_id(),
        name="",
        kind=order.kind,
        base=order.text,
        edits=edits,
        parent=order.parent,
        batch=batch,
        first_measure=first,
        n_measures=n_measures,
        origin=replace(origin, seed=candidate.seed),
        bits_per_token=candidate.bits_per_token,
        usual_bits=candidate.usual_bits,
        n_lost_ties=candidate.n_lost_ties,
        hints=(*candidate.hints, familiar) if familiar else candidate.hints,
    )


def _origin(job: Job, order: TakesOrder, engine: TakeEngine) -> Origin:
    from lilydesk.composing.takes import Origin

    choices: ComposeChoices = job.choices
    model = engine.provenance
    return Origin(
        engine=model.name,
        family=model.family,
        bundle_hash=model.bundle_hash,
        seed=job.seed,
        temperature=choices.temperature,
        top_p=choices.top_p,
        top_k=choices.top_k,
        prompt=_prompt(choices, order),
        key=choices.key,
        time=choices.time,
        voices=tuple(sorted(order.voices)) if order.voices is not None else None,
        constraints=_kept_to(job, order),
        date=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _prompt(choices: ComposeChoices, order: TakesOrder) -> tuple[str, str, str]:
    """The style that the model is told: the text's own where no other is asked for."""
    from lilydesk.composing.takes import TakeKind
    from lilydesk.lilylet import parse_document

    asked = (choices.period, choices.composer, choices.genre)
    is_anew = order.kind is TakeKind.REGENERATE  # that is written in the manner of what is around
    if any(asked) and not is_anew:
        return asked
    own = parse_document(order.text if is_anew else order.prefix_text).document.headers.style_lines
    first, second, third = (*own, "", "", "")[:3]
    return first, second, third


def _kept_to(job: Job, order: TakesOrder) -> str:
    """Limits and what was kept, in words."""
    from lilydesk.app.compose_runner import request_of
    from lilydesk.composing.limits import limits_in_words

    kept = {"none": "", "rhythm": "the rhythm", "pitches": "the pitches"}[order.keeps]
    return ", ".join(filter(None, (kept, limits_in_words(request_of(job).constraints))))
