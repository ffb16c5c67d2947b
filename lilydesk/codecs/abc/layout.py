"""%%score and %%staves: which voices share a staff, which staves a part, and what brackets them.

A brace (or parenthesis) is one part; every other voice is a part of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_TOKEN = re.compile(r"[\[\]{}()|*+]|[^\s\[\]{}()|*+]+")
_CLOSERS = {"[": "]", "{": "}"}
_SYMBOLS = "[{"
_MOST_TOKENS = 500


@dataclass(slots=True)
class StaffPlan:
    """One staff and the voices on it, the uppermost first."""

    voices: list[str]
    is_joined: bool = False  # its barlines go on to the next staff


@dataclass(slots=True)
class PartPlan:
    """The staves of one part; several are braced."""

    staves: list[StaffPlan] = field(default_factory=list)


@dataclass(slots=True)
class Bracket:
    """Staves first to last (from 0 through the score) under a bracket."""

    first: int
    last: int = -1


@dataclass(slots=True)
class ScorePlan:
    """How the voices of a tune stand in the score."""

    parts: list[PartPlan] = field(default_factory=list)
    brackets: list[Bracket] = field(default_factory=list)

    def voices(self) -> Iterator[str]:
        """Every voice, from the top."""
        for part in self.parts:
            for staff in part.staves:
                yield from staff.voices

    @property
    def n_staves(self) -> int:
        """Staves of all parts."""
        return sum(len(part.staves) for part in self.parts)

    def header(self) -> str:
        """The [staves] header; empty where it would say nothing beyond the default."""
        if self.n_staves < 2 or not (self.brackets or self._has_joints()):
            return ""
        opens: dict[int, str] = {}
        closes: dict[int, str] = {}
        for bracket in self.brackets:
            opens[bracket.first] = opens.get(bracket.first, "") + "<"
            closes[bracket.last] = ">" + closes.get(bracket.last, "")
        return self._written(opens, closes)

    def _has_joints(self) -> bool:
        return any(
            staff.is_joined and (len(part.staves) == 1 or staff is part.staves[-1])
            for part in self.parts
            for staff in part.staves
        )

    def _written(self, opens: dict[int, str], closes: dict[int, str]) -> str:
        text, number = "", 0
        for part in self.parts:
            is_braced = len(part.staves) > 1
            for index, staff in enumerate(part.staves):
                text += opens.get(number, "")
                text += "{" if is_braced and index == 0 else ""
                text += str(number + 1)
                is_last = index == len(part.staves) - 1
                text += "}" if is_braced and is_last else ""
                text += closes.get(number, "")
                number += 1
                if number < self.n_staves:
                    text += "-" if staff.is_joined or not is_last else ","
        return text


def read_plan(text: str, joins_by_default: bool = False) -> ScorePlan:
    """Read the text behind %%score, or %%staves (whose groups join barlines by themselves).

    Brackets that do not match are closed where they must be; a voice counts once.
    """
    return _Reader(joins_by_default).read(_TOKEN.findall(text)[:_MOST_TOKENS])


def complete(plan: ScorePlan, voices: Iterable[str]) -> list[str]:
    """Add the voices that the plan forgets, each on a staff of its own; returns them."""
    known = set(plan.voices())
    missing = [voice for voice in dict.fromkeys(voices) if voice not in known]
    plan.parts.extend(PartPlan([StaffPlan([voice])]) for voice in missing)
    return missing


def keep_only(plan: ScorePlan, voices: Iterable[str]) -> list[str]:
    """Take away the voices that the tune does not have, and their staves; returns them."""
    known = set(voices)
    gone = [voice for voice in plan.voices() if voice not in known]
    if gone:
        _remove(plan, known)
    return gone


def _remove(plan: ScorePlan, known: set[str]) -> None:
    new_numbers: list[int] = []  # per old staff: how many staves are kept before it
    kept = 0
    for part in plan.parts:
        for staff in part.staves:
            staff.voices = [voice for voice in staff.voices if voice in known]
            new_numbers.append(kept)
            kept += bool(staff.voices)
        part.staves = [staff for staff in part.staves if staff.voices]
    plan.parts = [part for part in plan.parts if part.staves]
    new_numbers.append(kept)
    moved = [Bracket(new_numbers[b.first], new_numbers[b.last + 1] - 1) for b in plan.brackets]
    plan.brackets = [bracket for bracket in moved if bracket.last >= bracket.first]


class _Reader:
    def __init__(self, joins_by_default: bool) -> None:
        self._plan = ScorePlan()
        self._joins_by_default = joins_by_default
        self._open: list[tuple[str, Bracket | PartPlan]] = []
        self._seen: set[str] = set()
        self._staff: StaffPlan | None = None  # inside parentheses
        self._last: StaffPlan | None = None

    def read(self, tokens: list[str]) -> ScorePlan:
        for token in tokens:
            if token in _SYMBOLS:
                self._begin(token)
            elif token in "]}":
                self._end(token)
            elif token == "(":
                self._staff = StaffPlan([])
            elif token == ")":
                self._end_staff()
            elif token == "|":
                self._join()
            elif token not in "*+":
                self._voice(token)
        self._end_staff()
        while self._open:
            self._end(_CLOSERS[self._open[-1][0]])
        self._plan.parts = [part for part in self._plan.parts if part.staves]
        return self._plan

    def _begin(self, symbol: str) -> None:
        self._end_staff()
        if symbol == "{":
            part = PartPlan()
            self._plan.parts.append(part)
            self._open.append((symbol, part))
        else:
            bracket = Bracket(self._plan.n_staves)
            self._open.append((symbol, bracket))

    def _end(self, symbol: str) -> None:
        self._end_staff()
        if not self._open or _CLOSERS[self._open[-1][0]] != symbol:
            return
        _, group = self._open.pop()
        if isinstance(group, Bracket):
            group.last = self._plan.n_staves - 1
            if group.last > group.first:
                self._plan.brackets.append(group)

    def _join(self) -> None:
        if self._staff is None and self._last is not None:
            self._last.is_joined = not self._joins_by_default

    def _voice(self, name: str) -> None:
        if name in self._seen:
            return
        self._seen.add(name)
        if self._staff is not None:
            self._staff.voices.append(name)
        else:
            self._add(StaffPlan([name]))

    def _end_staff(self) -> None:
        staff, self._staff = self._staff, None
        if staff is not None and staff.voices:
            self._add(staff)

    def _add(self, staff: StaffPlan) -> None:
        staff.is_joined = self._joins_by_default and bool(self._open)
        self._last = staff
        brace = next(
            (group for _, group in reversed(self._open) if isinstance(group, PartPlan)), None
        )
        if brace is not None:
            brace.staves.append(staff)
        else:
            self._plan.parts.append(PartPlan([staff]))
