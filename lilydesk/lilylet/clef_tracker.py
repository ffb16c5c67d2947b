"""Which clef is in force on each staff, while a score is being written measure by measure."""

from __future__ import annotations

from fractions import Fraction

from lilydesk.notation.event import Clef


class ClefTracker:
    """The clefs of one part. Voices of a measure come one after another, but sound together."""

    def __init__(self) -> None:
        self._at_start: dict[int, Clef] = {}  # by staff
        self._changes: dict[int, list[tuple[Fraction, Clef]]] = {}

    def change(self, staff: int, onset: Fraction, clef: Clef) -> bool:
        """Notes a clef at `onset` of the measure at hand; False if it is in force already."""
        if self._in_force(staff, onset) == clef:
            return False
        self._changes.setdefault(staff, []).append((onset, clef))
        return True

    def _in_force(self, staff: int, onset: Fraction) -> Clef | None:
        before = [change for change in self._changes.get(staff, []) if change[0] <= onset]
        if not before:
            return self._at_start.get(staff)
        latest = max(moment for moment, _ in before)
        return [clef for moment, clef in before if moment == latest][-1]

    def end_measure(self) -> None:
        """The next measure begins."""
        for staff, changes in self._changes.items():
            latest = max(moment for moment, _ in changes)
            self._at_start[staff] = [clef for moment, clef in changes if moment == latest][-1]
        self._changes = {}
