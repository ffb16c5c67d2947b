"""What a reader of a foreign format returns."""

from __future__ import annotations

from dataclasses import dataclass

from lilydesk.notation import Document


@dataclass(frozen=True, slots=True)
class ImportedScore:
    """A score read from a foreign format, and what could not be taken over."""

    document: Document
    losses: tuple[str, ...] = ()  # plain sentences, each once, in the order of the text
