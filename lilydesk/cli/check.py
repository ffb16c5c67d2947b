"""`lilydesk check`: what is wrong with pieces, one line each, as compilers print it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from lilydesk.app.files import open_text_file
from lilydesk.app.problems import problems_of
from lilydesk.errors import FileError
from lilydesk.lilylet import Severity, parse_document


def check_files(paths: Sequence[Path]) -> int:
    """Print the problems of each file; 1 if any has an error or cannot be read."""
    are_good = [check_file(path) for path in paths]
    return 0 if all(are_good) else 1


def check_file(path: Path) -> bool:
    """Print the problems of one file and tell whether it is free of errors."""
    try:
        text = open_text_file(path).text
    except FileError as error:
        print(f"lilydesk: {error}", file=sys.stderr)
        return False
    problems = problems_of(text, parse_document(text))
    for problem in problems:
        place = f"{path}:{problem.line}:{problem.column}"
        sentence = f"{problem.message} {problem.hint}".rstrip()
        print(f"{place}: {problem.severity.name.lower()}: {sentence}")
    return all(problem.severity is not Severity.ERROR for problem in problems)
