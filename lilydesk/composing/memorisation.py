"""Is it copied? The longest run of measures that a piece shares with the texts a model learned."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

from lilydesk.engines.patches import split_piece

_NOTE = re.compile(r"(?<![\\\w\"])<?[a-g](?:ss|ff|s|f)?[',]*(?![a-z\"])")
_HEAD = re.compile(r'\\key \w+ \\\w+|(?:\\numericTimeSignature )?\\time \d+/\d+|"[^"]*"')
_LABEL = re.compile(r'^\\staff "1" ')
_NO_NOTE = re.compile(
    r""""[^"]*" | \\key\ \w+\ \\\w+ | \\time\ \S+ | [-^_](?:[-.!>^_]|(?=\\)) | [][()~!]
    | \\(?!tuplet|times|grace|\\)(?:[a-zA-Z]+|.)""",
    re.VERBOSE,
)


Normalise = Callable[[str], str]
"""What two measures must share to count as equal."""


@dataclass(frozen=True, slots=True)
class SharedRun:
    """Measures that stand in the same order in a training piece."""

    n_measures: int = 0  # those with notes; rests count for nothing, but do not end a run
    piece: str = ""
    piece_measure: int = 0  # from 0, the last of the run in that piece
    sample_measure: int = 0  # likewise in the sample


class MeasureIndex:
    """Where every measure of a corpus stands."""

    def __init__(self, texts: Mapping[str, str], normalise: Normalise) -> None:
        """Read name -> text of pieces in canonical form; `normalise` says what is equal."""
        self._normalise = normalise
        self._places: dict[bytes, list[tuple[str, int]]] = defaultdict(list)
        for name, text in texts.items():
            for index, measure in enumerate(split_piece(text).measures):
                self._places[self._digest(measure)].append((name, index))

    def _digest(self, measure: str) -> bytes:
        return blake2b(self._normalise(measure).encode(), digest_size=12).digest()

    def longest_run(self, text: str) -> SharedRun:
        """The longest run that a piece in canonical form shares with one piece of the corpus."""
        best = SharedRun()
        running: dict[tuple[str, int], int] = {}  # place -> measures with notes up to it
        for number, measure in enumerate(split_piece(text).measures):
            has_notes = _has_notes(measure)
            running = {
                (name, index): running.get((name, index - 1), 0) + has_notes
                for name, index in self._places.get(self._digest(measure), ())
            }
            for (name, index), length in running.items():
                if length > best.n_measures:
                    best = SharedRun(length, name, index, number)
        return best


def longest_runs(
    texts: Iterable[str], corpus: Mapping[str, str], normalise: Normalise
) -> list[SharedRun]:
    """The longest run of each text."""
    index = MeasureIndex(corpus, normalise)
    return [index.longest_run(text) for text in texts]


def word_for_word(measure: str) -> str:
    """A measure without what its place in the piece decides: spacing and the label of staff 1."""
    return _LABEL.sub("", " ".join(measure.split()))


def notes_alone(measure: str) -> str:
    """Pitches, durations, tuplets and grace notes: no dynamics, articulation, stems, beams, key."""
    return " ".join(_NO_NOTE.sub(" ", measure).split())


def _has_notes(measure: str) -> bool:
    return _NOTE.search(_HEAD.sub(" ", measure)) is not None
