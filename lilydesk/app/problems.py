"""Problems: the parser's diagnostics with the line and column that a composer reads."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from lilydesk.lilylet import Diagnostic, ParsedText, Severity

__all__ = ["Problem", "Severity", "problems_of", "without_open_ends"]

# A slur, hairpin or tie at the end of a text goes on in the next measures.
_OPEN_ENDS = frozenset({"unclosed-slur", "unclosed-hairpin", "tie-without-target"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in the text. Line and column from 1; start and end in code points from 0."""

    line: int
    column: int
    start: int
    end: int
    severity: Severity
    message: str
    hint: str = ""
    code: str = ""
    diagnostic: Diagnostic | None = None  # what this says, for its fix

    @property
    def fix_name(self) -> str:
        """What the fix does, "" where there is none."""
        if self.diagnostic is None:
            return ""
        replacement = self.diagnostic.replacement
        if replacement is None:
            return self.diagnostic.fix
        return f"Write {replacement}" if replacement.strip() else "Take it out"


def problems_of(text: str, parsed: ParsedText) -> tuple[Problem, ...]:
    """The diagnostics of a text, in the order of the text, worst first at one place."""
    order = list(Severity)
    line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
    problems = [_problem(line_starts, diagnostic) for diagnostic in parsed.diagnostics]
    return tuple(sorted(problems, key=lambda p: (p.start, order.index(p.severity))))


def without_open_ends(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Those that measures still to come cannot put right."""
    return tuple(problem for problem in problems if problem.code not in _OPEN_ENDS)


def _problem(line_starts: list[int], diagnostic: Diagnostic) -> Problem:
    """`line_and_column` would read the text again for each of what may be thousands."""
    start, end = diagnostic.span
    line = bisect_right(line_starts, start)
    return Problem(
        line,
        start - line_starts[line - 1] + 1,
        start,
        end,
        diagnostic.severity,
        diagnostic.message,
        diagnostic.hint,
        diagnostic.code,
        diagnostic,
    )
