"""What one voice of a tune holds, measure by measure, while and after it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from lilydesk.codecs.abc.decorations import MarkShape
from lilydesk.notation import Key, Pitch, TimeSignature
from lilydesk.notation.document import Syllable
from lilydesk.notation.event import Context, RestKind

ZERO = Fraction(0)


@dataclass(slots=True, eq=False)
class TupletTag:
    """A tuplet: `numerator` notes in the time of `denominator`, `remaining` of them to come."""

    numerator: int
    denominator: int
    remaining: int

    @property
    def ratio(self) -> Fraction:
        """What lengths are multiplied by."""
        return Fraction(self.denominator, self.numerator)


@dataclass(slots=True)
class Note:
    """A note, chord or rest. `length` in quarters as written, tuplets not counted."""

    length: Fraction
    pitches: list[tuple[Pitch, bool]] = field(default_factory=list)  # and whether a courtesy sign
    rest: RestKind | None = None
    marks: list[MarkShape] = field(default_factory=list)
    tuplet: TupletTag | None = None
    is_grace: bool = False
    is_joined: bool = False  # nothing stands between it and the note before: one beam
    is_tied: bool = False


@dataclass(slots=True)
class Layer:
    """Notes and changes of context one after another, with the syllables of each verse."""

    entries: list[Note | Context] = field(default_factory=list)
    n_sung: int = 0  # notes that can have a syllable
    verses: dict[int, dict[int, Syllable]] = field(default_factory=dict)  # verse, note -> syllable
    length: Fraction = ZERO
    has_timed: bool = False


@dataclass(slots=True)
class Bar:
    """One measure of one voice; the layers behind the first are overlays (`&`)."""

    layers: list[Layer] = field(default_factory=lambda: [Layer()])
    key: Key | None = None
    time: TimeSignature | None = None
    starts_repeat: bool = False
    n_repeats: int = 0  # `:|` at its end is 1, `::|` 2
    style: str = ""  # of the barline at its end, "" where plain
    endings: tuple[int, ...] = ()  # numbers of the bracket that begins here
    closes_bracket: bool = False  # a bracket cannot go on behind it
    full_rest: RestKind | None = None  # Z or X: nothing else stands in it
    is_padding: bool = False  # the text says nothing of this voice here
    comments: list[str] = field(default_factory=list)

    @property
    def has_timed(self) -> bool:
        """Whether anything stands in it that takes time."""
        return (
            self.is_padding
            or self.full_rest is not None
            or any(layer.has_timed for layer in self.layers)
        )

    @property
    def is_full_rest(self) -> bool:
        """Whether a rest for the whole measure is all there is."""
        return self.full_rest is not None and not any(layer.has_timed for layer in self.layers)

    @property
    def length(self) -> Fraction:
        """Quarters, of its longest layer; a full-measure rest has that of the time signature."""
        if self.is_full_rest:
            return self.time.length if self.time else Fraction(4)
        return max(layer.length for layer in self.layers)
