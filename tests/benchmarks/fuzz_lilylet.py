"""Does any text make the Lilylet reader raise, hang, or take more than linear time?

    python -m tests.benchmarks.fuzz_lilylet [--mutations N] [--seed S] [--from FOLDER] [--large]

Mutates texts (delete, duplicate, splice, random characters, deep nesting), reads each, writes it
canonically, checks the laws below, and prints what was counted. The same seed mutates in the same
way. Texts come from FOLDER (default: the conformance cases of the shared folder). `--large` reads
single lines of 10 million characters instead.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from lilydesk.cli.bench import machine_name
from lilydesk.lilylet import parse_document, reparse, write_document
from tests.strategies import JUNK, WORDS
from tests.support import shared_folder

SLOW_S = 2.0
LONGEST_TEXT = 40_000  # code points; the long conformance cases are read in part
LARGE_SIZE = 10_000_000
LARGE_PIECES = (
    "c4 d e f | ", "c d e f ", "c", "<c e g>", "{", "\\tuplet 3/2 { c ", "\"", "\\", "|", "% ",
    "\\grace { c } ", "\\unknown ", "(", "é", "\\addlyrics { la ", "[title \"x\"] ",
)  # fmt: skip
NESTS = ("{ ", "\\tuplet 3/2 { c8 ", "\\grace { d ", "<", "\\repeat tremolo 4 { ", "\\times 2/3 { ")

Mutation = Callable[[random.Random, str, Sequence[str]], str]


def delete(rng: random.Random, text: str, _texts: Sequence[str]) -> str:
    """Leave a piece out."""
    start, end = _piece(rng, text)
    return text[:start] + text[end:]


def duplicate(rng: random.Random, text: str, _texts: Sequence[str]) -> str:
    """Say a piece several times, here or elsewhere."""
    start, end = _piece(rng, text)
    at = rng.randint(0, len(text))
    return text[:at] + text[start:end] * rng.choice((1, 1, 2, 8)) + text[at:]


def splice(rng: random.Random, text: str, texts: Sequence[str]) -> str:
    """Put a piece of another text in place of one of this."""
    other = rng.choice(texts)
    start, end = _piece(rng, text)
    first, last = _piece(rng, other)
    return text[:start] + other[first:last] + text[end:]


def scatter(rng: random.Random, text: str, _texts: Sequence[str]) -> str:
    """Put random characters at random places."""
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        at = rng.randint(0, len(text))
        character = chr(rng.choice((rng.randint(0, 127), rng.randint(0, 0x10FFFF))))
        text = text[:at] + character + text[at + rng.randint(0, 1) :]
    return text


def insert_words(rng: random.Random, text: str, _texts: Sequence[str]) -> str:
    """Put words of the language, or what looks like them, at random places."""
    for _ in range(rng.choice((1, 2, 5))):
        at = rng.randint(0, len(text))
        text = text[:at] + rng.choice((*WORDS, *JUNK)) + text[at:]
    return text


def nest(rng: random.Random, text: str, _texts: Sequence[str]) -> str:
    """Open groups within groups, closed or not."""
    at, depth = rng.randint(0, len(text)), rng.choice((3, 31, 32, 33, 200))
    opening = "".join(rng.choice(NESTS) for _ in range(depth))
    return text[:at] + opening + "c" + " }" * rng.choice((0, depth, depth + 1)) + text[at:]


def cut(rng: random.Random, text: str, _texts: Sequence[str]) -> str:
    """End in the middle."""
    return text[: rng.randint(0, len(text))]


MUTATIONS: tuple[Mutation, ...] = (
    delete, duplicate, splice, scatter, insert_words, nest, cut,
)  # fmt: skip


def _piece(rng: random.Random, text: str) -> tuple[int, int]:
    start = rng.randint(0, len(text))
    return start, min(len(text), start + rng.choice((1, 3, 10, 40, 200)))


def mutate(rng: random.Random, texts: Sequence[str]) -> tuple[str, str]:
    """A text with one to three mutations, and what it was before the last one."""
    text = before = rng.choice(texts)
    for _ in range(rng.choice((1, 1, 2, 3))):
        before, text = text, rng.choice(MUTATIONS)(rng, text, texts)
    return text, before


def check(text: str, before: str) -> int:
    """Read and write a text; AssertionError if a law is broken. Returns how many faults it has."""
    parsed = parse_document(text)
    for fault in parsed.diagnostics:
        assert 0 <= fault.span.start <= fault.span.end <= len(text), fault
        assert fault.message, fault
    assert reparse(parse_document(before), text) == parsed, "incremental differs from fresh"
    written = write_document(parsed.document)
    assert write_document(parse_document(written).document) == written, "not idempotent"
    return len(parsed.diagnostics)


def fuzz(texts: Sequence[str], n_mutations: int, seed: int, say: Callable[[str], None]) -> int:
    """Check so many mutated texts; returns how many raised or took too long."""
    rng = random.Random(seed)
    begun_s, slowest_s, n_faults = time.monotonic(), 0.0, 0
    failures: Counter[str] = Counter()
    for index in range(n_mutations):
        text, before = mutate(rng, texts)
        started_s = time.monotonic()
        try:
            n_faults += check(text, before)
        except Exception as error:
            failures[type(error).__name__] += 1
            say(f"mutation {index}: {type(error).__name__}: {str(error)[:120]}\n  {text[:2000]!r}")
        taken_s = time.monotonic() - started_s
        slowest_s = max(slowest_s, taken_s)
        if taken_s > SLOW_S:
            failures["slow"] += 1
            say(f"mutation {index}: {taken_s:.1f} s for {len(text)} characters")
        if (index + 1) % 5000 == 0 or index + 1 == n_mutations:
            say(
                f"{index + 1} mutations, {n_faults} diagnostics, failures {dict(failures)}, "
                f"slowest {slowest_s:.2f} s, {time.monotonic() - begun_s:.0f} s, "
                f"memory {memory_mb():.0f} MB"
            )
    return sum(failures.values())


def read_large(size: int, say: Callable[[str], None]) -> None:
    """Read lines of so many characters, of one kind each."""
    for piece in LARGE_PIECES:
        text = (piece * (size // len(piece) + 1))[:size]
        started_s = time.monotonic()
        parsed = parse_document(text)
        taken_s = time.monotonic() - started_s
        say(
            f"{len(text)} characters of {piece!r}: {taken_s:.2f} s, "
            f"{len(parsed.document.measures)} measures, memory {memory_mb():.0f} MB at most so far"
        )


def memory_mb() -> float:
    """The most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def cases_folder() -> Path | None:
    """The conformance cases, where they are."""
    shared = shared_folder()
    return shared / "conformance" / "lilylet" if shared else None


def source_texts(folder: Path | None) -> list[str]:
    """The texts to mutate; words of the language where there is no folder."""
    paths = sorted(folder.glob("*.lyl")) if folder else []
    texts = [path.read_text(encoding="utf-8")[:LONGEST_TEXT] for path in paths]
    return texts or [" ".join(WORDS)]


def main(arguments: list[str]) -> int:
    """Print figures; 1 if anything failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutations", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--from", dest="folder", type=Path)
    parser.add_argument("--large", action="store_true")
    options = parser.parse_args(arguments)

    def say(line: str) -> None:
        print(line, flush=True)

    say(f"machine: {machine_name()}")
    if options.large:
        read_large(LARGE_SIZE, say)
        return 0
    texts = source_texts(options.folder or cases_folder())
    return 1 if fuzz(texts, options.mutations, options.seed, say) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
