"""In which order the measures are played: the [measures "..."] header, or the repeat signs.

    N   A..B   [block]   times*[body]{ending, ending}   <main, rest>     (plays main, rest, main)

Numbers are measures from 1; after the prefix `s:` they are lengths of segments that follow one
another. The da capo of `<main, rest>` takes no repeats and the last endings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lilydesk.notation import Document, Measure
from lilydesk.notation.event import Barline
from lilydesk.notation.walk import flat, is_timed

_TOKEN = re.compile(r"\s*(?:(\d+)|(\.\.)|([*,\[\]<>{}])|([A-Za-z]+:)|(\S))")
_DEEPEST = 32  # blocks inside one another
MOST_MEASURES = 100_000  # played; a longer order is taken for a slip of the pen
STARTS_REPEAT = (".|:", ":..:", ":|.|:")
ENDS_REPEAT = (":|.", ":..:", ":|.|:")


class PlayingOrderError(ValueError):
    """The text of a [measures "..."] header makes no sense; the message says what and where."""


@dataclass(frozen=True, slots=True)
class Run:
    """Measures `first` to `last`, both counted from 0 and included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Block:
    """Items one after another."""

    items: tuple[OrderItem, ...]


@dataclass(frozen=True, slots=True)
class Volta:
    """A body played `times` times, each time with its ending."""

    times: int
    body: Block
    endings: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class DaCapo:
    """main, rest, and main again without repeats."""

    main: OrderItem
    rest: Block


OrderItem = Run | Block | Volta | DaCapo


@dataclass(frozen=True, slots=True)
class Ending:
    """Measures under a bracket, with the turns that take them: 1 is the first time."""

    numbers: tuple[int, ...]
    first: int
    last: int
    is_final: bool  # nothing is repeated after it


def parse_playing_order(code: str) -> Block:
    """Read the text of a [measures "..."] header. Raises PlayingOrderError."""
    return _Reader(code).read()


def unfold(item: OrderItem, is_da_capo: bool = False) -> Iterator[int]:
    """Measure indices in the order of playing."""
    for run in _unfolded_runs(item, is_da_capo):
        yield from range(run.first, run.last + 1)


def _unfolded_runs(item: OrderItem, is_da_capo: bool = False) -> Iterator[Run]:
    match item:
        case Run():
            yield item
        case Block(items):
            for child in items:
                yield from _unfolded_runs(child, is_da_capo)
        case DaCapo(main, rest):
            yield from _unfolded_runs(main, is_da_capo)
            yield from _unfolded_runs(rest, is_da_capo)
            yield from _unfolded_runs(main, True)
        case Volta(times, body, endings):
            for turn in range(times - 1 if is_da_capo else 0, times):
                yield from _unfolded_runs(body, is_da_capo)
                if endings:
                    is_last = turn == times - 1
                    place = len(endings) - 1 if is_last else min(turn, len(endings) - 1)
                    yield from _unfolded_runs(endings[place], is_da_capo)


def endings_of(item: OrderItem) -> Iterator[Ending]:
    """The endings that get a bracket: those of consecutive measures."""
    match item:
        case Block(items):
            for child in items:
                yield from endings_of(child)
        case DaCapo(main, rest):
            yield from endings_of(main)
            yield from endings_of(rest)
        case Volta(_, body, endings):
            yield from endings_of(body)
            for number, block in enumerate(endings, start=1):
                ends = _consecutive(block)
                if ends is not None:
                    yield Ending((number,), *ends, number == len(endings))


def _consecutive(block: Block) -> tuple[int, int] | None:
    """First and last measure of a block whose measures follow one another; None for others."""
    first = last = -1
    for run in _unfolded_runs(block):
        if run.last < run.first:
            continue
        if first < 0:
            first = run.first
        elif run.first != last + 1:
            return None  # at once: an order may be made to go on for ever
        last = run.last
        if last - first > MOST_MEASURES:
            return None
    return (first, last) if first >= 0 else None


def playing_order(document: Document) -> list[int]:
    """Indices of the document's measures in the order of playing.

    The [measures] header rules where it can be read and names at least one measure; else the
    repeat signs do.
    """
    n_measures = len(document.measures)
    layout = written_order(document)
    if layout is not None:
        order = _first(unfold(layout), MOST_MEASURES)
        order = [index for index in order if index < n_measures]
        if order:
            return order
    return _order_of_signs([repeat_signs(measure) for measure in document.measures])


def written_order(document: Document) -> Block | None:
    """The document's [measures] header as a tree; None where there is none or it is broken."""
    if not document.headers.playing_order.strip():
        return None
    try:
        return parse_playing_order(document.headers.playing_order)
    except PlayingOrderError:
        return None


@dataclass(frozen=True, slots=True)
class RepeatSigns:
    """Repeat signs of a measure: `:|` and `|:` on its left, `:|` and `|:` on its right."""

    ends_before: bool
    starts_here: bool
    ends_here: bool
    starts_next: bool


def repeat_signs(measure: Measure) -> RepeatSigns:
    """The repeat signs that a measure's \\bar commands stand for."""
    left, right = barlines(measure)
    return RepeatSigns(
        left in ENDS_REPEAT, left in STARTS_REPEAT, right in ENDS_REPEAT, right in STARTS_REPEAT
    )


def barlines(measure: Measure) -> tuple[str, str]:
    """Styles of the barlines on a measure's left and right, "" where plain.

    A \\bar before the first note or rest of its voice stands on the left; the last one counts.
    """
    left = right = ""
    for voice in measure.voices:
        has_begun = False
        for event in flat(voice.events):
            if isinstance(event, Barline):
                if has_begun:
                    right = event.style
                else:
                    left = event.style
            has_begun = has_begun or is_timed(event)
    return left, right


def _order_of_signs(signs: list[RepeatSigns]) -> list[int]:
    order: list[int] = []
    start = 0
    for index, sign in enumerate(signs):
        if sign.starts_here or (index > 0 and signs[index - 1].starts_next):
            start = index
        order.append(index)
        if sign.ends_here or (index + 1 < len(signs) and signs[index + 1].ends_before):
            order.extend(range(start, index + 1))
            start = index + 1
    return order


def _first(indices: Iterator[int], limit: int) -> list[int]:
    found: list[int] = []
    for index in indices:
        if len(found) == limit:
            return []
        found.append(index)
    return found


class _Reader:
    """Recursive descent over the tokens of one header."""

    def __init__(self, code: str) -> None:
        self.tokens = [match.group().strip() for match in _TOKEN.finditer(code)]
        self.position = 0
        self.depth = 0
        self.is_segments = False
        self.next_measure = 0  # of the next segment

    def read(self) -> Block:
        if self.peek() in ("i:", "s:"):
            self.is_segments = self.take() == "s:"
        items = self.items()
        if self.peek():
            raise PlayingOrderError(f"'{self.peek()}' is not expected there")
        if not items:
            raise PlayingOrderError("there are no measure numbers")
        return Block(items)

    def items(self) -> tuple[OrderItem, ...]:
        found: list[OrderItem] = []
        while self.peek() not in ("", "]", ">", "}"):
            found.append(self.item())
            if self.peek() == ",":
                self.take()
        return tuple(found)

    def item(self) -> OrderItem:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise PlayingOrderError("too many brackets inside one another")
        try:
            return self.bracketed() if self.peek() in ("[", "<") else self.numbered()
        finally:
            self.depth -= 1

    def bracketed(self) -> OrderItem:
        if self.peek() == "[":
            return self.block("[", "]")
        self.expect("<")
        main = self.item()
        if self.peek() == ",":
            self.take()
        rest = Block(self.items())
        self.expect(">")
        return DaCapo(main, rest)

    def numbered(self) -> OrderItem:
        number = self.number()
        if self.peek() == "*":
            self.take()
            body = self.block("[", "]")
            return Volta(number, body, self.endings() if self.peek() == "{" else ())
        if self.is_segments:
            self.next_measure += number
            return Run(self.next_measure - number, self.next_measure - 1)
        if self.peek() != "..":
            return Run(number - 1, number - 1)
        self.take()
        last = self.number()
        if last < number:
            raise PlayingOrderError(f"{number}..{last} counts downwards")
        return Run(number - 1, last - 1)

    def endings(self) -> tuple[Block, ...]:
        block = self.block("{", "}")
        return tuple(item if isinstance(item, Block) else Block((item,)) for item in block.items)

    def block(self, opener: str, closer: str) -> Block:
        self.expect(opener)
        items = self.items()
        self.expect(closer)
        return Block(items)

    def number(self) -> int:
        token = self.take()
        if not token.isdecimal() or not 0 < int(token[:9]) == int(token[:10]):
            raise PlayingOrderError(f"a measure number is expected, not '{token}'")
        return int(token)

    def expect(self, token: str) -> None:
        if self.peek() != token:
            raise PlayingOrderError(f"'{token}' is expected, not '{self.peek() or 'the end'}'")
        self.take()

    def peek(self) -> str:
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.position += 1
        return token
