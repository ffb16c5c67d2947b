"""Regenerate: other music for some measures, or some voices of them, and all around it as it was.

The model sees the true prefix and, in the markers, how many measures follow. Candidates are judged
by how likely the model finds what follows, given each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, field, replace

from lilydesk.composing.beams import is_beamed_by_meter, without_beams
from lilydesk.composing.candidate import (
    Candidate,
    Note,
    Progress,
    TakeEngine,
    no_note,
    no_progress,
    note_of_few,
)
from lilydesk.composing.framework import with_plan_of, with_standing
from lilydesk.composing.measures import read_measure, split_headers, split_takes
from lilydesk.composing.mending import n_lost_ends, without_loose_marks
from lilydesk.composing.passage import (
    Passage,
    Run,
    given_of,
    read_passage,
    runs_of,
)
from lilydesk.composing.request import StylePrompt
from lilydesk.composing.spanners import with_borders
from lilydesk.composing.splice import merged, splice
from lilydesk.composing.tied_borders import with_ties_in, with_ties_out
from lilydesk.composing.voice_places import VoicePlace, voice_at, voices_of, with_voice
from lilydesk.engines import Constraints, GenerationRequest, Sampling, Score
from lilydesk.engines.constraints import Keeps
from lilydesk.errors import LilyDeskError
from lilydesk.lilylet import reparse
from lilydesk.notation import Measure
from lilydesk.notation.walk import n_lyric_notes

N_JUDGED = 4  # measures after the passage by which a candidate is judged
MAX_CANDIDATES = 32
_SEED_STEP = 7919  # between the runs of one candidate
_N_ROUNDS = 3  # of drawing; the later ones in place of what came out as it was


@dataclass(frozen=True, slots=True)
class RegenerateRequest:
    """Measures to write anew; equal requests give equal candidates.

    Candidate k is drawn with `seed` + k, so that it can be had again alone; those that come in
    place of others have the seeds after these.
    """

    text: str
    first_measure: int  # from 0
    n_measures: int
    voices: frozenset[VoicePlace] | None = None  # parts and voices from 0; None is all of them
    n_candidates: int = 4
    prompt: StylePrompt = field(default_factory=StylePrompt)  # empty: the text's own style lines
    sampling: Sampling = field(default_factory=Sampling)
    seed: int = 0
    keeps: Keeps = "none"  # "rhythm": other pitches to it; "pitches": another rhythm to them
    constraints: Constraints = field(default_factory=Constraints)

    def __post_init__(self) -> None:
        if not 1 <= self.n_candidates <= MAX_CANDIDATES:
            raise LilyDeskError(
                f"The number of takes must lie between 1 and {MAX_CANDIDATES}.",
                f"{self.n_candidates} were asked for.",
            )
        if self.seed < 0:
            raise LilyDeskError("The seed must be 0 or more.", f"{self.seed} was given.")


def regenerate(
    engine: TakeEngine,
    request: RegenerateRequest,
    cancelled: Callable[[], bool],
    on_progress: Progress = no_progress,
    on_note: Note = no_note,
) -> Iterator[Candidate]:
    """Write the candidates, in the order of their seeds; `ranked` sorts them.

    What comes out as it was, or twice, is left out, and drawn again with another seed a few times;
    where there are fewer than asked for in the end, `on_note` is told why. All text outside the
    measures stays as it is; so does every note, even where one that follows in the same line has to
    be spelt anew for it. Once cancelled, those that are complete come without a score.
    Raises LilyDeskError for a range or voice that is not there, for a passage that cannot be read
    for certain and where nothing new comes, BundleError where the model fails.
    """
    passage = read_passage(request.text, request.first_measure, request.n_measures, request.voices)
    seed, n_missing, n_drafts, n_unfit = request.seed, request.n_candidates, 0, 0
    known: set[str] = set()
    for _ in range(_N_ROUNDS):
        asked = replace(request, seed=seed, n_candidates=n_missing)
        drafts = _drafts(engine, asked, passage, cancelled, on_progress)
        seed, n_missing, n_drafts = seed + n_missing, 0, n_drafts + len(drafts)
        for own_seed, raws in drafts:
            candidate = _candidate(passage, own_seed, raws)
            n_unfit += candidate is None
            if candidate is None or _is_known(passage, candidate.text, known):
                n_missing += 1
                continue
            known.add(candidate.text)
            if not cancelled():
                score = _score(engine, request, passage, candidate.text)
                candidate = replace(candidate, score=score)
            yield candidate
        if not n_missing or n_unfit == n_drafts or cancelled():
            break
    if n_drafts and not known and not cancelled():
        raise _not_certain() if n_unfit == n_drafts else _nothing_new()
    if not cancelled() and (note := note_of_few(len(known), request.n_candidates, n_unfit)):
        on_note(note)


def _is_known(passage: Passage, text: str, known: Container[str]) -> bool:
    """Whether the passage says in this text what it says already, or in another candidate."""
    if text in known:
        return True
    new = reparse(passage.parsed, text).document.measures[passage.first : passage.last]
    return passage.canonical(new) == passage.canonical(passage.old)


def _nothing_new() -> LilyDeskError:
    return LilyDeskError(
        "The model writes nothing else here than what is there.",
        "Choose more measures, more voices or a higher temperature.",
    )


def _not_certain() -> LilyDeskError:
    return LilyDeskError(
        "These measures cannot be written anew: the text cannot be read for certain here.",
        "Mend the problems in and around them first.",
    )


# -- what the model writes


def _drafts(
    engine: TakeEngine,
    request: RegenerateRequest,
    passage: Passage,
    cancelled: Callable[[], bool],
    on_progress: Progress,
) -> list[tuple[int, list[str]]]:
    """The canonical measures of each candidate that is complete, with its seed."""
    raws: list[list[str]] = [[] for _ in range(request.n_candidates)]
    n_total = request.n_candidates * request.n_measures
    given = given_of(passage, request.keeps)
    for run in runs_of(passage, request.keeps):
        asked = [
            replace(
                _request(request, passage, run, raws[k]),
                seed=request.seed + k + _SEED_STEP * run.first,
                given=given[run.first : run.first + run.n_measures],
            )
            for k in range(request.n_candidates)
        ]
        begun = [run.opening] * request.n_candidates
        for k, raw in split_takes(engine.generate_takes(asked, cancelled), begun):
            raws[k].append(raw)
            on_progress(sum(map(len, raws)), n_total)
    complete = [k for k, found in enumerate(raws) if len(found) == request.n_measures]
    return [(request.seed + k, raws[k]) for k in complete]


def _request(
    request: RegenerateRequest, passage: Passage, run: Run, raws: Sequence[str]
) -> GenerationRequest:
    has_opening = bool(run.opening)
    prefix = (*passage.texts, *(_bare(raw) for raw in raws))
    return GenerationRequest(
        n_new_measures=run.n_measures - has_opening,
        style_lines=request.prompt.lines or passage.style_lines,
        headers=passage.headers,
        measures_text=prefix,
        partial_text=run.opening,
        key_text=run.key_text,
        time_text=run.time_text,
        sampling=request.sampling,
        constraints=request.constraints,
        n_following=passage.n_following + passage.n_measures - run.first - run.n_measures,
        staves=passage.staves,
    )


def _bare(raw: str) -> str:
    """A measure without header lines, which a model may put before the first one."""
    return split_headers(raw)[1]


# -- what becomes of it


def _candidate(passage: Passage, seed: int, raws: Sequence[str]) -> Candidate | None:
    """Fit measures into their place; None if they cannot be put there for certain."""
    entry = passage.parsed.chunks[passage.chunks[0]].entry
    measures: list[Measure] = []
    hints: list[str] = []
    for index, raw in enumerate(raws):
        read = read_measure(_bare(raw), entry, passage.staves)
        entry = read.exit
        old = passage.old[index]
        measure = with_plan_of(
            merged(read.measure, old, passage.free),
            old,
            passage.free,
            is_first=passage.first + index == 0,
        )
        measure, has_lost_words = _with_words(measure, old)
        if has_lost_words:
            hints.append(f"The words of measure {passage.first + index + 1} are left out.")
        measures.append(measure)
    if is_beamed_by_meter(passage.parsed.document):
        measures = list(map(without_beams, measures))
    fitted, n_lost_ties = _fitted(passage, measures)
    put = splice(passage, fitted)
    if put is None or not _leaves_signatures(passage, put.text):
        return None
    put = without_loose_marks(passage.parsed, put)
    if n_lost_ends(passage.parsed, put) > n_lost_ties:
        hints.append("A slur or hairpin around the passage has lost an end.")
    if n_lost_ties:
        hints.append(f"A tie into measure {passage.last + 1} leads on no longer.")
    if put.n_outside:
        hints.append("What follows in the same line is spelt anew, so that it sounds as before.")
    return Candidate(seed, put.text, put.edits, None, tuple(hints), n_lost_ties)


def _fitted(passage: Passage, measures: list[Measure]) -> tuple[tuple[Measure, ...], int]:
    """The measures joined to what is around them; how many ties out of them are lost."""
    last_before = passage.before[-1] if passage.before else None
    measures[0] = with_ties_in(measures[0], last_before, passage.old[0], passage.free)
    bordered = with_borders(measures, passage.old, passage.incoming, passage.free)
    after = passage.measure_after
    tied, n_lost = with_ties_out(bordered, passage.old[-1], after, passage.free)
    if after is None:
        return tied, n_lost
    before, wanted = passage.standing()
    return with_standing(tied, before, wanted, passage.free), n_lost


def _with_words(new: Measure, old: Measure) -> tuple[Measure, bool]:
    """The new measure with the words of the old one where its notes can take them."""
    has_lost = False
    for place, voice in voices_of(old):
        there = voice_at(new, place)
        if not voice.verses or there is None or there.verses == voice.verses:
            continue
        if n_lyric_notes(there.events) == n_lyric_notes(voice.events):
            new = with_voice(new, place, replace(there, verses=voice.verses))
        else:
            has_lost = True
    return new, has_lost


def _leaves_signatures(passage: Passage, text: str) -> bool:
    """Whether key and time signature hold after the passage as they did."""
    after = reparse(passage.parsed, text)
    index = passage.chunks[-1]
    if len(after.chunks) != len(passage.parsed.chunks):
        return False
    one, other = after.chunks[index].exit, passage.parsed.chunks[index].exit
    return (one.key, one.time, one.is_numeric) == (other.key, other.time, other.is_numeric)


# -- how well it fits


def _score(
    engine: TakeEngine, request: RegenerateRequest, passage: Passage, text: str
) -> Score | None:
    """How likely the model finds what follows; None where nothing follows."""
    if not passage.n_following:
        return None
    document = reparse(passage.parsed, text).document
    texts = passage.canonical(document.measures[passage.first : passage.last + N_JUDGED])
    asked = GenerationRequest(
        n_new_measures=passage.n_measures,
        style_lines=request.prompt.lines or passage.style_lines,
        headers=passage.headers,
        measures_text=passage.texts,
        n_following=passage.n_following,
    )
    n_new = passage.n_measures
    return engine.score_following(asked, texts[:n_new], texts[n_new:])
