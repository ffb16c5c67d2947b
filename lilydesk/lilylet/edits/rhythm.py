"""Double or halve durations."""

from __future__ import annotations

from lilydesk.lilylet.document_parser import ParsedText
from lilydesk.lilylet.edits.atoms import Atom
from lilydesk.lilylet.edits.result import EditResult, nothing
from lilydesk.lilylet.edits.selection import NO_NOTES, selected
from lilydesk.lilylet.edits.settle import Target, passage_of, settled
from lilydesk.notation.duration import Duration
from lilydesk.notation.event import RestKind
from lilydesk.notation.span import Span

_SHORTEST = 1024


def double_durations(parsed: ParsedText, selection: Span) -> EditResult:
    """Makes the selected notes and rests twice as long; grace notes stay."""
    return _scaled(parsed, selection, True)


def halve_durations(parsed: ParsedText, selection: Span) -> EditResult:
    """Makes the selected notes and rests half as long; grace notes stay."""
    return _scaled(parsed, selection, False)


def _scaled(parsed: ParsedText, selection: Span, is_doubled: bool) -> EditResult:
    found = selected(parsed, selection)
    chosen = [index for index in found.chosen if _can_change(found.atoms[index])]
    if not chosen:
        return nothing(NO_NOTES)
    changed: dict[int, Target] = {}
    for index in chosen:
        atom = found.atoms[index]
        division = atom.duration.division
        if is_doubled and division == 1:
            return nothing("A whole note cannot be written twice as long.")
        if not is_doubled and division == _SHORTEST:
            return nothing("There is no shorter note value than this.")
        division = division // 2 if is_doubled else division * 2
        changed[index] = Target(atom.pitches, Duration(division, atom.duration.dots))
    return settled(parsed, passage_of(found, changed))


def _can_change(atom: Atom) -> bool:
    return not atom.is_grace and atom.rest is not RestKind.FULL_MEASURE
