"""Format document: the whole text in canonical form."""

from __future__ import annotations

from lilydesk.lilylet.document_parser import ParsedText, parse_document
from lilydesk.lilylet.edits.atoms import read_atoms
from lilydesk.lilylet.edits.result import EditResult, TextEdit, nothing
from lilydesk.lilylet.serializer import write_document
from lilydesk.notation.span import Span


def format_document(parsed: ParsedText) -> EditResult:
    """The canonical form of the text, as one edit. Comments stay.

    Not while the text has errors: what cannot be read would be lost.
    """
    if not parsed.document.measures:
        return nothing("There is no music to format yet.")
    n_errors = len(parsed.errors)
    if n_errors:
        first = "The text has an error" if n_errors == 1 else f"The text has {n_errors} errors"
        return nothing(f"{first}, and what cannot be read would be lost: mend that first.")
    text = write_document(parsed.document)
    if text == parsed.text:
        return nothing("The text is in its canonical form already.")
    return EditResult((TextEdit(Span(0, len(parsed.text)), text),))


def place_after_formatting(parsed: ParsedText, formatted: str, offset: int) -> int:
    """Where the cursor goes: to the note it was at, or as near as can be."""
    before = read_atoms(parsed).atoms
    after = read_atoms(parse_document(formatted)).atoms
    index = sum(atom.span.start <= offset for atom in before) - 1
    if index < 0 or not after:
        return 0
    return after[min(index, len(after) - 1)].span.start
