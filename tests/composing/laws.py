"""What must hold of any text that a model has continued, whatever model and whatever text."""

from __future__ import annotations

from lilydesk.lilylet import ParsedText, parse_document
from tests.composing.events import n_measures_of


def faults_of(prefix: str, whole: str, n_new: int) -> list[str]:
    """What is wrong with `whole`, which continues `prefix` by `n_new` measures; best nothing.

    The composer's bytes stand, no error is new, the number of measures is the one asked for, and
    each new one is full; in a text without time signature all its voices are as long. Of a measure
    that the composer began, the last voice of it is judged.
    """
    if not whole.startswith(prefix):
        return ["the composer's text has changed"]
    before, after = parse_document(prefix), parse_document(whole)
    known = {place for place, _ in _errors(before)}
    faults = [f"error {place}: {said}" for place, said in _errors(after) if place not in known]
    measures = after.document.measures
    n_expected = n_measures_of(prefix) + n_new
    if len(measures) != n_expected:
        faults.append(f"{len(measures)} measures instead of {n_expected}")
    for measure in measures[len(measures) - n_new :] if n_new else ():
        lengths = {str(voice.length) for voice in measure.voices}
        wanted = {str(measure.expected)} if measure.time is not None else set()
        if len(lengths | wanted) > 1:
            faults.append(f"voices last {sorted(lengths)} instead of {measure.expected}")
    if n_new < len(measures):
        begun = measures[-n_new - 1]
        last = begun.parts[-1].voices[-1]
        is_continued = last.span.end + after.document.starts[-n_new - 1] > len(prefix)
        if is_continued and begun.time is not None and last.length < begun.expected:
            faults.append(f"the begun measure lasts {last.length} instead of {begun.expected}")
    return faults


def _errors(parsed: ParsedText) -> list[tuple[int, str]]:
    return [(fault.span.start, fault.message) for fault in parsed.errors]
