"""Repeat signs and brackets as the order of playing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Boundary:
    """What the barlines of one measure say, all voices together."""

    starts_repeat: bool  # `|:` before it
    n_repeats: int  # `:|` behind it: how often the way back is taken
    style: str  # of the barline behind it
    endings: tuple[int, ...]  # the bracket that begins with it
    closes_bracket: bool  # a double barline or repeat sign behind it


def playing_order(measures: Sequence[Boundary]) -> str:
    """The [measures] header; empty where repeat signs alone say it, or there are none."""
    has_brackets = any(measure.endings for measure in measures)
    if not has_brackets and all(measure.n_repeats < 2 for measure in measures):
        return ""
    return _Order(measures).write() if any(m.n_repeats for m in measures) else ""


class _Order:
    def __init__(self, measures: Sequence[Boundary]) -> None:
        self._measures = measures
        self._items: list[str] = []
        self._start = 0  # of what is not written yet

    def write(self) -> str:
        index = 0
        while index < len(self._measures):
            measure = self._measures[index]
            if measure.starts_repeat and index > self._start:
                self._plain(index - 1)
            if measure.endings and self._ends_with_repeat(index):
                index = self._endings(index)
                continue
            if measure.n_repeats:
                self._items.append(f"{measure.n_repeats + 1}*[{self._run(self._start, index)}]")
                self._start = index + 1
            index += 1
        self._plain(len(self._measures) - 1)
        return ", ".join(self._items)

    def _plain(self, last: int) -> None:
        if last >= self._start:
            self._items.append(self._run(self._start, last))
        self._start = last + 1

    def _ends_with_repeat(self, index: int) -> bool:
        return self._measures[self._last_of_bracket(index)].n_repeats > 0

    def _last_of_bracket(self, first: int) -> int:
        """Where the bracket ends that begins here: a double bar, a sign, another bracket."""
        for index in range(first, len(self._measures)):
            if self._measures[index].closes_bracket:
                return index
            if index + 1 < len(self._measures) and self._measures[index + 1].endings:
                return index
            if index > first and self._measures[index].starts_repeat:
                return index - 1
        return first  # nothing ends it: it stands over one measure

    def _endings(self, index: int) -> int:
        """Write body and endings from the first bracket on; returns where to go on."""
        body = self._run(self._start, index - 1) if index > self._start else ""
        turns: list[tuple[tuple[int, ...], str]] = []
        while index < len(self._measures) and self._measures[index].endings:
            numbers = self._measures[index].endings
            if any(set(numbers) & set(others) for others, _ in turns):
                break  # another set of brackets
            last = self._last_of_bracket(index)
            turns.append((numbers, self._run(index, last)))
            index = last + 1
            if not self._measures[last].n_repeats:
                break
        self._start = index
        self._items.append(self._volta(body, turns))
        return index

    def _volta(self, body: str, turns: list[tuple[tuple[int, ...], str]]) -> str:
        by_number = sorted((number, run) for numbers, run in turns for number in numbers)
        endings = [run for _, run in by_number]
        if not body:
            return ", ".join(endings)
        if len(endings) == 1:
            return f"{body}, {endings[0]}, {body}"  # the second time goes on behind the bracket
        return f"{len(endings)}*[{body}]{{{', '.join(endings)}}}"

    @staticmethod
    def _run(first: int, last: int) -> str:
        return str(first + 1) if first == last else f"{first + 1}..{last + 1}"
