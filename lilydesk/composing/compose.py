"""Composing: a prompt or the composer's own measures go to an engine, measures come back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from lilydesk.composing.along import read_along
from lilydesk.composing.beams import is_beamed_by_meter, without_beams
from lilydesk.composing.measures import (
    ReadMeasure,
    in_composers_manner,
    read_measure,
    split_headers,
    split_measures,
    with_full_voices,
)
from lilydesk.composing.prefix import Begun, Prefix, read_prefix
from lilydesk.composing.remainder import ends_in_comment, remainder_text
from lilydesk.composing.request import (
    ComposeRequest,
    GeneratedMeasure,
    read_key_words,
    read_time_words,
)
from lilydesk.composing.tied_borders import with_tie_at, with_ties_from
from lilydesk.composing.voice_places import voices_of
from lilydesk.composing.whole_marks import WholeMarks
from lilydesk.engines import Engine, GenerationRequest
from lilydesk.errors import LilyDeskError
from lilydesk.lilylet import MeasureWriter, write_document
from lilydesk.lilylet.voice_writer import write_key, write_time
from lilydesk.notation import Document, Headers, Measure


def compose(
    engine: Engine, request: ComposeRequest, cancelled: Callable[[], bool]
) -> Iterator[GeneratedMeasure]:
    """Write new measures, or continue the composer's text; each comes when it is finished.

    `prefix_text` and the texts of all measures, joined, are a valid document in which the
    composer's own events are what they were. Raises LilyDeskError for a key or time signature
    that cannot be, BundleError where the model fails.
    """
    key, time = read_key_words(request.key), read_time_words(request.time)
    prefix = read_prefix(request.prefix_text, key, time)
    pieces = engine.generate(generation_request(request, prefix), cancelled)
    writer = PieceWriter(request, prefix)
    n_total = request.n_measures + (prefix.begun is not None)
    for index, text in enumerate(writer.written(split_measures(pieces))):
        yield GeneratedMeasure(text, index, n_total)


def generation_request(request: ComposeRequest, prefix: Prefix) -> GenerationRequest:
    """The request in the words of the engine."""
    along = read_along(
        request.along,
        prefix.staves if prefix.measures or prefix.begun else (),
        prefix.manner.key,
        prefix.manner.time,
    )
    is_all_given = request.n_measures <= len(along.given)
    if is_all_given and along.is_all_locked:
        raise LilyDeskError(
            "Every voice of the given music is to stay, so there is nothing to write.",
            "Leave a voice free, or ask for another staff.",
        )
    manner = prefix.manner if prefix.begun and is_all_given else along.manner or prefix.manner
    own_style = tuple(f"%{line}" for line in prefix.headers.style_lines)
    return GenerationRequest(
        n_new_measures=request.n_measures,
        style_lines=request.prompt.lines or own_style,
        headers=prefix.header_lines,
        measures_text=prefix.measures_text,
        partial_text=prefix.begun.model_text if prefix.begun else "",
        key_text=write_key(manner.key) if manner.key else "",
        time_text=write_time(manner.time) if manner.time else "",
        sampling=request.sampling,
        seed=request.seed,
        constrains_time=request.constrains_time,
        constraints=request.constraints,
        given=along.given[: request.n_measures],
        staves=prefix.planned_staves,
    )


class PieceWriter:
    """Turns an engine's measures into text for the composer, one after the other."""

    def __init__(self, request: ComposeRequest, prefix: Prefix) -> None:
        """Stand behind the prefix."""
        self._request = request
        self._prefix = prefix
        self._manner = prefix.manner
        self._entry = prefix.exit
        own = prefix.staves if prefix.measures or prefix.begun else ()
        self._staves = prefix.planned_staves or own
        self._number = len(prefix.measures)
        self._is_first = True
        self._n_left = request.n_measures + (prefix.begun is not None)
        self._is_beamed_by_meter = is_beamed_by_meter(prefix.parsed.document)
        self._marks = WholeMarks(
            prefix.parsed, request.along.locked if request.along else frozenset()
        )
        self._writer = MeasureWriter()
        for measure in prefix.measures:
            self._writer.write(in_composers_manner(measure, prefix.manner))

    def written(self, raws: Iterable[str]) -> Iterator[str]:
        """The texts to append for measures; one whose tie leads out of it waits for the next."""
        for raw in raws:
            text = self._text(raw)
            self._n_left -= 1
            if self._keeps_marks:
                yield text
            else:
                yield from self._marks.add(text, is_last=self._n_left == 0)
        yield from self._marks.finish()

    @property
    def _keeps_marks(self) -> bool:
        along = self._request.along
        return along is not None and along.keeps == "rhythm"  # that keeps all but the pitches

    def _text(self, raw: str) -> str:
        is_first, self._is_first = self._is_first, False
        self._number += 1
        if is_first and self._prefix.begun is not None:
            return self._complete(raw)
        if not is_first:
            return f"\n{self._whole(raw)}"
        headers, raw = split_headers(raw)
        return self._opening(headers) + self._whole(raw, self._composers_last)

    def _opening(self, headers: Headers) -> str:
        """What separates the first new measure from the composer's text, or heads a new piece."""
        text = self._request.prefix_text
        if not text.strip():
            lines = tuple(line.removeprefix("%") for line in self._request.prompt.lines)
            head = write_document(Document(replace(headers, style_lines=lines), (), ()))
            return f"{head}\n" if head else ""
        closing = self._prefix.closing
        if closing:
            begin = f"\n{closing.lstrip()}" if ends_in_comment(text) else closing
            return f"{begin} %{self._number - 1}\n\n"
        if text.endswith("\n\n"):
            return ""
        return "\n" if text.endswith("\n") else "\n\n"

    @property
    def _composers_last(self) -> Measure | None:
        """The composer's last whole measure, whose ties lead on; not into given music."""
        is_free = self._request.along is None and self._prefix.measures
        return self._prefix.measures[-1] if is_free else None

    def _whole(self, raw: str, before: Measure | None = None) -> str:
        read = with_ties_from(self._read(raw).measure, before, None)
        return f"{self._writer.write(self._in_manner(read))} | %{self._number}\n"

    def _in_manner(self, measure: Measure) -> Measure:
        """The measure in the composer's manner; what has changed is stated from then on."""
        measure = in_composers_manner(measure, self._manner)
        self._manner = replace(
            self._manner,
            states_key=self._manner.states_key or measure.key is not None,
            states_time=self._manner.states_time or measure.time is not None,
        )
        return measure

    def _complete(self, raw: str) -> str:
        """The rest of the measure that the composer began."""
        begun = self._prefix.begun
        assert begun is not None
        read = self._read(begun.model_text + raw).measure
        if self._request.constrains_time:
            read = with_full_voices(
                read, first=begun.model_text.count("\n") + bool(begun.separator)
            )
        read = self._with_ties(read, begun)
        measure = self._in_manner(read)
        lines = self._writer.write(measure).split("\n")
        rest = remainder_text(
            self._request.prefix_text,
            begun.added,
            bool(begun.separator),
            measure,
            begun.model_text,
            lines,
        )
        return f"{rest} | %{self._number}\n"

    def _with_ties(self, measure: Measure, begun: Begun) -> Measure:
        """The completed measure, where the composer's ties lead to notes of the model."""
        places = [place for place, _ in voices_of(measure)]
        cursor = begun.model_text.count("\n")
        if not begun.separator:
            measure = with_tie_at(measure, places[cursor], len(begun.model_text))
        free = frozenset(places[cursor + 1 :])
        return with_ties_from(measure, self._composers_last, free)

    def _read(self, raw: str) -> ReadMeasure:
        read = read_measure(raw, self._entry, self._staves)
        self._entry = read.exit
        if self._is_beamed_by_meter:
            read = replace(read, measure=without_beams(read.measure))
        if not self._staves:
            self._staves = tuple(
                max(voice.staff for voice in part.voices) for part in read.measure.parts
            )
        return read
