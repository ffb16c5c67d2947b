"""Does a new passage follow a piece that the model learned from? Said to the composer plainly."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lilydesk.engines.fingerprints import MeasureIndex
from lilydesk.lilylet import write_document
from lilydesk.notation import Document

LEAST_MEASURES = 3  # two in a row agree easily: an accompaniment figure, a held chord


@dataclass(frozen=True, slots=True)
class FamiliarPassage:
    """Measures that have the notes of a piece the model was trained on."""

    first_measure: int  # number in the composer's piece, from 1
    last_measure: int
    n_measures: int  # those with notes
    piece: str
    piece_last_measure: int  # number in that piece, from 1

    @property
    def sentence(self) -> str:
        """For people."""
        return (
            f"Measures {self.first_measure} to {self.last_measure} follow {self.piece} "
            f"for {self.n_measures} measures, up to its measure {self.piece_last_measure}."
        )


def familiar_passage(
    index: MeasureIndex, document: Document, first_new: int, n_new: int
) -> FamiliarPassage | None:
    """The longest such passage among the measures `first_new` (from 0) and on, if it is worth it.

    The composer's own measures are not looked at: what they quote is theirs to know.
    """
    new = document.measures[first_new : first_new + n_new]
    run = index.longest_run(write_document(replace(document, measures=new)))
    if run.n_measures < LEAST_MEASURES:
        return None
    last = first_new + run.sample_measure + 1
    return FamiliarPassage(
        first_measure=last - run.n_spanned + 1,
        last_measure=last,
        n_measures=run.n_measures,
        piece=run.piece,
        piece_last_measure=run.piece_measure + 1,
    )
