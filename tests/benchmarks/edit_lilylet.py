"""How long does an edit of a few measures take in a long score?

    python -m tests.benchmarks.edit_lilylet [MEASURES]

A piano score of 1,000 measures in two staves; four measures in its middle are selected, or as many
as an operation wants. What is timed is the operation alone, from a text that has been read to the
edits, once for each operation in turn, several rounds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import median

from lilydesk.cli.bench import machine_name
from lilydesk.lilylet import ParsedText, edits, parse_document
from lilydesk.notation import Pitch
from lilydesk.notation.span import Span
from tests.benchmarks.parse_lilylet import piano_score

N_ROUNDS = 7
Operation = Callable[[ParsedText, Span], edits.EditResult]
MAJOR_SECOND = edits.INTERVALS["major second"]
OPERATIONS: dict[str, Operation] = {
    "transpose by an interval": lambda parsed, span: edits.transpose(parsed, span, MAJOR_SECOND),
    "transpose to a key": lambda parsed, span: edits.transpose_to_key(parsed, span, Pitch("d")),
    "transpose in the key": lambda parsed, span: edits.transpose_in_key(parsed, span, 2),
    "octave up": lambda parsed, span: edits.shift_octaves(parsed, span, 1),
    "double durations": edits.double_durations,
    "halve durations": edits.halve_durations,
    "respell": edits.respell,
    "invert": edits.invert,
    "add a voice": edits.add_voice,
    "insert four measures": lambda parsed, span: edits.insert_measures(parsed, span, 4),
    "delete four measures": edits.delete_measures,
}  # fmt: skip
WHOLE: dict[str, Operation] = {
    "transpose the whole piece": OPERATIONS["transpose by an interval"],
    "3/4 for the whole piece": lambda parsed, span: edits.change_time(parsed, span, 3, 4),
}  # fmt: skip


def four_measures(parsed: ParsedText) -> Span:
    """The text of four measures in the middle."""
    middle = len(parsed.document.starts) // 2
    spans = [
        parsed.document.span_in_text(index, parsed.document.measures[index].span)
        for index in (middle, middle + 3)
    ]
    return Span(spans[0].start, spans[1].end)


def core_ms(operation: Operation, parsed: ParsedText, selection: Span) -> float:
    """Milliseconds for which one run had a core. Raises RuntimeError if it changes nothing."""
    begin_s = time.thread_time()
    result = operation(parsed, selection)
    taken_ms = 1000 * (time.thread_time() - begin_s)
    if not result:
        raise RuntimeError(result.reason)
    return taken_ms


def print_times(
    operations: dict[str, Operation], parsed: ParsedText, selection: Span, n_rounds: int
) -> None:
    """Median and slowest of each operation; the rounds go through all of them in turn."""
    taken: dict[str, list[float]] = {name: [] for name in operations}
    for _ in range(n_rounds):
        for name, operation in operations.items():
            taken[name].append(core_ms(operation, parsed, selection))
    for name, values in taken.items():
        print(f"{name}: median {median(values):.1f} ms, slowest {max(values):.1f} ms (core)")


def main(arguments: list[str]) -> None:
    """Print the times of all operations."""
    text = piano_score(int(arguments[0]) if arguments else 1000)
    parsed = parse_document(text)
    print(f"machine: {machine_name()}")
    print(f"score: {len(parsed.document.measures)} measures, {len(text)} characters")
    print_times(OPERATIONS, parsed, four_measures(parsed), N_ROUNDS)
    print_times(WHOLE, parsed, Span(0, len(text)), 2)


if __name__ == "__main__":
    main(sys.argv[1:])
