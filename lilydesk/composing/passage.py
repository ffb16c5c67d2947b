"""The measures that are to be written anew, and the piece around them as a model must see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import groupby

from lilydesk.composing.framework import Free, Standing, is_free
from lilydesk.composing.pickups import short_length, with_pickup
from lilydesk.composing.prefix import Manner, header_lines, in_manner, manner_of
from lilydesk.composing.spanners import Incoming, incoming_of
from lilydesk.composing.tied_borders import ties_out_of
from lilydesk.composing.voice_places import voice_at, voices_of
from lilydesk.engines import GivenMeasure
from lilydesk.engines.constraints import Keeps
from lilydesk.errors import LilyDeskError
from lilydesk.lilylet import MeasureWriter, ParsedText, parse_document
from lilydesk.lilylet.voice_writer import write_key, write_time
from lilydesk.notation import Chord, Event, MarkKind, Measure, Part, Voice
from lilydesk.notation.event import KeyChange, Partial, TimeChange
from lilydesk.notation.span import NOWHERE
from lilydesk.notation.staves import part_staves
from lilydesk.notation.walk import first_leaf


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring measures of a passage that can be asked for in one go."""

    first: int  # from 0, in the passage
    n_measures: int
    key_text: str = ""
    time_text: str = ""
    opening: str = ""  # canonical beginning of the first, where something of it is settled


@dataclass(frozen=True, slots=True)
class Passage:
    """A range of measures of a text."""

    parsed: ParsedText
    first: int  # of the measures of the document, from 0
    n_measures: int
    free: Free
    manner: Manner
    chunks: tuple[int, ...]  # indices of its measures in ParsedText.chunks
    texts: tuple[str, ...]  # canonical, of the measures before it; each ends in "|" and newline
    staves: tuple[int, ...]  # of each part
    own_writer: MeasureWriter  # has written what stands before the passage, as the composer did
    model_writer: MeasureWriter  # the same, as models read it
    standing_before: Standing  # what holds where the passage begins
    incoming: Incoming  # slurs and the like that are open there

    @property
    def last(self) -> int:
        """The measure after it."""
        return self.first + self.n_measures

    @property
    def n_following(self) -> int:
        """Measures of the piece after it."""
        return len(self.parsed.document.measures) - self.last

    @property
    def old(self) -> tuple[Measure, ...]:
        """Its measures as they are."""
        return self.parsed.document.measures[self.first : self.last]

    @property
    def before(self) -> tuple[Measure, ...]:
        """The measures before it."""
        return self.parsed.document.measures[: self.first]

    @property
    def measure_after(self) -> Measure | None:
        """The measure that follows it."""
        measures = self.parsed.document.measures
        return measures[self.last] if self.last < len(measures) else None

    @property
    def headers(self) -> tuple[str, ...]:
        """Header lines for the engine."""
        return header_lines(self.parsed.document.headers)

    @property
    def style_lines(self) -> tuple[str, ...]:
        """The composer's own style lines, with their %."""
        return tuple(f"%{line}" for line in self.parsed.document.headers.style_lines)

    def writer(self) -> MeasureWriter:
        """A writer that has written what stands before the passage, as the composer did."""
        return deepcopy(self.own_writer)

    def canonical(self, measures: Sequence[Measure]) -> tuple[str, ...]:
        """Measures that stand where the passage begins, and on, as models read them."""
        writer = deepcopy(self.model_writer)
        return tuple(writer.write(in_manner(one, self.manner)) + " |\n" for one in measures)

    def standing(self) -> tuple[Standing, Standing]:
        """What holds where the passage begins, and where it ends."""
        return self.standing_before, self.standing_before.copy().take(self.old)

    def in_composers_manner(self, measure: Measure, index: int) -> Measure:
        """A new measure that states key and time where the old one at its place does."""
        old = self.old[index]
        if not _states(old, KeyChange):
            measure = replace(measure, key=None)
        if not _states(old, TimeChange):
            measure = replace(measure, time=None)
        return measure


def read_passage(text: str, first: int, n_measures: int, free: Free) -> Passage:
    """Find a range of measures, counted from 0. Raises LilyDeskError if it is not there."""
    parsed = parse_document(text)
    document = parsed.document
    n_there = len(document.measures)
    if n_measures < 1 or first < 0 or first + n_measures > n_there:
        there = "1 measure" if n_there == 1 else f"{n_there} measures"
        raise LilyDeskError(
            f"There are no measures {first + 1} to {first + n_measures} to write anew.",
            f"The piece has {there}.",
        )
    full = [i for i, chunk in enumerate(parsed.chunks) if chunk.measure is not None]
    manner = manner_of(document.measures, parsed.chunks, None, None, has_music=True)
    before, rest = document.measures[:first], document.measures[first:]
    own_writer, model_writer = MeasureWriter(), MeasureWriter()
    for measure in before:
        own_writer.write(measure)
    texts = [model_writer.write(in_manner(one, manner)) + " |\n" for one in before]
    passage = Passage(
        parsed, first, n_measures, free, manner, tuple(full[first : first + n_measures]),
        tuple(texts), part_staves(document), own_writer, model_writer,
        Standing().take(before), incoming_of(before, max(len(one.parts) for one in rest)),
    )  # fmt: skip
    _check_voices(passage)
    return passage


def _check_voices(passage: Passage) -> None:
    for part, number in sorted(passage.free or ()):
        if not any(voice_at(measure, (part, number)) for measure in passage.old):
            raise LilyDeskError(
                f"These measures have no voice {number + 1} in part {part + 1}.",
                "Choose another voice, or all of them.",
            )


# -- in runs


def runs_of(passage: Passage, keeps: Keeps) -> tuple[Run, ...]:
    """The passage cut where key, time signature or the length of a measure changes.

    Where something stays, the given measures say all that.
    """
    if not _is_all_new(passage, keeps):
        return (Run(0, passage.n_measures),)
    measures = [in_manner(measure, passage.manner) for measure in passage.old]
    openings = [
        _opening(passage, index, measure) if passage.first else ""  # there, it is given
        for index, measure in enumerate(measures)
    ]
    numbers: list[int] = []  # of the run that each measure is in
    for index, measure in enumerate(measures):
        is_new = bool(
            index == 0 or openings[index] or _signature(measure) != _signature(measures[index - 1])
        )
        numbers.append(numbers[-1] + is_new if numbers else 0)
    found = []
    for _, members in groupby(range(len(measures)), key=numbers.__getitem__):
        inside = list(members)
        key, time = _signature(measures[inside[0]])
        found.append(Run(inside[0], len(inside), key, time, openings[inside[0]]))
    return tuple(found)


def given_of(passage: Passage, keeps: Keeps) -> tuple[GivenMeasure, ...]:
    """What the model is given of each measure; nothing where all of it is to be written anew.

    At the beginning of a piece it is: else it would get other voices, and a pickup if it had none.
    """
    if _is_all_new(passage, keeps) and passage.first:
        return ()
    writer = passage.writer()
    found = []
    for measure in passage.old:
        locked = {
            place
            for place, voice in voices_of(measure)
            if voice.events and not is_free(passage.free, place)
        }
        text = writer.write(with_pickup(in_manner(measure, passage.manner))) + " |\n"
        found.append(GivenMeasure(text, frozenset(locked), keeps))
    return tuple(found)


def _is_all_new(passage: Passage, keeps: Keeps) -> bool:
    return passage.free is None and keeps == "none"


def _signature(measure: Measure) -> tuple[str, str]:
    key, time = measure.key, measure.time
    return write_key(key) if key else "", write_time(time) if time else ""


def _opening(passage: Passage, index: int, measure: Measure) -> str:
    r"""What is settled of a measure's first voice: \partial, and a note that a tie leads to."""
    events: list[Event] = []
    short = short_length(measure)
    if short is not None:
        events.append(Partial(short, NOWHERE))
    voice = measure.parts[0].voices[0]
    if index == 0 and is_free(passage.free, (0, 0)):
        events += _tied_start(passage, voice)
    if not events:
        return ""
    start = replace(measure, parts=(Part((Voice(voice.staff, tuple(events), voice.length,
                                                NOWHERE),)),))  # fmt: skip
    text = MeasureWriter().write(start)
    has_label = passage.staves[0] > 1 and not text.startswith("\\staff")
    return f'\\staff "1" {text}' if has_label else text


def _tied_start(passage: Passage, voice: Voice) -> Iterator[Event]:
    """The first note of the voice, if a tie from before leads to it; without its own marks."""
    tied = ties_out_of(passage.before[-1] if passage.before else None).get((0, 0), ())
    begin = first_leaf(voice.events)
    if begin is None or voice.staff != 1 or not tied:
        return
    leaf = begin[1]
    is_plain = leaf in voice.events and isinstance(leaf, Chord)
    if is_plain and isinstance(leaf, Chord):
        midi = {head.pitch.midi for head in leaf.heads}
        if midi <= {pitch.midi for pitch in tied}:
            kept = tuple(mark for mark in leaf.marks if mark.kind is MarkKind.SLUR_END)
            yield replace(leaf, marks=kept)


def _states(measure: Measure, kind: type[KeyChange] | type[TimeChange]) -> bool:
    """Whether the text of a measure says its key, or its time signature."""
    return any(isinstance(event, kind) for voice in measure.voices for event in voice.events)
