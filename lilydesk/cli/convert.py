"""`lilydesk convert`: a piece in another format."""

from __future__ import annotations

import sys
from pathlib import Path

from lilydesk.app.convert import check_suffix, write_document_as
from lilydesk.app.files import open_text_file
from lilydesk.errors import FileError
from lilydesk.lilylet import Severity, parse_document


def convert_piece(source: Path, target: Path) -> int:
    """Write the target; its suffix says which format. Faults in the text do not stop it."""
    if source.suffix.lower() != ".lyl":
        raise FileError(f"“{source}” is not a .lyl file.", "Other formats cannot be read yet.")
    check_suffix(target)
    parsed = parse_document(open_text_file(source).text)
    pages = write_document_as(parsed.document, target)
    if len(pages) > 1:
        print(f"Wrote {len(pages)} pages: {', '.join(map(str, pages))}")
    n_errors = sum(problem.severity is Severity.ERROR for problem in parsed.diagnostics)
    if n_errors:
        counted = "1 mistake" if n_errors == 1 else f"{n_errors} mistakes"
        print(f"lilydesk: “{source}” has {counted}: see “lilydesk check”.", file=sys.stderr)
    return 0
