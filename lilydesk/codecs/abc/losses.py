"""What of an ABC text could not be taken over: sentences, each once, with where and how often."""

from __future__ import annotations

_MOST_SENTENCES = 40


class Losses:
    """Collects losses while a tune is read. Bounded, however long the text."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[int, int]] = {}  # sentence -> count, first line (0: none)
        self._has_more = False

    def add(self, sentence: str, line: int = 0) -> None:
        """Note a loss; `sentence` has no full stop. Lines count from 1, 0 is none."""
        known = self._found.get(sentence)
        if known is not None:
            self._found[sentence] = (known[0] + 1, known[1])
        elif len(self._found) < _MOST_SENTENCES:
            self._found[sentence] = (1, line)
        else:
            self._has_more = True

    def sentences(self) -> tuple[str, ...]:
        """All of them, in the order in which they were met."""
        found = [f"{text}{_place(*place)}." for text, place in self._found.items()]
        if self._has_more:
            found.append("There is more of this kind that is not listed.")
        return tuple(found)


def _place(count: int, line: int) -> str:
    if count == 1:
        return f" (line {line})" if line else ""
    return f" ({count} times, first in line {line})" if line else f" ({count} times)"
