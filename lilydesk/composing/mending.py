"""A last look at new measures in their place: marks of theirs without a partner are taken out."""

from __future__ import annotations

from lilydesk.composing.splice import Splice
from lilydesk.lilylet import Diagnostic, ParsedText, reparse
from lilydesk.lilylet.edits import TextEdit, apply_edits
from lilydesk.lilylet.edits.result import composed, spans_after

_LOOSE = (
    "unclosed-slur", "unclosed-beam", "unclosed-hairpin", "stray-slur-end", "stray-beam-end",
    "stray-hairpin-end", "tie-without-target",
)  # fmt: skip
_MOST_PASSES = 4  # what ends one may have begun another


def without_loose_marks(parsed: ParsedText, put: Splice) -> Splice:
    """The splice, whose own slurs, beams, hairpins and ties all have both their ends."""
    for _ in range(_MOST_PASSES):
        spans = spans_after(put.edits)
        loose = [
            TextEdit(fault.span, "")
            for fault in _loose_in(reparse(parsed, put.text))
            if any(span.start <= fault.span.start and fault.span.end <= span.end for span in spans)
        ]
        if not loose:
            break
        edits = composed(parsed.text, put.edits, loose)
        put = Splice(edits, apply_edits(parsed.text, edits), put.n_outside)
    return put


def n_lost_ends(parsed: ParsedText, put: Splice) -> int:
    """Slurs, hairpins and ties of the kept text that have lost an end."""
    return max(0, len(_loose_in(reparse(parsed, put.text))) - len(_loose_in(parsed)))


def _loose_in(parsed: ParsedText) -> list[Diagnostic]:
    return [fault for fault in parsed.diagnostics if fault.code in _LOOSE]
