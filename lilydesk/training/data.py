"""A corpus of Lilylet texts, and the batches that training draws from it."""

from __future__ import annotations

import tarfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.patches import PatchLayout, bos_patch, split_piece
from lilydesk.engines.tokenizer import Tokenizer
from lilydesk.errors import FileError
from lilydesk.training.augmentation import Shortener, Transposer
from lilydesk.training.pieces import PackedPiece, Patches, pack_piece

_KEEPS_HEADERS = 0.25  # share of rows
_SHORTEST_WINDOW, _SHORT_WINDOW = 56, 160  # patches


def read_texts(corpus: Path) -> dict[str, str]:
    """Name -> text of every .lyl in a folder or a .tar.xz, in the order of the names."""
    if corpus.is_dir():
        texts = {path.stem: path.read_text(encoding="utf-8") for path in corpus.glob("*.lyl")}
    else:
        texts = _read_archive(corpus)
    if not texts:
        raise FileError(f"There is no .lyl file in {corpus}.", "Name a folder or .tar.xz of them.")
    return dict(sorted(texts.items()))


def _read_archive(archive: Path) -> dict[str, str]:
    texts = {}
    try:
        with tarfile.open(archive) as members:
            for member in members:
                content = members.extractfile(member) if member.name.endswith(".lyl") else None
                if content is not None:
                    texts[Path(member.name).stem] = content.read().decode("utf-8")
    except (OSError, tarfile.TarError, UnicodeDecodeError) as error:
        raise FileError(
            f"The training texts {archive} cannot be read.", "Name a folder or .tar.xz of .lyl."
        ) from error
    return texts


def read_corpus(corpus: Path) -> list[PackedPiece]:
    """Pack every .lyl of a folder or a .tar.xz, in the order of the names."""
    layout = PatchLayout(Tokenizer.standard())
    return [pack_piece(name, text, layout) for name, text in read_texts(corpus).items()]


def style_table(corpus: Path, least: int = 3) -> str:
    """The styles with at least `least` pieces, as the table that a bundle carries (TSV)."""
    counts: Counter[tuple[str, ...]] = Counter()
    for text in read_texts(corpus).values():
        lines = tuple(line[1:].strip() for line in split_piece(text).style_lines)
        if len(lines) == 3:
            counts[lines] += 1
    rows = sorted(style for style, count in counts.items() if count >= least)
    return "".join("\t".join(row) + "\n" for row in [("period", "composer", "genre"), *rows])


def labelled(texts: Mapping[str, str]) -> dict[str, str]:
    """The same texts under names for people: composer (from the style lines) and file."""
    names = {}
    for name, text in texts.items():
        lines = split_piece(text).style_lines
        composer = lines[1][1:].strip() if len(lines) == 3 else ""
        names[f"{composer} ({name})" if composer else name] = text
    return names


def window(
    piece: PackedPiece,
    style: Sequence[Patches],
    context: int,
    start: int,
    *,
    keeps_headers: bool = True,
) -> Patches:
    """Style lines, bos, headers, then the measures from `start` on, as many as fit the context."""
    bos = np.array([bos_patch(piece.body.shape[1])], dtype=np.uint8)
    head = np.concatenate([*style, bos, piece.headers if keeps_headers else piece.headers[:0]])
    rest = piece.body[piece.measure_starts[start] :] if piece.measure_starts else piece.body
    if len(head) + len(rest) <= context:
        return np.concatenate([head, rest])
    room = context - len(head)
    fitting = [s - piece.measure_starts[start] for s in piece.measure_starts[start + 1 :]]
    ends = [end for end in fitting if end <= room]
    return np.concatenate([head, rest[: ends[-1] if ends else room]])


def draw_window(piece: PackedPiece, context: int, rng: np.random.Generator) -> Patches:
    """A random training row: each style line kept with a chance, long pieces cut at measures.

    Half of the rows keep all style lines; the others drop each with even chance, so that every
    subset of prompts is known. Header lines are seldom kept: those of the corpus are playing
    orders, which hardly ever fit the length that a composer asks for. A piece longer than the
    context starts at its beginning half of the time.
    """
    keeps_all = rng.random() < 0.5
    style = [line for line in piece.style if keeps_all or rng.random() < 0.5]
    keeps_headers = rng.random() < _KEEPS_HEADERS
    n_head = sum(len(line) for line in style) + 1 + keeps_headers * len(piece.headers)
    start = 0
    if n_head + len(piece.body) > context and rng.random() < 0.5:
        tail = len(piece.body) - (context - n_head)
        start = int(rng.integers(0, 1 + int(np.searchsorted(piece.measure_starts, tail))))
        start = min(start, len(piece.measure_starts) - 1)
    return window(piece, style, context, start, keeps_headers=keeps_headers)


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows padded to one length: patches (B, L, T) uint8 and their real lengths (B,)."""

    patches: Patches
    lengths: NDArray[np.int64]

    @classmethod
    def of(cls, rows: Sequence[Patches]) -> Batch:
        """Pad rows with empty patches."""
        lengths = np.array([len(row) for row in rows], dtype=np.int64)
        patches = np.zeros((len(rows), int(lengths.max()), rows[0].shape[1]), dtype=np.uint8)
        for index, row in enumerate(rows):
            patches[index, : len(row)] = row
        return cls(patches, lengths)


def draw_limit(context: int, progress: float, rng: np.random.Generator) -> int:
    """The longest window for a row, in patches; `progress` is the share of training done.

    Windows of 56 to 160 patches come first: a batch then holds many pieces, not one or two. It
    took half the steps that windows of 90 to 1,024 took for the same loss (docs/training.md).
    From the middle on longer ones join, up to the context.
    """
    longest = _SHORT_WINDOW * (context / _SHORT_WINDOW) ** max(0.0, 2 * progress - 1)
    return min(context, int(_SHORTEST_WINDOW * (longest / _SHORTEST_WINDOW) ** rng.random()))


def training_batches(
    pieces: Sequence[PackedPiece],
    context: int,
    n_patches: int,
    progress: float,
    rng: np.random.Generator,
    transposer: Transposer | None = None,
    shortener: Shortener | None = None,
) -> Iterator[Batch]:
    """Batches without end, each of at most `n_patches` (padding included), of similar lengths.

    A pool of pieces is drawn, long ones more often (by the square root of their length: a quartet
    has more to teach than a song, and its measures need more practice), their rows sorted by
    length and cut; so rows of one batch pad each other little.
    Only rows that are used are shortened and transposed, late; a batch may grow a little by it.
    """
    weights = np.sqrt([len(piece.body) for piece in pieces])
    weights /= weights.sum()
    n_drawn = min(256, len(pieces))
    while True:
        order = rng.choice(len(pieces), n_drawn, replace=False, p=weights)
        limits = [draw_limit(context, progress, rng) for _ in order]
        drawn = [pieces[index] for index in order]
        rows = [draw_window(p, limit, rng) for p, limit in zip(drawn, limits, strict=True)]
        batches = list(_cut(rows, n_patches))
        for index in rng.permutation(len(batches)):
            chosen = [(rows[place], drawn[place]) for place in batches[index]]
            if shortener is not None:
                chosen = [(shortener.shorten(row, p, rng), p) for row, p in chosen]
            if transposer is not None:
                chosen = [(transposer.move(row, p, rng), p) for row, p in chosen]
            yield Batch.of([row for row, _ in chosen])


def _cut(rows: Sequence[Patches], n_patches: int) -> Iterator[list[int]]:
    """Places of rows that make a batch, the shortest rows first."""
    current: list[int] = []
    for place in sorted(range(len(rows)), key=lambda place: len(rows[place])):
        if current and (len(current) + 1) * len(rows[place]) > n_patches:
            yield current
            current = []
        current.append(place)
    if current:
        yield current


def validation_batches(
    pieces: Sequence[PackedPiece], context: int, n_patches: int
) -> Iterator[Batch]:
    """Every patch of every piece once, in windows with all style lines."""
    rows = []
    for piece in pieces:
        start = 0
        while True:
            row = window(piece, piece.style, context, start)
            rows.append(row)
            n_head = sum(len(line) for line in piece.style) + 1 + len(piece.headers)
            end = piece.measure_starts[start] + len(row) - n_head if piece.measure_starts else 1
            if end >= len(piece.body):
                break
            start = max(start + 1, int(np.searchsorted(piece.measure_starts, end)))
            if start >= len(piece.measure_starts):
                break
    for places in _cut(rows, n_patches):
        yield Batch.of([rows[place] for place in places])
