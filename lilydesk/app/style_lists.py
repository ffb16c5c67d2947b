"""Which periods, composers and genres go together, and which are meant by others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from lilydesk.app.bundles import Style

_NEAR = 0.7  # of two words, 1 being the same
_MOST_NEAR, _MOST_LISTED = 3, 9


def periods_of(styles: Sequence[Style]) -> list[str]:
    """All periods, in the order of the list (which is that of history)."""
    return _distinct(style.period for style in styles)


def composers_of(styles: Sequence[Style], period: str = "", genre: str = "") -> list[str]:
    """Composers who fit; an empty or unknown word fits everyone."""
    return sorted(_distinct(s.composer for s in styles if _fits(styles, s, period, "", genre)))


def genres_of(styles: Sequence[Style], period: str = "", composer: str = "") -> list[str]:
    """Genres that fit; an empty or unknown word fits every genre."""
    return sorted(_distinct(s.genre for s in styles if _fits(styles, s, period, composer, "")))


def period_of(styles: Sequence[Style], composer: str) -> str:
    """The one period of a composer; empty if unknown, or if there are several."""
    periods = _distinct(style.period for style in styles if style.composer == composer)
    return periods[0] if len(periods) == 1 else ""


def style_hint(styles: Sequence[Style], period: str, composer: str, genre: str) -> str:
    """Say which words the model does not know, and what it knows instead; empty if it knows all.

    Without any styles nothing is said.
    """
    asked = (
        ("period", period, periods_of(styles)),
        ("composer", composer, composers_of(styles)),
        ("genre", genre, genres_of(styles)),
    )
    unknown = " ".join(
        f"The model knows no {what} “{word}”.{_did_you_mean(word, known)}"
        for what, word, known in asked
        if word and known and word not in known
    )
    return unknown or _hint_of_all(styles, (period, composer, genre))


def _hint_of_all(styles: Sequence[Style], asked: tuple[str, str, str]) -> str:
    """Say where the model knows each of the words, but not together, and what is nearest."""

    def n_met(style: Style) -> int:
        own = (style.period, style.composer, style.genre)
        return sum(word in ("", known) for word, known in zip(asked, own, strict=True))

    nearest = max(
        styles, key=lambda style: (n_met(style), style.composer == asked[1]), default=None
    )
    if nearest is None or n_met(nearest) == len(asked):
        return ""
    words = " and ".join(f"“{word}”" for word in asked if word)
    near = " / ".join((nearest.period, nearest.composer, nearest.genre))
    return f"The model knows {words}, but not together. The nearest that it knows is {near}."


def _did_you_mean(word: str, known: Sequence[str]) -> str:
    nearness = {one: _nearness(word.casefold(), one.casefold()) for one in known}
    near = sorted((one for one in nearness if nearness[one] >= _NEAR), key=lambda n: -nearness[n])
    if near:
        return f" Did you mean {' or '.join(f'“{one}”' for one in near[:_MOST_NEAR])}?"
    return f" It knows {', '.join(known)}." if len(known) <= _MOST_LISTED else ""


def _nearness(word: str, name: str) -> float:
    """How like a name a word is, or one of the words in it."""
    parts = [name, *name.replace(",", " ").split()]
    return max(SequenceMatcher(None, word, part).ratio() for part in parts)


def _fits(styles: Sequence[Style], style: Style, period: str, composer: str, genre: str) -> bool:
    return (
        (style.period == period or period not in {s.period for s in styles})
        and (style.composer == composer or composer not in {s.composer for s in styles})
        and (style.genre == genre or genre not in {s.genre for s in styles})
    )


def _distinct(words: Iterable[str]) -> list[str]:
    return [word for word in dict.fromkeys(words) if word]
