"""An ABC text as a score."""

from __future__ import annotations

from lilydesk.codecs.abc.assembly import assemble
from lilydesk.codecs.abc.source import choose_tune
from lilydesk.codecs.abc.tune import TuneReader
from lilydesk.codecs.imported import ImportedScore
from lilydesk.codecs.losses import Losses


def read_abc(text: str) -> ImportedScore:
    """Read the first tune of an ABC text (standard 2.1), as much of it as can be read.

    What could not be taken over is in the score's losses. Spans in the document are places in no
    text; they only tell elements apart. Raises FileError where there is no tune at all.
    """
    losses = Losses("line", 1)
    tune = TuneReader(losses)
    tune.read(choose_tune(text, losses))
    document = assemble(tune)
    return ImportedScore(document, losses.sentences())
