"""The fixes of diagnostics that take more than one piece of text in place of another."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from fractions import Fraction

from lilydesk.lilylet.diagnostics import Diagnostic
from lilydesk.lilylet.document_parser import ParsedText
from lilydesk.lilylet.edits.atoms import Atom, read_measure
from lilydesk.lilylet.edits.result import EditResult, TextEdit, nothing
from lilydesk.lilylet.edits.settle import Passage, Target, resettled
from lilydesk.lilylet.length_checks import last_timed
from lilydesk.lilylet.lengths import single_value, spelled_length
from lilydesk.lilylet.voice_writer import write_duration
from lilydesk.notation.document import Measure, Voice
from lilydesk.notation.duration import Duration
from lilydesk.notation.event import Timed
from lilydesk.notation.span import Span
from lilydesk.notation.walk import is_plain_rest, is_timed, leaves_of, length_of
from lilydesk.timeline.placing import voice_keys

NO_FIX = "No problem here has a fix that can be applied."


def fix(parsed: ParsedText, fault: Diagnostic) -> EditResult:
    """The edits that mend a fault; all other notes and rests stay as they are."""
    if fault.replacement is not None:
        return EditResult((TextEdit(fault.span, fault.replacement),))
    index = max(0, bisect_right(parsed.chunk_starts, fault.span.start) - 1)
    measure = parsed.chunks[index].measure if fault.fix else None
    if measure is None:
        return nothing(NO_FIX)
    start = parsed.chunk_starts[index]
    if fault.code == "pickup-without-partial":
        return _with_partial(measure, start)
    mending = _Mending(parsed.text, measure, start)
    wrong = [voice for voice in measure.voices if voice.span.shifted(start) == fault.span]
    for voice in wrong or measure.voices:
        mending.mend(voice)
    targets = mending.targets(read_measure(parsed, index).atoms)
    return resettled(parsed, mending.edits, Passage(index, index, targets))


def _with_partial(measure: Measure, start: int) -> EditResult:
    value = single_value(measure.length)
    if value is None:
        return nothing(NO_FIX)
    place = start + measure.span.start
    return EditResult((TextEdit(Span(place, place), f"\\partial {write_duration(value)} "),))


class _Mending:
    """Makes voices of one measure as long as it is."""

    def __init__(self, text: str, measure: Measure, start: int) -> None:
        self.edits: list[TextEdit] = []
        self._text = text
        self._measure = measure
        self._start = start  # of the measure in the text
        self._layers = {id(voice): key.layer for key, voice in voice_keys(measure)}
        self._added: dict[int, int] = {}  # how many rests at which place in the text
        self._left_out: set[int] = set()  # where rests begin that go
        self._lengths: dict[int, Duration] = {}  # where notes begin, and what they get

    def mend(self, voice: Voice) -> None:
        """Fill a short voice with rests, shorten a long one at its end."""
        timed = [event for event in voice.events if is_timed(event)]
        gap = self._measure.expected - voice.length
        if gap > 0 and timed:
            self._fill(voice, timed, gap)
        elif gap < 0:
            self._shorten(last_timed(voice), -gap)

    def _fill(self, voice: Voice, timed: list[Timed], gap: Fraction) -> None:
        # Marks may stand behind a group: `{ c8 d e })`.
        marks = [mark.span.end for leaf in leaves_of(timed[-1:]) for mark in leaf.marks]
        place = self._start + max(timed[-1].span.end, *marks, 0)
        # A lower voice keeps out of the way of the one that it shares the staff with.
        rest = "r" if self._layers[id(voice)] == 1 else "s"
        values = [write_duration(value) for value in reversed(spelled_length(gap) or [])]
        self.edits.append(TextEdit(Span(place, place), "".join(f" {rest}{one}" for one in values)))
        self._added[place] = len(values)

    def _shorten(self, last: Timed, excess: Fraction) -> None:
        span = last.span.shifted(self._start)
        if is_plain_rest(last) and length_of(last) == excess:
            before = self._text[: span.start]
            self.edits.append(TextEdit(Span(len(before.rstrip(" ")), span.end), ""))
            self._left_out.add(span.start)
            return
        value = single_value(length_of(last) - excess)
        if value is not None:
            self._lengths[span.start] = value

    def targets(self, atoms: Iterable[Atom]) -> list[Target | None]:
        """What the atoms of the measure are to be, rests that are new among them."""
        found: list[tuple[int, Target | None]] = [
            (place, None) for place, n_rests in self._added.items() for _ in range(n_rests)
        ]
        for atom in atoms:
            start = atom.span.start
            if start not in self._left_out:
                duration = self._lengths.get(start, atom.duration)
                found.append((start, Target(atom.pitches, duration)))
        return [target for _, target in sorted(found, key=lambda entry: entry[0])]
