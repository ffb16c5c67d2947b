"""Follows the time of a measure, voice by voice: what is full, and what may still come.

A voice that cannot be followed (someone began it in a way that no model writes) ends at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lilydesk.engines.constraints import Constraints
from lilydesk.engines.given_voice import GivenVoice
from lilydesk.engines.token_sets import CLOSERS, is_way_on
from lilydesk.engines.voice_closing import closing_text
from lilydesk.engines.voice_grammar import write
from lilydesk.engines.voice_limits import Limits, Sounding
from lilydesk.engines.voice_order import PART_END, VOICE_END
from lilydesk.engines.voice_state import WHOLE, Pitches, VoiceState, length_of, new_voice

_PARTS = re.compile(r"\\\\\\")
_LINKS = re.compile(r'"[^"\n]*"|\\[<>!]|[()]')
_SIGNS = {"(": (1, 0), ")": (-1, 0), "\\<": (0, 1), "\\>": (0, 1), "\\!": (0, -1)}


@dataclass(frozen=True, slots=True)
class OpenEnds:
    """Slurs and hairpins of a part that have begun and not ended."""

    slurs: int = 0
    hairpins: int = 0


class MeasureAcceptor:
    """The voices of one measure, one after the other."""

    def __init__(
        self,
        open_ends: Sequence[OpenEnds] = (),
        *,
        is_first: bool = False,
        constraints: Constraints | None = None,
        staves: Sequence[int] = (),
        given: Sequence[GivenVoice] = (),
    ) -> None:
        """Stand before the measure; only the first of a piece may say that it is a pickup.

        `staves` are those of each part, where they are known; `given` are the voices of a given
        measure.
        """
        self._open_ends = list(open_ends)
        self._constraints = constraints if constraints != Constraints() else None
        self._staves = list(staves)
        self._given = given
        self._part = self._voice = 0
        self._full = WHOLE
        self._fifths: int | None = None
        self._sounded: tuple[Sounding, ...] = ()  # by the voices of the part at hand
        self.state: VoiceState | None = None
        self._foreseen: tuple[VoiceState | None, str, VoiceState | None] = (None, "", None)
        self._begin_voice(is_first)

    def _begin_voice(self, may_be_partial: bool = False) -> None:
        ends = self._open_ends[self._part] if self._part < len(self._open_ends) else OpenEnds()
        state = new_voice(self._full, ends.slurs, ends.hairpins)
        state = state._replace(may_be_partial=may_be_partial)
        if self._constraints is not None:
            limits = self._limits(self._constraints)
            rule = limits.rule(1, self._fifths)
            state = state._replace(limits=limits, fifths=self._fifths, rule=rule)
        self.state = state

    def _limits(self, constraints: Constraints) -> Limits:
        first = sum(self._staves[: self._part])
        most = constraints.max_polyphony or 0
        others = self._sounded
        if most:
            others += self._locked_later()
        return Limits(constraints.ranges[first:], constraints.key_only, most, others)

    def _locked_later(self) -> tuple[Sounding, ...]:
        """What the locked voices play that come later in this part."""
        found: tuple[Sounding, ...] = ()
        for voice in self._given[self._voice :]:
            if voice.is_locked:
                state = new_voice(self._full)._replace(limits=Limits(most=1))
                after = write(state, f"{voice.opening}{voice.body} ", is_given=True)
                found += after.sounded if after else ()
            if voice.separator != VOICE_END:
                break
        return found

    def keep_pitches(self, pitches: tuple[Pitches, ...]) -> None:
        """These notes and chords must come in the voice that begins, in their order."""
        if self.state is not None:
            self.state = self.state._replace(kept=pitches, n_kept=len(pitches))

    def must_sound(self) -> None:
        """The voice that begins must not rest throughout."""
        if self.state is not None:
            self.state = self.state._replace(must_sound=True)

    @property
    def is_full(self) -> bool:
        """Whether the voice may end here."""
        state = self.state
        return state is None or (not state.left and state.is_full)

    @property
    def open_ends(self) -> tuple[OpenEnds, ...]:
        """What is open in each part."""
        return tuple(self._open_ends)

    def accepts(self, text: str) -> bool:
        """Whether a token with this text may come; separators are another's business."""
        state = self.state
        if state is None:
            return text in CLOSERS
        after = write(state, text)
        self._foreseen = (state, text, after)
        return is_way_on(after, text)

    def read(self, text: str, *, is_given: bool) -> None:
        """Take the text of a token that is no separator."""
        at = self.state
        if at is None:
            return
        state, foreseen, after = self._foreseen
        if is_given:
            after = _written(at, text)
        elif state is not at or foreseen != text:
            after = write(at, text)
        self.state = after
        if after is not None:
            self._full, self._fifths = after.full, after.fifths

    def end_voice(self, separator: str) -> None:
        """The voice ends; another one of the same part, or of the next, begins."""
        state = self.state
        if state is not None:
            missing = self._part + 1 - len(self._open_ends)
            self._open_ends += [OpenEnds()] * missing
            self._open_ends[self._part] = OpenEnds(state.slurs, state.hairpins)
            self._sounded += state.sounded
            self._staves += [1] * (self._part + 1 - len(self._staves))
            self._staves[self._part] = max(self._staves[self._part], state.staff)
        self._voice += 1
        if separator == PART_END:
            self._part, self._sounded = self._part + 1, ()
        self._begin_voice()

    def closing_text(self) -> str | None:
        """What makes the voice full, if anything can."""
        return closing_text(self.state) if self.state is not None else None

    def may_be_partial(self, duration: str) -> bool:
        r"""Whether a \partial of this duration is shorter than the measure."""
        digits = duration.strip().rstrip(".")
        return 0 < length_of(digits, duration.count(".")) < self._full


@lru_cache(maxsize=1024)
def _written(state: VoiceState, text: str) -> VoiceState | None:
    """The state behind what is given: measures mostly begin alike."""
    return write(state, text, is_given=True)


def open_ends_of(measures: Iterable[str]) -> tuple[OpenEnds, ...]:
    """What measures of canonical text leave open in each part."""
    found: list[tuple[int, int]] = []
    for measure in measures:
        for part, text in enumerate(_PARTS.split(measure)):
            if part == len(found):
                found.append((0, 0))
            for sign in _LINKS.findall(text):
                slur, hairpin = _SIGNS.get(sign, (0, 0))
                slurs, hairpins = found[part]
                found[part] = (max(0, slurs + slur), max(0, hairpins + hairpin))
    return tuple(OpenEnds(min(slurs, 4), min(hairpins, 1)) for slurs, hairpins in found)
