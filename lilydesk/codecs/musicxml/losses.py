"""What could not be taken over, collected while reading and told in plain sentences."""

from __future__ import annotations

_MAX_KINDS = 60  # a broken file must not bury what matters under hundreds of sentences


class Losses:
    """Counts losses of one kind and remembers where the first was."""

    def __init__(self) -> None:
        self._found: dict[str, list[int]] = {}

    def add(self, sentence: str, measure_index: int | None = None) -> None:
        """Note a loss; `sentence` says it without its full stop, the measure counts from 0."""
        if sentence in self._found or len(self._found) < _MAX_KINDS:
            self._found.setdefault(sentence, []).append(
                -1 if measure_index is None else measure_index
            )

    def sentences(self) -> tuple[str, ...]:
        """One sentence a kind, in the order in which they were found."""
        return tuple(f"{sentence}{_where(places)}." for sentence, places in self._found.items())


def _where(places: list[int]) -> str:
    known = [place for place in places if place >= 0]
    if not known:
        return ""
    first = f"measure {min(known) + 1}"
    return f" ({first})" if len(known) == 1 else f" ({len(known)} times, first in {first})"
