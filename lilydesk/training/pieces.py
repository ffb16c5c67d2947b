"""One piece as packed patches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.patches import PatchLayout, eos_patch, split_piece

Patches = NDArray[np.uint8]  # (n, patch_size)


@dataclass(frozen=True, slots=True)
class PackedPiece:
    """One piece as patches, cut where a window may begin or end."""

    name: str
    style: tuple[Patches, ...]  # one entry a style line
    headers: Patches
    body: Patches  # all measures with their true markers, then the eos patch
    measure_starts: tuple[int, ...]  # index into body of each measure's first patch


def pack_piece(name: str, text: str, layout: PatchLayout) -> PackedPiece:
    """Lay out one canonical text."""
    piece = split_piece(text)
    body: list[tuple[int, ...]] = []
    starts: list[int] = []
    for index, measure in enumerate(piece.measures):
        starts.append(len(body))
        body += layout.measure(measure, index, len(piece.measures))
    body.append(eos_patch(layout.patch_size))
    headers = [patch for line in piece.headers for patch in layout.segment(line + "\n")]
    return PackedPiece(
        name,
        tuple(_array(layout.segment(line + "\n"), layout) for line in piece.style_lines),
        _array(headers, layout),
        _array(body, layout),
        tuple(starts),
    )


def _array(patches: Sequence[tuple[int, ...]], layout: PatchLayout) -> Patches:
    return np.array(patches, dtype=np.uint8).reshape(-1, layout.patch_size)
