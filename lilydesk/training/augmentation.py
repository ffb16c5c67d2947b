"""Training rows moved into other keys, on the fly."""

from __future__ import annotations

import re

import numpy as np

from lilydesk.engines.patches import Patch, PatchLayout, bos_patch, eos_patch
from lilydesk.engines.tokenizer import Tokenizer
from lilydesk.training.pieces import PackedPiece, Patches
from lilydesk.training.transposition import Interval, profile, transpose

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
        n_head = int(np.flatnonzero((row == bos_patch(size)).all(axis=1))[0]) + 1
        n_head += len(piece.headers)
        is_ended = bool((row[-1] == eos_patch(size)).all())
        text = self._text(row[n_head : len(row) - is_ended])
        if not text.endswith("|\n"):
            return row
        patches = self._laid_out(transpose(text, interval), self._context - n_head - is_ended)
        if is_ended:
            patches.append(eos_patch(size))
        return np.concatenate([row[:n_head], np.array(patches, dtype=np.uint8).reshape(-1, size)])

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
