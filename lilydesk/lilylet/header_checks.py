"""Headers with a grammar of their own, and whether they fit the music."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from lilydesk.lilylet.diagnostics import Diagnostic, diagnose
from lilydesk.lilylet.headers import HeaderParse
from lilydesk.lilylet.instrument_ranges import check_ranges
from lilydesk.lilylet.measure_parser import Links
from lilydesk.lilylet.order_checks import RepeatSign, check_shown_order
from lilydesk.notation.span import Span
from lilydesk.notation.staves import merged_staves, parse_staff_layout, staff_names
from lilydesk.timeline.playing_order import (
    Block,
    DaCapo,
    OrderItem,
    PlayingOrderError,
    Run,
    Volta,
    parse_playing_order,
)


def check_headers(head: HeaderParse, linked: Iterable[tuple[int, Links]]) -> Iterator[Diagnostic]:
    """Faults of [measures], [staves] and [instrument-…].

    `linked` are the start and the links of each measure, looked at only where a header asks for
    it.
    """
    headers = head.headers
    if headers.playing_order:
        linked = list(linked)
        signs = [(start, links.repeat_signs) for start, links in linked]
        yield from _check_order(headers.playing_order, head.spans["measures"], signs)
    instrument = headers.text.get("instrument", "")
    if not headers.staves and not headers.instruments and not instrument:
        return
    measures = list(linked)
    counts = merged_staves(links.n_staves for _, links in measures) if measures else ()
    if headers.staves:
        yield from _check_staves(headers.staves, head.spans["staves"], sum(counts))
    names, _ = _staves(headers.staves)
    if headers.instruments:
        yield from _check_instruments(head, sum(counts), names)
    if headers.instruments or instrument:
        extremes = [(start, links.extremes) for start, links in measures]
        yield from check_ranges(headers, counts, names, extremes)


def _check_order(
    order: str, span: Span, signs: list[tuple[int, tuple[RepeatSign, ...]]]
) -> Iterator[Diagnostic]:
    n_measures = len(signs)
    last, problem = _last_measure(order)
    if problem:
        message = f"The playing order cannot be read: {problem}."
        hint = 'For example [measures "2*[1..8]{9, 10}, 11..16"]'
        yield diagnose("bad-playing-order", *span, message, hint)
    elif 0 < n_measures < last:
        message = f"The playing order names measure {last}, the score has {n_measures}."
        yield diagnose("measure-out-of-range", *span, message)
    elif n_measures:
        yield from check_shown_order(order, span, signs)


@lru_cache(maxsize=32)
def _last_measure(order: str) -> tuple[int, str]:
    """The highest measure number that an order names, and what is wrong with it, if anything."""
    try:
        return max(_last_of(parse_playing_order(order)), default=0), ""
    except PlayingOrderError as error:
        return 0, str(error)


def _last_of(item: OrderItem) -> Iterator[int]:
    match item:
        case Run(_, last):
            yield last + 1
        case Block(items):
            for child in items:
                yield from _last_of(child)
        case Volta(_, body, endings):
            for block in (body, *endings):
                yield from _last_of(block)
        case DaCapo(main, rest):
            yield from _last_of(main)
            yield from _last_of(rest)


def _check_instruments(
    head: HeaderParse, in_music: int, names: tuple[str, ...]
) -> Iterator[Diagnostic]:
    known = {*names, *(str(number) for number in range(1, in_music + 1))}
    for key in head.headers.instruments if in_music else ():
        ends = {key} if key in known else set(key.split("-"))
        if not ends <= known:
            span = head.spans[f"instrument-{key}"]
            message = f"No staff is called {key[:20]}; the name is shown nowhere."
            yield diagnose("unknown-staff", *span, message, 'For example [instrument-1 "Flute"]')


def _check_staves(code: str, span: Span, in_music: int) -> Iterator[Diagnostic]:
    names, problem = _staves(code)
    if problem:
        message = f"The staves cannot be read: {problem}."
        yield diagnose("bad-staves", *span, message, 'For example [staves "{1-2}"]')
        return
    for name, count in Counter(names).items():
        if count > 1:
            yield diagnose("duplicate-staff", *span, f"The staff {name} is named {count} times.")
    if in_music and in_music != len(names):
        message = f"The header names {len(names)} staves, the music has {in_music}."
        yield diagnose("unknown-staff", *span, message, "The header is left out of the score.")


@lru_cache(maxsize=32)
def _staves(code: str) -> tuple[tuple[str, ...], str]:
    try:
        return tuple(staff_names(parse_staff_layout(code))), ""
    except ValueError as error:
        return (), str(error)
