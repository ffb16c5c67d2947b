"""Text to token ids and back, by the vocabulary that a bundle carries.

    >>> Tokenizer.standard().encode("c'4 d")
    [99, 39, 52, 32, 100]

Greedy from left to right: the longest protected token that starts here; else the character
itself; else its UTF-8 bytes where they are plain, and `unknown` where one is not.
Source: the published bundle's tokenizer.json.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

PAD, BOS, EOS, UNKNOWN = 0, 1, 2, 3
_PLAIN_BYTES = range(0x08, 0x80)
_STANDARD = Path(__file__).with_name("standard_tokenizer.json")


class Tokenizer:
    """A vocabulary and its two directions. Immutable, so one may serve several threads."""

    def __init__(self, vocabulary: Mapping[int, str], protected: Iterable[str]) -> None:
        """Take id -> text (special ids left out) and the tokens matched before characters."""
        self._texts = dict(vocabulary)
        self._ids = {text: token for token, text in self._texts.items()}
        longest_first = sorted(protected, key=len, reverse=True)
        self._pattern = re.compile("|".join([*map(re.escape, longest_first), "."]), re.DOTALL)

    @classmethod
    def from_json(cls, data: Any) -> Tokenizer:
        """Read the layout of tokenizer.json. Raises KeyError, TypeError or ValueError on others."""
        entries = [entry for entry in data["vocab"] if entry["type"] != "special"]
        vocabulary = {int(entry["id"]): str(entry["text"]) for entry in entries}
        if len(vocabulary) != len(entries):
            raise ValueError("an id stands twice in the vocabulary")
        if any(token <= UNKNOWN for token in vocabulary):
            raise ValueError("a special id stands for a text")
        return cls(vocabulary, [e["token"] for e in entries if e["type"] == "protected"])

    @classmethod
    @cache
    def standard(cls) -> Tokenizer:
        """The vocabulary of the published model, for bundles that bring none."""
        return cls.from_json(json.loads(_STANDARD.read_text(encoding="utf-8")))

    def encode(self, text: str) -> list[int]:
        """Token ids of a text; never fails."""
        ids: list[int] = []
        for piece in self._pattern.findall(text):
            token = self._ids.get(piece)
            if token is not None:
                ids.append(token)
            else:
                ids.extend(self._encode_foreign(piece))
        return ids

    def _encode_foreign(self, character: str) -> list[int]:
        encoded = character.encode("utf-8", errors="surrogatepass")
        return list(encoded) if all(byte in _PLAIN_BYTES for byte in encoded) else [UNKNOWN]

    def decode(self, ids: Iterable[int]) -> str:
        """Text of token ids; special tokens give nothing."""
        return "".join(self._texts.get(token, "") for token in ids)
