"""Which notes instruments can play, and where a part leaves its instrument's range."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lilydesk.lilylet.diagnostics import Diagnostic, diagnose
from lilydesk.notation.document import Headers
from lilydesk.notation.pitch import STEPS


class Extremes(NamedTuple):
    """The lowest and highest note of a part in one measure: Pitch.diatonic, and its offset."""

    lowest: int
    lowest_at: int
    highest: int
    highest_at: int
    is_transposed: bool  # by a clef: the pitch written is not the one that sounds


def _diatonic(name: str) -> int:
    return 7 * int(name[1:]) + STEPS.index(name[0].lower())


# Words in an instrument's name -> range of sounding pitches, wide enough for soloists.
_RANGES = tuple(
    (re.compile(words, re.IGNORECASE), (low, high), (_diatonic(low), _diatonic(high)))
    for words, low, high in (
        (r"\b(piano|pianoforte|klavier)\b", "A0", "C8"),
        (r"\b(harp|harfe|arpa|harpe)\b", "C1", "G7"),
        (r"\b(harpsichord|cembalo|clavecin)\b", "E1", "G6"),
        (r"\b(double ?bass|contrabass|kontrabass|contrabasso)\b", "C1", "C5"),
        (r"\b(violoncello|violoncelle|cello)\b", "C2", "C6"),
        (r"\b(viola|bratsche)\b", "C3", "E6"),
        (r"\b(violin|violine|violino|violon)\b", "G3", "C8"),
        (r"\b(piccolo)\b", "D5", "C8"),
        (r"\b(flute|flöte|flauto|flûte)\b", "B3", "F7"),
        (r"\b(oboe|hautbois)\b", "B3", "A6"),
        (r"\b(clarinet|klarinette|clarinetto|clarinette)\b", "C3", "C7"),
        (r"\b(bassoon|fagott|fagotto|basson)\b", "B1", "F5"),
        (r"\b(horn|corno|cor)\b", "B1", "F5"),
        (r"\b(trumpet|trompete|tromba|trompette)\b", "E3", "G6"),
        (r"\b(trombone|posaune)\b", "E1", "F5"),
        (r"\b(tuba)\b", "D1", "F4"),
        (r"\b(guitar|gitarre|chitarra|guitare)\b", "D2", "B5"),
        (r"\b(soprano|sopran)\b", "G3", "F6"),
        (r"\b(tenor|tenore|ténor)\b", "A2", "D5"),
        (r"\b(baritone|bariton|baritono)\b", "F2", "A4"),
    )
)


def range_of_instrument(name: str) -> tuple[str, str] | None:
    """The lowest and the highest note, such as C2, of the instrument that a name speaks of."""
    return next((row[1] for row in _RANGES if row[0].search(name)), None)


def check_ranges(
    headers: Headers,
    staff_counts: Sequence[int],
    staff_names: Sequence[str],
    measures: Sequence[tuple[int, tuple[Extremes, ...]]],
) -> Iterator[Diagnostic]:
    """One hint for each part that leaves the range of its instrument, at the first such note.

    `measures` holds the start of each in the text and the extremes of its parts.
    """
    first_staff = 0
    for part, count in enumerate(staff_counts):
        name = _instrument(headers, staff_names, first_staff, count, len(staff_counts) == 1)
        found = next((row for row in _RANGES if row[0].search(name)), None) if name else None
        if found is not None:
            yield from _check_part(part, name, found[1], found[2], measures)
        first_staff += count


def _instrument(
    headers: Headers, names: Sequence[str], first: int, count: int, is_only_part: bool
) -> str:
    """The name that a header gives to the part's staves, by their ids or their numbers."""
    last = first + count - 1
    keys = [str(first + 1), f"{first + 1}-{last + 1}"]
    if last < len(names):
        keys += [names[first], f"{names[first]}-{names[last]}"]
    named = (headers.instruments[key].name for key in keys if key in headers.instruments)
    return next(named, headers.text.get("instrument", "") if is_only_part else "")


def _check_part(
    part: int,
    name: str,
    limits: tuple[str, str],
    places: tuple[int, int],
    measures: Sequence[tuple[int, tuple[Extremes, ...]]],
) -> Iterator[Diagnostic]:
    notes = [(start, parts[part]) for start, parts in measures if part < len(parts)]
    if any(extremes.is_transposed for _, extremes in notes):
        return
    for start, extremes in notes:
        if extremes.lowest < places[0] or extremes.highest > places[1]:
            is_low = extremes.lowest < places[0]
            at = start + (extremes.lowest_at if is_low else extremes.highest_at)
            side = "low" if is_low else "high"
            message = f"This note is too {side} for the {name[:40]}."
            hint = f"It plays from {limits[0]} to {limits[1]}; C4 is middle C."
            yield diagnose("instrument-range", at, at + 1, message, hint)
            return
