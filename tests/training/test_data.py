from __future__ import annotations

import tarfile
from pathlib import Path

import numpy as np
import pytest

from lilydesk.engines.patches import PatchLayout
from lilydesk.engines.tokenizer import EOS, PAD, Tokenizer
from lilydesk.errors import FileError
from lilydesk.training.data import (
    Batch,
    draw_limit,
    draw_window,
    read_corpus,
    style_table,
    training_batches,
    validation_batches,
    window,
)
from lilydesk.training.pieces import PackedPiece, pack_piece

LAYOUT = PatchLayout(Tokenizer.standard())
STYLE = "%Romantic\n%Schubert, Franz\n%Art Song\n\n"


def text(n_measures: int) -> str:
    return STYLE + "\n".join("\\key c \\major c'4 d e f |\n" for _ in range(n_measures))


def packed(n_measures: int) -> PackedPiece:
    return pack_piece("piece", text(n_measures), LAYOUT)


def words(patches: np.ndarray) -> str:
    return LAYOUT.tokenizer.decode(int(token) for patch in patches for token in patch)


def test_a_whole_piece_in_its_window_is_the_published_layout() -> None:
    piece = packed(3)
    expected = np.array(LAYOUT.piece(text(3)), dtype=np.uint8)
    assert np.array_equal(window(piece, piece.style, 1024, 0), expected)


def test_a_long_piece_is_cut_between_measures() -> None:
    piece = packed(40)
    row = words(window(piece, piece.style, 30, 10))
    assert row.startswith("%Romantic\n%Schubert, Franz\n%Art Song\n[r:10/29]")
    assert row.endswith("|\n")


def test_markers_are_those_of_the_whole_piece_wherever_a_window_begins() -> None:
    piece, rng = packed(40), np.random.default_rng(0)
    rows = [words(draw_window(piece, 20, rng)) for _ in range(40)]
    firsts = {row.partition("[r:")[2].partition("]")[0] for row in rows}
    assert len(firsts) > 5
    assert all(sum(map(int, first.split("/"))) == 39 for first in firsts)


def test_every_subset_of_style_lines_is_drawn() -> None:
    piece, rng = packed(2), np.random.default_rng(0)
    prompts = {words(draw_window(piece, 1024, rng)).partition("[r:")[0] for _ in range(200)}
    assert len(prompts) == 8


def test_windows_are_short_first_and_reach_the_context_at_the_end() -> None:
    rng = np.random.default_rng(0)
    first = [draw_limit(1024, 0.3, rng) for _ in range(300)]
    last = [draw_limit(1024, 1.0, rng) for _ in range(300)]
    assert max(first) <= 160
    assert max(last) > 700


def test_rows_are_padded_with_empty_patches() -> None:
    batch = Batch.of([np.full((2, 16), 5, np.uint8), np.full((4, 16), 6, np.uint8)])
    assert batch.patches.shape == (2, 4, 16)
    assert batch.lengths.tolist() == [2, 4]
    assert (batch.patches[0, 2:] == PAD).all()


def test_the_same_seed_draws_the_same_batches() -> None:
    pieces = [packed(n) for n in range(1, 12)]

    def first_batch(seed: int) -> Batch:
        return next(training_batches(pieces, 64, 100, 0.0, np.random.default_rng(seed)))

    assert np.array_equal(first_batch(1).patches, first_batch(1).patches)
    assert first_batch(1).patches.size <= 100 * 16


def test_validation_sees_every_measure_once() -> None:
    piece = packed(40)
    batches = validation_batches([piece], 30, 60)
    rows = [
        row[:n] for batch in batches for row, n in zip(batch.patches, batch.lengths, strict=True)
    ]
    text = "".join(words(row) for row in rows)
    assert sorted(text.count(f"[r:{i}/{39 - i}]") for i in range(40)) == [1] * 40
    assert sum((row == EOS).sum(axis=1).max() == 15 for row in rows) == 1


def test_an_archive_is_read_like_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    for name in ("b", "a"):
        (folder / f"{name}.lyl").write_text(text(2))
    with tarfile.open(tmp_path / "texts.tar.xz", "w:xz") as archive:
        archive.add(folder, "texts")
    names = [piece.name for piece in read_corpus(tmp_path / "texts.tar.xz")]
    assert names == [piece.name for piece in read_corpus(folder)] == ["a", "b"]


def test_a_folder_without_pieces_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"no \.lyl file"):
        read_corpus(tmp_path)


def test_styles_with_few_pieces_are_left_out(tmp_path: Path) -> None:
    for n in range(3):
        (tmp_path / f"{n}.lyl").write_text(text(1))
    (tmp_path / "rare.lyl").write_text("%Modern\n%Satie, Erik\n%Keyboard\n\nc4 |\n")
    assert style_table(tmp_path) == (
        "period\tcomposer\tgenre\nRomantic\tSchubert, Franz\tArt Song\n"
    )


def test_header_lines_are_kept_now_and_then() -> None:
    headed = STYLE.rstrip("\n") + '\n[measures "1..3"]\n\n' + "\\key c \\major c'4 d e f |\n" * 3
    piece, rng = pack_piece("piece", headed, LAYOUT), np.random.default_rng(0)
    rows = [words(draw_window(piece, 200, rng)) for _ in range(200)]
    assert 20 < sum("[measures" in row for row in rows) < 80
