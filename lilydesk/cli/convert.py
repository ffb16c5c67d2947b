"""`lilydesk convert`: a piece in another format."""

from __future__ import annotations

import sys
from pathlib import Path

from lilydesk.app.convert import check_suffix, write_document_as
from lilydesk.app.files import open_text_file
from lilydesk.app.imports import read_score
from lilydesk.lilylet import Severity, parse_document


def convert_piece(source: Path, target: Path) -> int:
    """Write the target; its suffix says which format. Faults in the text do not stop it."""
    check_suffix(target)
    if source.suffix.lower() != ".lyl":
        return _convert_foreign(source, target)
    parsed = parse_document(open_text_file(source).text)
    _report_pages(write_document_as(parsed.document, target))
    n_errors = sum(problem.severity is Severity.ERROR for problem in parsed.diagnostics)
    if n_errors:
        counted = "1 mistake" if n_errors == 1 else f"{n_errors} mistakes"
        print(f"lilydesk: “{source}” has {counted}: see “lilydesk check”.", file=sys.stderr)
    return 0


def _convert_foreign(source: Path, target: Path) -> int:
    """Convert a score of another format, and say what could not be taken over."""
    score = read_score(source)
    _report_pages(write_document_as(score.document, target))
    for loss in score.losses:
        print(f"lilydesk: “{source}”: {loss}", file=sys.stderr)
    return 0


def _report_pages(pages: tuple[Path, ...]) -> None:
    if len(pages) > 1:
        print(f"Wrote {len(pages)} pages: {', '.join(map(str, pages))}")
