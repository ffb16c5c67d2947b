"""`lilydesk convert`: a piece in another format."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from lilydesk.app.convert import convert_file


def convert_piece(source: Path, target: Path, *, as_json: bool = False) -> int:
    """Write the target; its suffix says which format. Faults in the text do not stop it.

    As JSON: one object with the files written, how many errors the text has, and what of another
    format could not be taken over.
    """
    done = convert_file(source, target)
    written = [str(path) for path in done.written]
    if as_json:
        table = {"written": written, "errors": done.n_errors, "losses": done.losses}
        print(json.dumps(table, ensure_ascii=False))
        return 0
    if len(written) > 1:
        print(f"Wrote {len(written)} pages: {', '.join(written)}")
    if done.n_errors:
        counted = "1 error" if done.n_errors == 1 else f"{done.n_errors} errors"
        print(f"lilydesk: “{source}” has {counted}: see “lilydesk check”.", file=sys.stderr)
    for loss in done.losses:
        print(f"lilydesk: “{source}”: {loss}", file=sys.stderr)
    return 0
