"""What every family of models offers to composing: a request in, pieces of Lilylet text out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from lilydesk.engines.constraints import Constraints, GivenMeasure
from lilydesk.engines.sampling import Sampling

Cancelled = Callable[[], bool]
"""Asked between patches; True ends the work there, without an error."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Which model wrote something."""

    name: str  # of the bundle, for people
    family: str  # "lilynota"
    bundle_hash: str  # SHA-256 of its files, hexadecimal


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """What to write: all of it text, so that it means the same to every family.

    The piece has `len(measures_text)` measures, then the unfinished one if `partial_text` is not
    empty, then `n_new_measures`, then `n_following` that are there already and are not shown to the
    model, which only learns how many they are. Parts and staves are those of `measures_text`, or
    `staves` where there is none. The key and the time signature that are given hold for every
    measure that the engine writes; those left empty are the model's own choice.
    """

    n_new_measures: int
    style_lines: tuple[str, ...] = ()  # with their %, without newline; at most three
    headers: tuple[str, ...] = ()  # `[title "..."]`, without newline
    measures_text: tuple[str, ...] = ()  # canonical; each ends in "|" and a newline
    partial_text: str = ""  # canonical start of the measure after them, no space at its end
    key_text: str = ""  # `\key g \minor`
    time_text: str = ""  # `\time 3/4`
    sampling: Sampling = field(default_factory=Sampling)
    seed: int = 0
    constrains_time: bool = True  # each voice fills its measure; False = the bare model
    n_following: int = 0  # measures of the piece after those to write
    staves: tuple[int, ...] = ()  # of each part; empty where `measures_text` says it
    constraints: Constraints = field(default_factory=Constraints)
    given: tuple[GivenMeasure, ...] = ()  # for the first of the new measures, one each

    def given_at(self, index: int) -> GivenMeasure | None:
        """What is given of measure `index` of the piece."""
        number = index - len(self.measures_text) - bool(self.partial_text)
        return self.given[number] if 0 <= number < len(self.given) else None

    @property
    def is_constrained(self) -> bool:
        """Whether the time of each voice is followed; what is given or limited needs it."""
        return self.constrains_time or bool(self.given) or self.constraints != Constraints()

    @property
    def n_measures(self) -> int:
        """Measures of the whole piece when the request is fulfilled."""
        return self.n_written + self.n_following

    @property
    def n_written(self) -> int:
        """Measures up to the last one that the engine writes."""
        return len(self.measures_text) + bool(self.partial_text) + self.n_new_measures


class Engine(Protocol):
    """A model that writes. Not for two threads at once."""

    @property
    def provenance(self) -> Provenance:
        """Which model this is."""
        ...

    def generate(self, request: GenerationRequest, cancelled: Cancelled) -> Iterator[str]:
        """Write the measures asked for, in pieces of canonical text without stream markers.

        The pieces joined continue `partial_text` (or the last measure); header lines may come
        first in a new piece. Every measure ends in "|" and a newline. The same request gives the
        same text. Raises BundleError where the model fails.
        """
        ...

    def generate_takes(
        self, requests: Sequence[GenerationRequest], cancelled: Cancelled
    ) -> Iterator[tuple[int, str]]:
        """Write several takes side by side: (index of the request, piece of its text).

        The pieces of each take joined are what `generate` gives for its request alone. Quickest
        where the requests share their prefix. `cancelled` may be asked in another thread. Raises
        BundleError where the model fails.
        """
        ...


@dataclass(frozen=True, slots=True)
class Score:
    """How well a model foretells a text: the fewer bits a token, the better."""

    bits: float
    tokens: int
    patches: int

    @property
    def bits_per_token(self) -> float:
        """Bits for one token in the mean; 0 for a text without tokens."""
        return self.bits / self.tokens if self.tokens else 0.0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.bits + other.bits, self.tokens + other.tokens, self.patches + other.patches
        )


class ScoringEngine(Protocol):
    """A model that can also tell how likely a given text is."""

    def score_text(self, text: str) -> Score:
        """Teacher-forced score of a text in canonical form."""
        ...

    def score_following(
        self, request: GenerationRequest, measures: Sequence[str], following: Sequence[str]
    ) -> Score:
        """Score of the canonical measures `following`, given the prefix and then `measures`.

        Markers count as in the request; measures that do not fit into the model's context are
        forgotten from the beginning, and left out of the score at the end.
        """
        ...
