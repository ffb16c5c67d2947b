"""Repeats, endings and jumps as a [measures "..."] header."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from lilydesk.codecs.losses import Losses
from lilydesk.codecs.musicxml.model import RawPart, Signs
from lilydesk.timeline.playing_order import Block, DaCapo, OrderItem, Run, Volta, unfold

_JUMPS = ("has_segno", "has_coda", "to_coda", "is_fine", "da_capo", "dal_segno")


def playing_order_text(parts: Sequence[RawPart], losses: Losses) -> str:
    """The header's text; empty where the repeat signs alone tell the order."""
    signs = _merged_signs(parts)
    if not signs:
        return ""
    items = _Repeats(signs, losses).read()
    jumped = _jump(items, signs, losses)
    if jumped is None and not any(_needs_header(item) for item in items):
        return ""
    return ", ".join(map(_text, items if jumped is None else jumped))


def _merged_signs(parts: Sequence[RawPart]) -> list[Signs]:
    """The signs of all parts together; words tell a jump where no <sound> does."""
    n_measures = max((len(part.measures) for part in parts), default=0)
    merged = [Signs() for _ in range(n_measures)]
    for part in parts:
        for raw in part.measures:
            here = merged[raw.index]
            here.starts_repeat |= raw.signs.starts_repeat
            here.times = max(here.times, raw.signs.times)
            here.ending = here.ending or raw.signs.ending
            here.ends_ending |= raw.signs.ends_ending
            here.is_end |= raw.right == "|."
    for name in _JUMPS:
        by_sound = {
            raw.index for part in parts for raw in part.measures if getattr(raw.signs, name)
        }
        by_words = {raw.index for part in parts for raw in part.measures if getattr(raw.said, name)}
        for index in by_sound or by_words:
            setattr(merged[index], name, True)
    codas = [index for index, sign in enumerate(merged) if sign.has_coda]
    if len(codas) > 1 and not any(sign.to_coda for sign in merged):
        merged[codas[0]].to_coda = True  # of two coda signs the first says where to leave
    for index in codas[:-1]:
        merged[index].has_coda = False
    return merged


class _Repeats:
    """Reads repeat signs and endings into items, from the first measure to the last."""

    def __init__(self, signs: list[Signs], losses: Losses) -> None:
        self._signs = signs
        self._losses = losses
        self._items: list[OrderItem] = []
        self._start = 0  # of the passage at hand

    def read(self) -> list[OrderItem]:
        """Items that together hold every measure once."""
        index = 0
        while index < len(self._signs):
            sign = self._signs[index]
            if sign.starts_repeat:
                self._flush(index)
            if sign.ending:
                index = self._endings(index)
                continue
            index += 1
            if sign.times:
                body = Block((Run(self._start, index - 1),))
                self._items.append(Volta(sign.times, body, ()))
                self._start = index
        self._flush(len(self._signs))
        return self._items

    def _flush(self, end: int) -> None:
        if end > self._start:
            self._items.append(Run(self._start, end - 1))
        self._start = end

    def _endings(self, first: int) -> int:
        """Read the endings that begin at a measure; returns the measure behind them."""
        endings: list[tuple[tuple[int, ...], Block]] = []
        index, is_repeated = first, False
        while index < len(self._signs) and self._signs[index].ending:
            numbers = self._signs[index].ending
            last = self._last_of_ending(index)
            is_repeated |= self._signs[last].times > 0
            endings.append((numbers, _block(index, last)))
            index = last + 1
        if first == self._start or not is_repeated:
            self._losses.add("An ending that nothing repeats was left out", first)
            return index
        if len(endings) == 1 and index < len(self._signs):
            self._losses.add("A second ending without a bracket has one", index)
            endings.append(((max(endings[0][0]) + 1,), _block(index, index)))
            index += 1
        turns = [(number, block) for numbers, block in endings for number in numbers]
        blocks = [block for _, block in sorted(turns, key=lambda turn: turn[0])]
        body = Block((Run(self._start, first - 1),))
        self._items.append(Volta(max(2, len(blocks)), body, tuple(blocks)))
        self._start = index
        return index

    def _last_of_ending(self, first: int) -> int:
        for index in range(first, len(self._signs)):
            sign = self._signs[index]
            if sign.ends_ending or sign.times:
                return index
            if index + 1 < len(self._signs) and self._signs[index + 1].ending:
                return index
        return first


def _block(first: int, last: int) -> Block:
    return Block((Run(first, last),))


def _needs_header(item: OrderItem) -> bool:
    return isinstance(item, Volta) and (item.times != 2 or bool(item.endings))


# -- jumps


def _jump(items: list[OrderItem], signs: list[Signs], losses: Losses) -> list[OrderItem] | None:
    """The order with each da capo and dal segno carried out; None without one."""
    jumps = [index for index, sign in enumerate(signs) if sign.da_capo or sign.dal_segno]
    order: list[OrderItem] = []
    first = 0  # not yet played
    for leave in jumps:
        if leave >= first:
            played, go_on = _carried_out(items, signs, first, leave, losses)
            order += played
            items, first = _split(items, go_on)[1], go_on
    return [*order, *items] if jumps else None


def _carried_out(
    items: list[OrderItem], signs: list[Signs], first: int, leave: int, losses: Losses
) -> tuple[list[OrderItem], int]:
    """What is played from `first` on until the jump at `leave` is done, and what comes next.

    A file may hold several movements: a jump goes back no further than the last final barline.
    """
    starts = [i + 1 for i in range(first, leave) if signs[i].is_end and not signs[i].is_fine]
    back_to = starts[-1] if starts else first
    if signs[leave].dal_segno:
        segnos = [index for index in range(first, leave + 1) if signs[index].has_segno]
        if not segnos:
            losses.add("A dal segno without a segno is played from the start", leave)
        back_to = segnos[-1] if segnos else back_to
    again = [index for index in _second_time(items, back_to) if index <= leave]
    to_codas = [index for index in again if signs[index].to_coda]
    codas = [index for index in range(leave + 1, len(signs)) if signs[index].has_coda]
    stops = to_codas if codas else []
    go_on = codas[0] if stops else leave + 1
    stops = stops or [index for index in again if signs[index].is_fine] or [leave]
    if stops[0] in again:
        again = again[: again.index(stops[0]) + 1]
    jump = _da_capo(items, back_to, stops[0], leave, again)
    return jump or [*_split(items, leave + 1)[0], *_runs(again)], go_on


def _second_time(items: list[OrderItem], back_to: int) -> list[int]:
    """What is played after the jump: no repeats, last endings only."""
    order = [index for item in items for index in unfold(item, True)]
    place = next((i for i, index in enumerate(order) if index >= back_to), len(order))
    return order[place:]


def _da_capo(
    items: list[OrderItem], back_to: int, stop: int, leave: int, again: list[int]
) -> list[OrderItem] | None:
    """`before, <main, rest>`, which shows as a jump and not as a repeat, if that says it."""
    before, main = _split(items, back_to)
    main = _split(main, leave + 1)[0]
    main, rest = _split(main, stop + 1)
    if not main or [index for item in main for index in unfold(item, True)] != again:
        return None
    played = [index for item in (*before, *main, *rest) for index in unfold(item)]
    if played != [index for item in _split(items, leave + 1)[0] for index in unfold(item)]:
        return None  # a repeat lies across one of the borders
    whole = main[0] if len(main) == 1 else Block(tuple(main))
    return [*before, DaCapo(whole, Block(tuple(rest)))]


def _split(items: list[OrderItem], place: int) -> tuple[list[OrderItem], list[OrderItem]]:
    """Items before a measure and from it on; a repeat in two pieces is played once."""
    before: list[OrderItem] = []
    after: list[OrderItem] = []
    for item in items:
        indices = sorted(set(unfold(item)))
        if indices[-1] < place:
            before.append(item)
        elif indices[0] >= place:
            after.append(item)
        else:
            first = list(unfold(item))
            cut = max(i for i, index in enumerate(first) if index < place) + 1
            before += _runs(first[:cut])
            after += _runs([index for index in indices if index >= place])
    return before, after


def _runs(order: list[int]) -> list[OrderItem]:
    runs: list[OrderItem] = []
    start = 0
    for place, (here, following) in enumerate(pairwise(order), start=1):
        if following != here + 1:
            runs.append(Run(order[start], here))
            start = place
    if order:
        runs.append(Run(order[start], order[-1]))
    return runs


# -- as text


def _text(item: OrderItem) -> str:
    match item:
        case Run(first, last):
            return str(first + 1) if first == last else f"{first + 1}..{last + 1}"
        case Block(items):
            return f"[{', '.join(map(_text, items))}]"
        case DaCapo(main, rest):
            return f"<{', '.join(map(_text, (main, *rest.items)))}>"
        case Volta(times, body, endings):
            return f"{times}*{_text(body)}" + (
                f"{{{', '.join(map(_ending, endings))}}}" if endings else ""
            )


def _ending(block: Block) -> str:
    return _text(block.items[0]) if _is_single(block) else _text(block)


def _is_single(block: Block) -> bool:
    first = block.items[0]
    return len(block.items) == 1 and isinstance(first, Run)
