"""`lilydesk check`: what is wrong with pieces, one line each, as compilers print it, or as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from lilydesk.app.edit_operations import run_fix
from lilydesk.app.imports import open_lilylet
from lilydesk.app.problems import Problem, problems_of
from lilydesk.errors import FileError
from lilydesk.lilylet import ParsedText, Severity, line_and_column, parse_document


def check_files(paths: Sequence[Path], *, as_json: bool = False) -> int:
    """Print the problems of each file; 1 if any has an error or cannot be read."""
    are_good = [check_file(path, as_json=as_json) for path in paths]
    return 0 if all(are_good) else 1


def check_file(path: Path, *, as_json: bool = False) -> bool:
    """Print the problems of one file and tell whether it is free of errors."""
    try:
        text = open_lilylet(path).text
    except FileError as error:
        print(f"lilydesk: {error}", file=sys.stderr)
        return False
    parsed = parse_document(text)
    problems = problems_of(text, parsed)
    for problem in problems:
        print(json_line(path, parsed, problem) if as_json else plain_line(path, problem))
    return all(problem.severity is not Severity.ERROR for problem in problems)


def plain_line(path: Path, problem: Problem) -> str:
    """One problem as file:line:column: severity: sentences."""
    sentence = f"{problem.message} {problem.hint}".rstrip()
    place = f"{path}:{problem.line}:{problem.column}"
    return f"{place}: {problem.severity.name.lower()}: {sentence}"


def json_line(path: Path, parsed: ParsedText, problem: Problem) -> str:
    """One problem as a JSON object. Lines and columns count from 1, `start` and `end` from 0.

    All count code points; the end is exclusive. `fix` has a name, and the edits that it takes, in
    the order of the text and all in places of this text; or it is null.
    """
    end_line, end_column = line_and_column(parsed.text, problem.end)
    values = {
        "file": str(path),
        "line": problem.line,
        "column": problem.column,
        "end_line": end_line,
        "end_column": end_column,
        "start": problem.start,
        "end": problem.end,
        "severity": problem.severity.value,
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
        "fix": _fix(parsed, problem),
    }
    return json.dumps(values, ensure_ascii=False)


def _fix(parsed: ParsedText, problem: Problem) -> dict[str, object] | None:
    edits = run_fix(parsed, problem).edits if problem.fix_name else ()
    places = [
        {"start": edit.span.start, "end": edit.span.end, "replacement": edit.replacement}
        for edit in edits
    ]
    return {"name": problem.fix_name, "edits": places} if places else None
