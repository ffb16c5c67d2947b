"""How long does a long score take to read, and one keystroke in it?

    python -m tests.benchmarks.parse_lilylet [MEASURES] [KEYSTROKES]

A piano score of 1,000 measures in two staves. "Fresh" reads it whole; "keystroke" reads it again
after one character typed or deleted somewhere. The ratio of the two holds on any machine.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import NamedTuple

from lilydesk.cli.bench import machine_name
from lilydesk.lilylet import ParsedText, parse_document, reparse

N_FRESH = 7
RIGHT = (
    "g'8( a bf c) d4-. d-.", "<g' bf d>4 r8 d16( ef) f4.\\trill d8", "bf'2\\p c4~ c8 d\\f",
    "\\tuplet 3/2 { d'8 ef f } g4 \\grace a16 g4 fs",
)  # fmt: skip
LEFT = (
    "<g, bf d>4 <g bf d> <fs a d> <g bf d>", "g,2 d4 g,", "r4 <bf, d g>8[ <bf d g>] r4 <a c fs>4",
    "g,,8[ d' g d] bf'[ g d g]",
)  # fmt: skip


def piano_score(n_measures: int) -> str:
    """A score of two staves in canonical form."""
    return "".join(
        f'\\staff "1" \\key g \\minor \\time 4/4 {RIGHT[index % len(RIGHT)]} \\\\\n'
        f'\\staff "2" \\clef "bass" {LEFT[index % len(LEFT)]} | %{index + 1}\n\n'
        for index in range(n_measures)
    )


class Taken(NamedTuple):
    """Milliseconds on the clock, and those in which this thread had a core."""

    wall_ms: float
    cpu_ms: float


def fresh_times(text: str) -> list[Taken]:
    """Times of readings of the whole text."""
    return [_timed(lambda: parse_document(text))[0] for _ in range(N_FRESH)]


def keystroke_times(parsed: ParsedText, n_keystrokes: int, seed: int = 1) -> list[Taken]:
    """Times of readings after a keystroke; what is typed is deleted again."""
    rng = random.Random(seed)
    taken: list[Taken] = []
    for _ in range(n_keystrokes):
        text = parsed.text
        at = rng.randrange(len(text))
        typed = text[:at] + rng.choice("cdefg48'., \\(") + text[at:]
        for changed in (typed, text):
            one, parsed = _timed(lambda now=changed, known=parsed: reparse(known, now))
            taken.append(one)
    return taken


def _timed(read: Callable[[], ParsedText]) -> tuple[Taken, ParsedText]:
    wall_s, cpu_s = time.perf_counter(), time.thread_time()
    parsed = read()
    wall_s, cpu_s = time.perf_counter() - wall_s, time.thread_time() - cpu_s
    return Taken(wall_s * 1000, cpu_s * 1000), parsed


def print_times(what: str, taken: list[Taken]) -> None:
    """Median, 95th percentile and slowest, by the clock and by the core's time."""
    for kind, values in (("clock", [one.wall_ms for one in taken]),
                         ("core", [one.cpu_ms for one in taken])):  # fmt: skip
        p95 = sorted(values)[int(len(values) * 0.95)]
        print(
            f"{what}, {kind}: median {median(values):.2f} ms, p95 {p95:.2f} ms, "
            f"fastest {min(values):.2f} ms, slowest {max(values):.2f} ms"
        )


def main(arguments: list[str]) -> None:
    """Print both, with their ratio."""
    n_measures = int(arguments[0]) if arguments else 1000
    n_keystrokes = int(arguments[1]) if len(arguments) > 1 else 300
    text = piano_score(n_measures)
    print(f"machine: {machine_name()}")
    print(f"score: {n_measures} measures, {len(text)} characters")
    fresh = fresh_times(text)
    print_times("fresh", fresh)
    typed = keystroke_times(parse_document(text), n_keystrokes)
    print_times("keystroke", typed)
    ratio = median(one.cpu_ms for one in fresh) / median(one.cpu_ms for one in typed)
    print(f"fresh / keystroke (medians, core): {ratio:.0f}")


if __name__ == "__main__":
    main(sys.argv[1:])
