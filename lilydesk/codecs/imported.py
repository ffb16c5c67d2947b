"""What reading a foreign format gives: the music, and what could not be taken over."""

from __future__ import annotations

from dataclasses import dataclass

from lilydesk.notation import Document


@dataclass(frozen=True, slots=True)
class ImportedScore:
    """A score read from another format. Its spans are all empty: it has no Lilylet text yet."""

    document: Document
    losses: tuple[str, ...] = ()  # plain sentences; each says what was left out and how often
