"""The playing order as repeat signs and endings, as far as these can show it.

What a [measures "..."] header asks for is read from the order itself, so that `1, 2, 1, 3` shows
the same endings as `2*[1]{2, 3}`. What no sign can show is listed, in the order of playing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from lilydesk.notation import Document
from lilydesk.timeline.playing_order import (
    MOST_MEASURES,
    Block,
    DaCapo,
    Ending,
    OrderItem,
    PlayingOrderError,
    Run,
    Volta,
    endings_of,
    parse_playing_order,
    unfold,
)

_MOST_ENDINGS = 1000


class Jump(NamedTuple):
    """A turn that is no repeat: after measure `after` come the measures `to` to `until`."""

    after: int
    to: int
    until: int
    then: int | None  # what comes next; None at the end


class Skip(NamedTuple):
    """Measures that are passed over when they should come first."""

    first: int
    last: int


class ManyTimes(NamedTuple):
    """Measures between repeat signs that are played more than twice."""

    first: int
    last: int
    times: int


Unshown = Jump | Skip | ManyTimes


@dataclass(frozen=True, slots=True)
class ShownOrder:
    """Where signs stand. Measures count from 0; the score's first needs no sign to begin with."""

    starts: frozenset[int] = frozenset()  # measures that begin with a repeat sign
    ends: frozenset[int] = frozenset()  # measures that end with one
    endings: tuple[Ending, ...] = ()  # in the order of the measures
    unshown: tuple[Unshown, ...] = ()


def shown_order(document: Document) -> ShownOrder:
    """What to show of a document's [measures] header; nothing without one that can be read."""
    return signs_of_order(document.headers.playing_order, len(document.measures))


@lru_cache(maxsize=32)
def signs_of_order(code: str, n_measures: int) -> ShownOrder:
    """What to show of the text of a [measures] header in a score of `n_measures`."""
    try:
        layout = parse_playing_order(code)
    except PlayingOrderError:
        return ShownOrder()
    order = list(islice(unfold(layout), MOST_MEASURES + 1))
    order = [index for index in order if index < n_measures]
    if not order or len(order) > MOST_MEASURES:
        return ShownOrder()
    written = islice(endings_of(layout), _MOST_ENDINGS)
    endings = [ending for ending in written if ending.last < n_measures]
    lasts = {ending.first: ending.last for ending in endings}
    shown = _OrderReader(_runs(order), lasts, set(_da_capos(layout))).read(n_measures)
    return replace(shown, endings=_with_written(shown.endings, endings))


def _with_written(found: tuple[Ending, ...], written: list[Ending]) -> tuple[Ending, ...]:
    """The endings found, and those of the header where the order could not be read."""
    taken = {index for ending in found for index in range(ending.first, ending.last + 1)}
    more: list[Ending] = []
    for ending in written:
        measures = range(ending.first, ending.last + 1)
        if taken.isdisjoint(measures):
            more.append(ending)
            taken.update(measures)
    rest = more if len(more) > 1 else []  # one bracket alone says nothing
    return tuple(sorted((*found, *rest), key=lambda ending: ending.first))


def _da_capos(item: OrderItem) -> Iterator[tuple[int, int]]:
    """Of each da capo the measure before it and the one it goes back to."""
    match item:
        case Block(items):
            for child in items:
                yield from _da_capos(child)
        case Volta(_, body, endings):
            for block in (body, *endings):
                yield from _da_capos(block)
        case DaCapo(main, rest):
            yield from _da_capos(main)
            yield from _da_capos(rest)
            before = _last_of(Block((main, rest)))
            again = next(unfold(main, True), None)
            if before is not None and again is not None:
                yield before, again


def _last_of(item: OrderItem) -> int | None:
    """The measure that is played last."""
    match item:
        case Run(_, last):
            return last
        case Block(items):
            found = (_last_of(child) for child in reversed(items))
            return next((last for last in found if last is not None), None)
        case Volta(_, body, endings):
            return _last_of(Block((body, *endings)))
        case DaCapo(main, rest):
            return _last_of(Block((rest, main)))


def _runs(order: Sequence[int]) -> list[Run]:
    """The order as runs of measures that follow one another."""
    runs: list[Run] = []
    first = order[0]
    for here, after in zip(order, [*order[1:], -1], strict=True):
        if after != here + 1:
            runs.append(Run(first, here))
            first = after
    return runs


@dataclass(frozen=True, slots=True)
class _Repeat:
    """A repeat read up to one of its turns. `endings` is empty while there is only a body."""

    n_times: int
    last: int  # of the body or of its last ending
    endings: tuple[Ending, ...]
    at: int  # the run that its last turn ends in
    is_open: bool  # where its last ending closes is not known: the piece goes on there
    can_end: bool  # its last turn takes the last ending
    can_go_on: bool = True  # its last turn does not lead on into the piece


class _OrderReader:
    """Goes through the runs once. `fresh` is the first measure not yet played."""

    def __init__(
        self, runs: list[Run], lasts: Mapping[int, int], da_capos: set[tuple[int, int]]
    ) -> None:
        self._runs = runs
        self._lasts = lasts  # of written endings, by their first measures
        self._da_capos = da_capos
        self._at = 0
        self._fresh = 0
        self._floor = 0  # before it no repeat can begin
        self._previous = -1  # the measure played last
        self._starts: set[int] = set()
        self._ends: set[int] = set()
        self._endings: list[Ending] = []
        self._unshown: list[Unshown] = []

    def read(self, n_measures: int) -> ShownOrder:
        """What to show in a score of so many measures."""
        while self._at < len(self._runs):
            run = self._runs[self._at]
            if run.first > self._fresh:
                self._unshown.append(Skip(self._fresh, run.first - 1))
                self._floor = self._fresh = run.first
            elif run.first == self._fresh:
                self._go_on(run.last)
            else:
                repeat = self._repeat(run.first)
                if repeat is None:
                    self._jump(run)
                else:
                    self._show(run.first, repeat)
        if self._fresh < n_measures:
            self._unshown.append(Skip(self._fresh, n_measures - 1))
        return ShownOrder(
            frozenset(self._starts),
            frozenset(self._ends),
            tuple(self._endings),
            tuple(self._unshown),
        )

    def _go_on(self, last: int) -> None:
        """Leave the run at hand behind its measure `last`."""
        run = self._runs[self._at]
        self._previous = last
        self._fresh = max(self._fresh, last + 1)
        if run.last > last:
            self._runs[self._at] = Run(last + 1, run.last)
        else:
            self._at += 1

    def _jump(self, run: Run) -> None:
        is_last = self._at + 1 == len(self._runs)
        then = None if is_last else self._runs[self._at + 1].first
        until = min(run.last, self._fresh - 1)
        if until < run.last:
            then = until + 1
        self._unshown.append(Jump(self._previous, run.first, until, then))
        self._floor = self._fresh
        self._go_on(until)

    # -- repeats

    def _repeat(self, start: int) -> _Repeat | None:
        """The repeat that goes back to `start`, with as many turns as can be shown."""
        if start < self._floor or (self._previous, start) in self._da_capos:
            return None
        repeat: _Repeat | None = _Repeat(1, self._fresh - 1, (), self._at - 1, False, False)
        best = None
        while repeat is not None:
            if repeat.can_end:
                best = repeat
            place = repeat.at + 1
            is_back = place < len(self._runs) and self._runs[place].first == start
            repeat = self._turn(repeat, place) if is_back else None
        return best

    def _turn(self, so_far: _Repeat, place: int) -> _Repeat | None:
        """One turn more, whose body begins with the run at `place`; None if it does not fit."""
        body = self._runs[place]
        ending = self._runs[place + 1] if place + 1 < len(self._runs) else None
        if not so_far.can_go_on:
            return None
        if not so_far.endings:
            if body.last >= so_far.last:
                n_times = so_far.n_times + 1
                is_exact = body.last == so_far.last
                return _Repeat(n_times, so_far.last, (), place, False, True, is_exact)
            if ending is None or ending.first != so_far.last + 1:
                return None
            numbers = tuple(range(1, so_far.n_times + 1))
            first = Ending(numbers, body.last + 1, so_far.last, False)
            return self._with_ending(replace(so_far, endings=(first,)), ending, place + 1)
        if body.last == so_far.endings[0].last:  # the first ending again
            return self._with_ending(so_far, Run(so_far.endings[0].first, body.last), place)
        if body.last != so_far.endings[0].first - 1 or ending is None:
            return None
        return self._with_ending(so_far, ending, place + 1)

    def _with_ending(self, so_far: _Repeat, run: Run, place: int) -> _Repeat | None:
        """A turn more that takes the ending which begins with `run`."""
        number = so_far.n_times + 1
        endings = list(so_far.endings)
        known = next((i for i, ending in enumerate(endings) if ending.first == run.first), None)
        if known is None and run.first != so_far.last + 1:
            return None
        if known is None:
            endings.append(Ending((number,), run.first, run.last, False))
            return _Repeat(number, run.last, tuple(endings), place, True, True)
        is_last = known == len(endings) - 1
        if run.last < endings[known].last or (run.last > endings[known].last and not is_last):
            return None
        endings[known] = replace(endings[known], numbers=(*endings[known].numbers, number))
        is_exact = run.last == endings[known].last
        return _Repeat(number, so_far.last, tuple(endings), place, False, is_last, is_exact)

    def _show(self, start: int, repeat: _Repeat) -> None:
        if start > 0:
            self._starts.add(start)
        self._at = repeat.at
        if not repeat.endings:
            self._ends.add(repeat.last)
            if repeat.n_times > 2:
                self._unshown.append(ManyTimes(start, repeat.last, repeat.n_times))
            self._go_on(repeat.last)
            self._floor = repeat.last + 1
            return
        *others, final = repeat.endings
        last = self._last_of_open(repeat) if repeat.is_open else final.last
        is_final = len(final.numbers) == 1  # else it leads back on the turns before
        self._ends.update(ending.last for ending in others)
        if not is_final:
            self._ends.add(last)
        self._endings += [*others, replace(final, last=last, is_final=is_final)]
        self._go_on(last)
        self._floor = last + 1

    def _last_of_open(self, repeat: _Repeat) -> int:
        """Where the last bracket closes: as written, else it is as long as the first."""
        first, run = repeat.endings[0], self._runs[repeat.at]
        begin = repeat.endings[-1].first
        last = self._lasts.get(begin, begin + first.last - first.first)
        if repeat.at + 1 < len(self._runs) and begin < self._runs[repeat.at + 1].first <= last:
            last = self._runs[repeat.at + 1].first - 1  # there another repeat begins
        return min(last, run.last)
