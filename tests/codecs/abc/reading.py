"""A tune in, Lilylet out."""

from __future__ import annotations

from lilydesk.codecs.abc import read_abc
from lilydesk.lilylet import write_document


def lilylet(text: str) -> str:
    """Return the score of an ABC text as Lilylet, without measure numbers."""
    return write_document(read_abc(text).document, measure_numbers=False)


def music(body: str, fields: str = "L:1/4\n") -> str:
    """Return the measures of a tune in C as one line each, without key and header."""
    lines = lilylet(f"X:1\n{fields}K:C\n{body}\n").split("\n")
    measures = [line.replace("\\key c \\major ", "") for line in lines]
    return "\n".join(line for line in measures if line and not line.startswith("["))


def losses(body: str) -> str:
    """Return what a tune in C loses."""
    return " ".join(read_abc(f"X:1\nL:1/4\nK:C\n{body}\n").losses)
