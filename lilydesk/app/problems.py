"""Problems: the parser's diagnostics with the line and column that a composer reads."""

from __future__ import annotations

from dataclasses import dataclass

from lilydesk.lilylet import ParsedText, Severity, line_and_column

__all__ = ["Problem", "Severity", "problems_of"]


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


def problems_of(text: str, parsed: ParsedText) -> tuple[Problem, ...]:
    """The diagnostics of a text, in the order of the text, worst first at one place."""
    order = list(Severity)
    problems = []
    for diagnostic in parsed.diagnostics:
        line, column = line_and_column(text, diagnostic.span.start)
        problems.append(
            Problem(
                line,
                column,
                diagnostic.span.start,
                diagnostic.span.end,
                diagnostic.severity,
                diagnostic.message,
                diagnostic.hint,
            )
        )
    return tuple(sorted(problems, key=lambda p: (p.start, order.index(p.severity))))
