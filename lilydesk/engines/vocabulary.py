"""A tokenizer's tokens sorted by what they may do in Lilylet text, and lists of fixed choices."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.tokenizer import Tokenizer

Mask = NDArray[np.bool_]  # (vocab,), True = may be drawn
Choice = tuple[tuple[int, ...], ...]
"""Token sequences, one of which must come next; none is the beginning of another."""

KEYS = tuple(
    f" {tonic} \\{mode} "
    for mode, tonics in (
        ("major", "c g d a e b fs cs f bf ef af df gf cf"),
        ("minor", "a e b fs cs gs ds as d g c f bf ef af"),
    )
    for tonic in tonics.split()
)
TIMES = tuple(f" {n}/{d} " for d in (1, 2, 4, 8, 16) for n in range(1, 25))
CLEFS = tuple(
    f' "{name}" '
    for name in ("treble", "bass", "alto", "tenor", "treble_8", "treble^8", "bass_8", "bass^8")
)
PARTIALS = tuple(f" {division}{dots} " for division in (1, 2, 4, 8, 16) for dots in ("", "."))
HEADERS = ("staves", "auto-beam", "instrument", "genre", "title")
"""Header lines that a model may write by itself; [measures] would contradict the number wanted."""
_NEEDED = (
    "".join((*KEYS, *TIMES, *CLEFS, *PARTIALS, *(f'[{name} "onf"]\n' for name in HEADERS)))
    + "\\staff \\key \\time \\numericTimeSignature \\clef \\partial \\repeat tremolo \\rest "
    + "[r:0123456789/0] abcdefgs rR <>'.,~!()[]{} \\\\\n \\\\\\\n |\n"
)
"""What a guide may settle, and the notes and rests that fill a voice."""


_SIGNS = frozenset("abcdefgrsR0123456789'.,!~()[]{}<>^_-/=:#| \"")

_MOST_TEXTS = 2048  # whose tokens are remembered: what is settled comes again and again
_SETTLING = frozenset(
    ("\n", "|", "\\\\", "\\\\\\", "\\staff", "\\key", "\\major", "\\minor", "\\time", "\\clef")
)


def _is_music(text: str) -> bool:
    return text in _SIGNS or text in ("ff", "ss") or text.startswith(("\\", '"'))


class Vocabulary:
    """What a guide must know of the tokens."""

    def __init__(self, tokenizer: Tokenizer, size: int) -> None:
        """Sort the `size` tokens of a model."""
        self.encode = lru_cache(maxsize=_MOST_TEXTS)(lambda text: tuple(tokenizer.encode(text)))
        self._writes_needed = tokenizer.decode(tokenizer.encode(_NEEDED)) == _NEEDED
        self.texts = tuple(tokenizer.decode([token]) for token in range(size))
        printable = self.where(lambda text: text.isprintable())
        self.in_string = printable
        self.in_plain_string = printable & self.where(
            lambda text: text == '"' or not set(text) & set('"\\')
        )
        self.in_music = printable & self.where(_is_music)
        self.letters = printable & self.where(str.isalpha)  # only in commands and lyrics
        self.starts_with_r = self.where(lambda text: text.startswith("r"))
        self.after_backslash = self.where(lambda text: text[0].isalpha() or text in ("!", "<", ">"))
        self.measure_end = self.where(lambda text: text == "|")
        self.voice_end = self.where(lambda text: text == "\\\\")
        self.part_end = self.where(lambda text: text == "\\\\\\")
        self.separators = self.measure_end | self.voice_end | self.part_end
        self.chord_end = self.where(lambda text: text == ">")
        self.chord_start = self.where(lambda text: text == "<")
        self.group_end = self.where(lambda text: text == "}")
        self.before_settled = self.where(_SETTLING.__contains__)
        self.quote = self.where(lambda text: text == '"')
        self.space = self.where(lambda text: text == " ")
        self.in_holes = self.where(frozenset("abcdefgs',<> ").issuperset)
        self.staff = self.where(lambda text: text == "\\staff")
        self.keys, self.times, self.clefs = map(self.choice, (KEYS, TIMES, CLEFS))
        self.auto_beam = self.encode('[auto-beam "')
        self.opening_times = self.choice(
            [f"\\time{time}" for time in TIMES]
            + [f"\\numericTimeSignature \\time{time}" for time in (" 4/4 ", " 2/2 ")]
        )

    @property
    def is_lilylet(self) -> bool:
        """Whether every token that a guide may ask for exists and stands for its text."""
        needed = (
            self.measure_end, self.voice_end, self.part_end, self.chord_end, self.group_end,
            self.quote, self.space, self.staff,
        )  # fmt: skip
        return self._writes_needed and all(mask.any() for mask in needed)

    def where(self, is_wanted: Callable[[str], bool]) -> Mask:
        """The tokens whose text fulfils a condition; tokens without text never do."""
        return np.array([bool(text) and is_wanted(text) for text in self.texts])

    def only(self, token: int) -> Mask:
        """Only one token."""
        mask = np.zeros(len(self.texts), dtype=np.bool_)
        mask[token] = True
        return mask

    def choice(self, texts: Iterable[str]) -> Choice:
        """One of these texts."""
        return tuple(self.encode(text) for text in texts)
