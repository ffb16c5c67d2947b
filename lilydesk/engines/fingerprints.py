"""Is it copied? The longest run of measures that a piece shares with the texts a model learned.

A bundle may carry the fingerprints of its training texts: four bytes a measure, no music. A run of
two measures agrees by chance once in many millions.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.patches import split_piece
from lilydesk.errors import BundleError

FILE_NAME = "fingerprints.npz"

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
    n_spanned: int = 0  # measures from the first of the run to the last, rests among them included


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """One number for each measure of a corpus, piece after piece."""

    prints: NDArray[np.uint32]  # (n_measures,)
    starts: NDArray[np.int64]  # (n_pieces,) index of each piece's first measure
    names: tuple[str, ...]  # (n_pieces,)

    @classmethod
    def of(cls, texts: Mapping[str, str], normalise: Normalise) -> Fingerprints:
        """Read name -> text of pieces in canonical form."""
        prints: list[int] = []
        starts: list[int] = []
        for text in texts.values():
            starts.append(len(prints))
            prints.extend(_print_of(m, normalise) for m in split_piece(text).measures)
        return cls(np.array(prints, np.uint32), np.array(starts, np.int64), tuple(texts))

    def to_bytes(self) -> bytes:
        """For a file beside the graphs of a bundle."""
        names = np.frombuffer(json.dumps(self.names).encode(), np.uint8)
        target = io.BytesIO()
        np.savez_compressed(target, prints=self.prints, starts=self.starts, names=names)
        return target.getvalue()

    @classmethod
    def read(cls, path: Path) -> Fingerprints:
        """Read what `to_bytes` has written. Raises BundleError."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                names = tuple(map(str, json.loads(arrays["names"].tobytes())))
                prints, starts = arrays["prints"], arrays["starts"]
            _check_list(prints, starts, names)
        except Exception as error:  # zip, zlib and numpy raise too many kinds
            raise BundleError(
                f"The model's list of the pieces it learned from, {path.name}, cannot be read.",
                "Copies of those pieces go unnoticed until you get the bundle again.",
            ) from error
        return cls(prints, starts, names)


def _check_list(prints: NDArray[Any], starts: NDArray[Any], names: tuple[str, ...]) -> None:
    """Raise ValueError unless every place that an index looks up is there."""
    is_list = prints.dtype == np.uint32 and starts.dtype == np.int64 and prints.ndim == 1
    if not is_list or starts.shape != (len(names),):
        raise ValueError("no list of pieces")
    if (np.diff(starts, prepend=0, append=len(prints)) < 0).any():
        raise ValueError("pieces that lie outside the list")


class MeasureIndex:
    """Where every measure of a corpus stands."""

    def __init__(self, fingerprints: Fingerprints, normalise: Normalise) -> None:
        """`normalise` is what the fingerprints were made with."""
        self._normalise = normalise
        self._names = fingerprints.names
        self._starts = fingerprints.starts
        self._firsts = frozenset(map(int, fingerprints.starts))
        self._places = np.argsort(fingerprints.prints, kind="stable")
        self._sorted = fingerprints.prints[self._places]

    def longest_run(self, text: str) -> SharedRun:
        """The longest run that a piece in canonical form shares with one piece of the corpus."""
        best, best_place = SharedRun(), 0
        running: dict[int, tuple[int, int]] = {}  # place -> measures with notes, all measures
        for number, measure in enumerate(split_piece(text).measures):
            has_notes = _has_notes(measure)
            runs = {}
            for place in self._places_of(measure):
                sounding, spanned = running.get(place - 1, (0, 0))
                if place in self._firsts:
                    sounding = spanned = 0
                runs[place] = (sounding + has_notes, spanned + bool(has_notes or spanned))
                if runs[place][0] > best.n_measures:
                    best_place = place
                    best = SharedRun(runs[place][0], "", 0, number, runs[place][1])
            running = runs
        return self._named(best, best_place) if best.n_measures else best

    def _places_of(self, measure: str) -> Iterator[int]:
        wanted = np.uint32(_print_of(measure, self._normalise))
        first = np.searchsorted(self._sorted, wanted, side="left")
        last = np.searchsorted(self._sorted, wanted, side="right")
        return map(int, self._places[first:last])

    def _named(self, run: SharedRun, place: int) -> SharedRun:
        piece = int(np.searchsorted(self._starts, place, side="right")) - 1
        return replace(
            run, piece=self._names[piece], piece_measure=place - int(self._starts[piece])
        )


def longest_runs(
    texts: Iterable[str], corpus: Mapping[str, str], normalise: Normalise
) -> list[SharedRun]:
    """The longest run of each text."""
    index = MeasureIndex(Fingerprints.of(corpus, normalise), normalise)
    return [index.longest_run(text) for text in texts]


def word_for_word(measure: str) -> str:
    """A measure without what its place in the piece decides: spacing and the label of staff 1."""
    return _LABEL.sub("", " ".join(measure.split()))


def notes_alone(measure: str) -> str:
    """Pitches, durations, tuplets and grace notes: no dynamics, articulation, stems, beams, key."""
    return " ".join(_NO_NOTE.sub(" ", measure).split())


def _print_of(measure: str, normalise: Normalise) -> int:
    digest = blake2b(normalise(measure).encode(), digest_size=4).digest()
    return int.from_bytes(digest, "little")


def _has_notes(measure: str) -> bool:
    return _NOTE.search(_HEAD.sub(" ", measure)) is not None
