"""Which periods, composers and genres go together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lilydesk.app.bundles import Style


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


def _fits(styles: Sequence[Style], style: Style, period: str, composer: str, genre: str) -> bool:
    return (
        (style.period == period or period not in {s.period for s in styles})
        and (style.composer == composer or composer not in {s.composer for s in styles})
        and (style.genre == genre or genre not in {s.genre for s in styles})
    )


def _distinct(words: Iterable[str]) -> list[str]:
    return [word for word in dict.fromkeys(words) if word]
