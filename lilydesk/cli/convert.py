"""`lilydesk convert`: a piece in another format."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from lilydesk.app.convert import check_suffix, write_document_as
from lilydesk.app.files import open_text_file
from lilydesk.app.imports import read_score
from lilydesk.lilylet import parse_document


def convert_piece(source: Path, target: Path, *, as_json: bool = False) -> int:
    """Write the target; its suffix says which format. Faults in the text do not stop it.

    As JSON: one object with the files written, how many errors the text has, and what of another
    format could not be taken over.
    """
    check_suffix(target)
    losses: tuple[str, ...] = ()
    n_errors = 0
    if source.suffix.lower() == ".lyl":
        parsed = parse_document(open_text_file(source).text)
        document = parsed.document
        n_errors = len(parsed.errors)
    else:
        score = read_score(source)
        document, losses = score.document, score.losses
    pages = write_document_as(document, target)
    if as_json:
        written = [str(page) for page in pages]
        table = {"written": written, "errors": n_errors, "losses": losses}
        print(json.dumps(table, ensure_ascii=False))
    else:
        _report(source, pages, n_errors, losses)
    return 0


def _report(source: Path, pages: tuple[Path, ...], n_errors: int, losses: tuple[str, ...]) -> None:
    if len(pages) > 1:
        print(f"Wrote {len(pages)} pages: {', '.join(map(str, pages))}")
    if n_errors:
        counted = "1 mistake" if n_errors == 1 else f"{n_errors} mistakes"
        print(f"lilydesk: “{source}” has {counted}: see “lilydesk check”.", file=sys.stderr)
    for loss in losses:
        print(f"lilydesk: “{source}”: {loss}", file=sys.stderr)
