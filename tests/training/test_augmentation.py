from __future__ import annotations

import re

import numpy as np

from lilydesk.engines.patches import PatchLayout, split_piece
from lilydesk.engines.tokenizer import Tokenizer
from lilydesk.training.augmentation import Shortener, Transposer
from lilydesk.training.data import Batch, draw_window, training_batches, window
from lilydesk.training.pieces import pack_piece
from lilydesk.training.transposition import Interval, transpose

LAYOUT = PatchLayout(Tokenizer.standard())
MEASURE = (
    '\\staff "1" \\key bf \\major \\time 2/4 bf\'8([ c d f]) \\\\\n'
    '\\staff "2" \\clef "bass" <bf, d f>2 |\n\n'
)
TEXT = "%Romantic\n%Schubert, Franz\n\n" + MEASURE * 6
MARKER = re.compile(r"\[r:\d+/\d+\]")
PIECE = pack_piece("piece", TEXT, LAYOUT)


def test_a_moved_row_is_laid_out_as_the_moved_text() -> None:
    row = np.array(LAYOUT.piece(TEXT), dtype=np.uint8)
    moved = Transposer(1.0, 1024).moved_by(row, PIECE, Interval(3))
    assert np.array_equal(moved, np.array(LAYOUT.piece(transpose(TEXT, Interval(3)))))


def test_a_window_keeps_its_markers() -> None:
    row = draw_window(PIECE, 30, np.random.default_rng(1))
    moved = Transposer(1.0, 40).moved_by(row, PIECE, Interval(-1))
    words = [LAYOUT.tokenizer.decode(patches.reshape(-1).tolist()) for patches in (row, moved)]
    assert words[1].count("\\key ef \\major") == words[0].count("\\key bf \\major")
    assert MARKER.findall(words[1]) == MARKER.findall(words[0])
    assert len(MARKER.findall(words[0])) > 1


def test_a_row_never_outgrows_the_context() -> None:
    row = np.array(LAYOUT.piece(TEXT), dtype=np.uint8)
    moved = Transposer(1.0, len(row) - 2).moved_by(row, PIECE, Interval(3))
    assert len(moved) <= len(row) - 2


def test_batches_hold_other_keys_only_with_a_transposer() -> None:
    def batches(transposer: Transposer | None) -> list[Batch]:
        drawn = training_batches([PIECE], 64, 100, 0.0, np.random.default_rng(3), transposer)
        return [next(drawn) for _ in range(3)]

    plain, moved = batches(None), batches(Transposer(1.0, 64))
    keys = [LAYOUT.tokenizer.decode(b.patches.reshape(-1).tolist()) for b in (*plain, *moved)]
    assert all("\\key bf \\major" in text for text in keys[:3])
    assert not all("\\key bf \\major" in text for text in keys[3:])


def test_the_beginning_of_a_long_piece_may_be_that_of_a_short_one() -> None:
    text = "%Romantic\n\n" + MEASURE * 60
    piece = pack_piece("long", text, LAYOUT)
    row = window(piece, piece.style, 120, 0)
    short = Shortener(1.0).shorten(row, piece, np.random.default_rng(4))
    words = LAYOUT.tokenizer.decode(short.reshape(-1).tolist())
    markers = [tuple(map(int, found[3:-1].split("/"))) for found in MARKER.findall(words)]
    n_measures = sum(markers[0]) + 1
    assert 8 <= n_measures <= 40
    assert markers == [(i, n_measures - i - 1) for i in range(len(markers))]
    measures = tuple(split_piece(text).measures[: len(markers)])
    expected = LAYOUT.piece("%Romantic\n\n" + "".join(measures), n_measures)
    assert np.array_equal(short, np.array(expected))


def test_the_middle_of_a_piece_and_short_pieces_keep_their_markers() -> None:
    long = pack_piece("long", "%Romantic\n\n" + MEASURE * 60, LAYOUT)
    for piece, start in ((long, 5), (PIECE, 0)):
        row = window(piece, piece.style, 120, start)
        assert Shortener(1.0).shorten(row, piece, np.random.default_rng(4)) is row
