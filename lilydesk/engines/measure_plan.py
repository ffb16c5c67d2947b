"""What is settled of a measure before it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lilydesk.engines.acceptor import MeasureAcceptor, OpenEnds
from lilydesk.engines.constraints import Constraints, GivenMeasure
from lilydesk.engines.given_voice import GivenVoice


@dataclass(frozen=True, slots=True)
class MeasurePlan:
    """The head of a measure, its voices, and what holds for them."""

    marker: str  # `[r:4/3]`
    key_text: str = ""  # `\\key g \\minor`, or the model's choice
    time_text: str = ""
    staves: tuple[int, ...] = ()  # per part, or the model's choice
    most_voices: tuple[int, ...] = ()  # that may share a staff, per part
    is_first: bool = False  # it may have headers before it, and be a pickup
    constrains_time: bool = False  # every voice fills the measure
    open_ends: tuple[OpenEnds, ...] = ()  # of each part, from the measures before
    constraints: Constraints = field(default_factory=Constraints)
    given: GivenMeasure | None = None  # the measure that it is written along

    def acceptor(self, given: Sequence[GivenVoice]) -> MeasureAcceptor | None:
        """What follows its time, if anything shall; `given` are the voices of a given measure."""
        if not self.constrains_time:
            return None
        return MeasureAcceptor(
            self.open_ends,
            is_first=self.is_first and self.given is None,
            constraints=self.constraints,
            staves=self.staves,
            given=given,
        )
