"""What a composer asks for, and what comes back, in the composer's words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lilydesk.composing.along import Along
from lilydesk.engines import Constraints, Sampling
from lilydesk.errors import LilyDeskError
from lilydesk.notation import Key, Pitch, TimeSignature

MAX_MEASURES = 10_000
_KEY = re.compile(
    r"(?P<step>[a-g])\s*[- ]?(?P<sign>s|sharp|#|♯|f|flat|b|♭|)\s*[- ]?(?P<mode>major|minor)",
    re.IGNORECASE,
)
_TIME = re.compile(r"(\d{1,2})\s*/\s*(1|2|4|8|16|32)")


@dataclass(frozen=True, slots=True)
class StylePrompt:
    """The manner to write in; what is empty is left open."""

    period: str = ""
    composer: str = ""  # "Schubert, Franz"
    genre: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """Comment lines that ask a model for it, and that head a new piece."""
        words = (" ".join(word.split()) for word in (self.period, self.composer, self.genre))
        return tuple(f"%{word}" for word in words if word)


@dataclass(frozen=True, slots=True)
class ComposeRequest:
    """A piece to write, or a text to continue; equal requests give equal music.

    `prefix_text` is the composer's text up to the cursor. Its own key and time signature hold;
    `key` and `time` are for a text that has none.
    """

    n_measures: int  # new ones; a half-written measure is completed first and not counted
    prompt: StylePrompt = field(default_factory=StylePrompt)
    prefix_text: str = ""
    key: str = ""  # "g minor", "bf major"; empty leaves it to the model
    time: str = ""  # "3/4"
    sampling: Sampling = field(default_factory=Sampling)
    seed: int = 0
    constrains_time: bool = True  # each voice fills its measure; False = as the model likes
    constraints: Constraints = field(default_factory=Constraints)
    along: Along | None = None  # for the first of the new measures

    def __post_init__(self) -> None:
        if not 1 <= self.n_measures <= MAX_MEASURES:
            raise LilyDeskError(
                f"The number of measures must lie between 1 and {MAX_MEASURES}.",
                f"{self.n_measures} was asked for.",
            )
        if self.seed < 0:
            raise LilyDeskError("The seed must be 0 or more.", f"{self.seed} was given.")


@dataclass(frozen=True, slots=True)
class GeneratedMeasure:
    """One measure as it is to be put behind the text and the measures before it, verbatim."""

    text: str  # closed with "|" and a newline
    index: int  # from 0, among those of this request
    n_total: int


def read_key_words(words: str) -> Key | None:
    """The key that "g minor" or "B flat major" names; None for an empty text.

    Raises LilyDeskError for anything else.
    """
    if not words.strip():
        return None
    match = _KEY.fullmatch(words.strip())
    if match:
        sign = match["sign"].lower()
        alter = 0 if not sign else 1 if sign in ("s", "sharp", "#", "♯") else -1
        key = Key(Pitch(match["step"].lower(), alter), match["mode"].lower())
        if -7 <= key.fifths <= 7:
            return key
    raise LilyDeskError(
        f"“{words}” is no key that can be written.", "Write it like “g minor” or “bf major”."
    )


def read_time_words(words: str) -> TimeSignature | None:
    """The time signature that "3/4" names; None for an empty text.

    Raises LilyDeskError for anything else.
    """
    if not words.strip():
        return None
    match = _TIME.fullmatch(words.strip())
    if match and 1 <= int(match[1]) <= 24:
        return TimeSignature(int(match[1]), int(match[2]))
    raise LilyDeskError(
        f"“{words}” is no time signature that can be written.", "Write it like “3/4” or “6/8”."
    )
