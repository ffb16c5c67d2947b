"""Beams in a piece that has none of the composer's: the meter sets them while none is written."""

from __future__ import annotations

from dataclasses import replace

from lilydesk.notation import Document, MarkKind, Measure
from lilydesk.notation.walk import Leaf, leaves_of, with_leaves, with_voices

_BEAMS = (MarkKind.BEAM_START, MarkKind.BEAM_END)


def is_beamed_by_meter(document: Document) -> bool:
    """Whether a piece has notes to be beamed, and leaves that to its meter."""
    if document.headers.auto_beam != "auto":
        return False
    leaves = [leaf for m in document.measures for v in m.voices for leaf in leaves_of(v.events)]
    has_short = any(leaf.duration.division >= 8 for leaf in leaves)
    return has_short and not any(mark.kind in _BEAMS for leaf in leaves for mark in leaf.marks)


def without_beams(measure: Measure) -> Measure:
    """The measure with all beams left to the meter."""
    return with_voices(
        measure, lambda voice: replace(voice, events=with_leaves(voice.events, _unbeamed))
    )


def _unbeamed(_number: int, leaf: Leaf) -> Leaf:
    kept = tuple(mark for mark in leaf.marks if mark.kind not in _BEAMS)
    return replace(leaf, marks=kept) if len(kept) < len(leaf.marks) else leaf
