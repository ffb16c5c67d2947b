"""Text to patches: the layout that LilyNota models read, one implementation for all.

A patch is a row of `patch_size` token ids. Style lines come first, then the bos patch, headers,
measures with their stream markers `[r:i/n]` cut after every voice, and the eos patch.
Source: the bundle format, "From text to patches".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lilydesk.engines.tokenizer import BOS, EOS, PAD, Tokenizer

PATCH_SIZE = 16
Patch = tuple[int, ...]

_AFTER_SEPARATOR = re.compile(r"(?<=\\\\)(?!\\)")
_MARKER = re.compile(r"\[r:\d+/\d+\]")
_COMMENT = re.compile(r'("(?:\\.|[^"\\\n])*")|%[^\n]*')


@dataclass(frozen=True, slots=True)
class PieceText:
    """A piece as the layout sees it: lines without their newline, measures without markers."""

    style_lines: tuple[str, ...]  # with their %
    headers: tuple[str, ...]
    measures: tuple[str, ...]  # each ends in "|" and a newline


def split_piece(text: str) -> PieceText:
    """Cut a text in canonical form into style lines, headers and measures.

    Text after the last `|` counts as one more measure.
    """
    style_lines, rest = _take_style_lines(text.splitlines())
    headers = tuple(line for line in rest if line.startswith("["))
    body = [line for line in rest if not line.startswith("[")]
    return PieceText(style_lines, headers, _split_measures(body))


def _take_style_lines(lines: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    n_head = next(
        (i for i, line in enumerate(lines) if line.strip() and not line.startswith("%")), len(lines)
    )
    style = tuple(line.rstrip() for line in lines[:n_head] if line.startswith("%"))[:3]
    return style, [line.strip() for line in lines[n_head:] if line.strip()]


def _split_measures(lines: Iterable[str]) -> tuple[str, ...]:
    measures: list[str] = []
    current: list[str] = []
    for line in lines:
        line = remove_comment(line).rstrip()
        if not line:
            continue
        current.append(line)
        if line.endswith("|"):
            measures.append("\n".join(current) + "\n")
            current = []
    if current:
        measures.append("\n".join(current) + "\n")
    return tuple(measures)


def remove_comment(line: str) -> str:
    """The line without its % comment; a % inside a string stays."""
    return _COMMENT.sub(lambda match: match.group(1) or "", line)


def marker(index: int, remaining: int) -> str:
    """Stream marker of measure `index` (from 0) with `remaining` measures after it."""
    return f"[r:{index}/{remaining}]"


def without_markers(text: str) -> str:
    """A text of a model's without its stream markers."""
    return _MARKER.sub("", text)


def segments(measure: str, index: int, n_measures: int) -> list[str]:
    """A measure with its marker, cut after each voice or part separator."""
    return _AFTER_SEPARATOR.split(marker(index, n_measures - index - 1) + measure)


def bos_patch(patch_size: int = PATCH_SIZE) -> Patch:
    """The patch between style lines and music."""
    return (BOS,) * (patch_size - 1) + (EOS,)


def eos_patch(patch_size: int = PATCH_SIZE) -> Patch:
    """The end of a piece."""
    return (BOS,) + (EOS,) * (patch_size - 1)


def close_segment(ids: Sequence[int], patch_size: int = PATCH_SIZE) -> list[Patch]:
    """Ids of one segment as patches: one eos where the last one is not full, then pad."""
    patches = []
    for start in range(0, len(ids), patch_size):
        row = list(ids[start : start + patch_size])
        if len(row) < patch_size:
            row += [EOS] + [PAD] * (patch_size - len(row) - 1)
        patches.append(tuple(row))
    return patches


class PatchLayout:
    """Lays out texts as patches with one tokenizer and patch size."""

    def __init__(self, tokenizer: Tokenizer, patch_size: int = PATCH_SIZE) -> None:
        self.tokenizer = tokenizer
        self.patch_size = patch_size

    def segment(self, text: str) -> list[Patch]:
        """Patches of a line or segment that is complete."""
        return close_segment(self.tokenizer.encode(text), self.patch_size)

    def prompt(self, style_lines: Iterable[str], headers: Iterable[str] = ()) -> list[Patch]:
        """Style lines, the bos patch, header lines; all without their newline."""
        patches = [patch for line in style_lines for patch in self.segment(line + "\n")]
        patches.append(bos_patch(self.patch_size))
        return patches + [patch for line in headers for patch in self.segment(line + "\n")]

    def measure(self, measure: str, index: int, n_measures: int) -> list[Patch]:
        """Patches of measure `index` of a piece that shall have `n_measures`."""
        return [
            patch
            for segment in segments(measure, index, n_measures)
            for patch in self.segment(segment)
        ]

    def piece(self, text: str, n_measures: int | None = None) -> list[Patch]:
        """A whole piece. With `n_measures` it is the head of a longer one: no eos patch."""
        piece = split_piece(text)
        total = n_measures or len(piece.measures)
        patches = self.prompt(piece.style_lines, piece.headers)
        for index, measure in enumerate(piece.measures):
            patches += self.measure(measure, index, total)
        if n_measures is None:
            patches.append(eos_patch(self.patch_size))
        return patches
