"""Training rows in other keys, and as the beginnings of shorter pieces, on the fly."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from lilydesk.engines.patches import Patch, PatchLayout, bos_patch, eos_patch
from lilydesk.engines.tokenizer import Tokenizer
from lilydesk.training.pieces import PackedPiece, Patches
from lilydesk.training.transposition import Interval, profile, transpose

_SHORTEST, _LONGEST = 8, 40  # measures that a composer asks for at once
_MARKED_MEASURE = re.compile(r"\[r:(\d+)/(\d+)\](.*?)(?=\[r:\d+/\d+\]|\Z)", re.DOTALL)


class Transposer:
    """Moves rows by intervals that suit the whole piece; remembers which do."""

    def __init__(self, chance: float, context: int) -> None:
        """Move a row with this chance; rows that grow beyond `context` lose their last measures."""
        self._chance = chance
        self._context = context
        self._layout = PatchLayout(Tokenizer.standard())
        self._intervals: dict[str, list[Interval]] = {}  # by name of the piece

    def move(self, row: Patches, piece: PackedPiece, rng: np.random.Generator) -> Patches:
        """The row in a key drawn at random, or as it is."""
        if rng.random() >= self._chance:
            return row
        intervals = self._intervals_of(piece)
        if not intervals:
            return row
        return self.moved_by(row, piece, intervals[int(rng.integers(len(intervals)))])

    def _intervals_of(self, piece: PackedPiece) -> list[Interval]:
        if piece.name not in self._intervals:
            self._intervals[piece.name] = profile(self._text(piece.body)).intervals()
        return self._intervals[piece.name]

    def moved_by(self, row: Patches, piece: PackedPiece, interval: Interval) -> Patches:
        """The row moved by an interval. One that ends inside a measure stays as it is."""
        size = row.shape[1]
        n_head = _head_length(row, piece)
        is_ended = bool((row[-1] == eos_patch(size)).all())
        text = self._text(row[n_head : len(row) - is_ended])
        if not text.endswith("|\n"):
            return row
        patches = self._laid_out(transpose(text, interval), self._context - n_head - is_ended)
        if is_ended:
            patches.append(eos_patch(size))
        return _joined(row[:n_head], patches)

    def _laid_out(self, text: str, room: int) -> list[Patch]:
        """Patches of measures with their markers, as many as fit."""
        patches: list[Patch] = []
        for match in _MARKED_MEASURE.finditer(text):
            index, remaining = int(match[1]), int(match[2])
            measure = self._layout.measure(match[3], index, index + remaining + 1)
            if len(patches) + len(measure) > room:
                break
            patches += measure
        return patches

    def _text(self, patches: Patches) -> str:
        return self._layout.tokenizer.decode(patches.reshape(-1).tolist())


class Shortener:
    """Tells rows from the beginning of a long piece that the piece is short.

    A movement of a quartet has a hundred measures and more, so without this no model sees the
    small numbers in the markers of such pieces that sixteen measures have, and loses its place in
    the patches. The row has no end, so that it teaches none.
    """

    def __init__(self, chance: float) -> None:
        self._chance = chance
        self._layout = PatchLayout(Tokenizer.standard())

    def shorten(self, row: Patches, piece: PackedPiece, rng: np.random.Generator) -> Patches:
        """The row with the markers of a piece of 8 to 40 measures, or as it is."""
        if rng.random() >= self._chance or len(piece.measure_starts) <= _LONGEST:
            return row
        n_head = _head_length(row, piece)
        text = self._layout.tokenizer.decode(row[n_head:].reshape(-1).tolist())
        if not (text.startswith("[r:0/") and text.endswith("|\n")):
            return row
        n_measures = int(_SHORTEST * (_LONGEST / _SHORTEST) ** rng.random())
        patches: list[Patch] = []
        for index, match in enumerate(_MARKED_MEASURE.finditer(text)):
            if index < n_measures:
                patches += self._layout.measure(match[3], index, n_measures)
        return _joined(row[:n_head], patches)


def _head_length(row: Patches, piece: PackedPiece) -> int:
    """Patches before the first measure; the header lines may have been left out."""
    n_head = int(np.flatnonzero((row == bos_patch(row.shape[1])).all(axis=1))[0]) + 1
    headers = row[n_head : n_head + len(piece.headers)]
    return n_head + len(headers) if np.array_equal(headers, piece.headers) else n_head


def _joined(head: Patches, patches: Sequence[Patch]) -> Patches:
    return np.concatenate([head, np.array(patches, dtype=np.uint8).reshape(-1, head.shape[1])])
