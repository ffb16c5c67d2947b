"""Double or halve durations."""

from __future__ import annotations

from lilydesk.lilylet.document_parser import ParsedText
from lilydesk.lilylet.edits.atoms import Atom, read_atoms
from lilydesk.lilylet.edits.result import EditResult, nothing
from lilydesk.lilylet.edits.selection import NO_NOTES, chosen_atoms
from lilydesk.lilylet.edits.settle import Target, as_it_is, settled
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
    atoms = read_atoms(parsed).atoms
    chosen = [i for i in chosen_atoms(atoms, selection) if _can_change(atoms[i])]
    if not chosen:
        return nothing(NO_NOTES)
    targets = [as_it_is(atom) for atom in atoms]
    for index in chosen:
        division = atoms[index].duration.division
        if is_doubled and division == 1:
            return nothing("A whole note cannot be written twice as long.")
        if not is_doubled and division == _SHORTEST:
            return nothing("There is no shorter note value than this.")
        division = division // 2 if is_doubled else division * 2
        length = Duration(division, atoms[index].duration.dots)
        targets[index] = Target(atoms[index].pitches, length)
    return settled(parsed, atoms, targets)


def _can_change(atom: Atom) -> bool:
    return not atom.is_grace and atom.rest is not RestKind.FULL_MEASURE
