"""How fast does a bundle write, and how long does it read a prefix first?

    python -m tests.benchmarks.patches_per_second [BUNDLE]

Without a bundle the one that ships with the program is measured. Run it on an idle machine.
"""

from __future__ import annotations

import itertools
import sys
import time
from pathlib import Path

from lilydesk.app.bundles import find_bundle
from lilydesk.cli.bench import machine_name
from lilydesk.engines import GenerationRequest, open_engine
from lilydesk.engines.lilynota import LilyNotaEngine
from lilydesk.engines.patches import PatchLayout
from lilydesk.engines.session import default_threads

MEASURE = (
    '\\staff "1" \\key g \\minor \\time 3/4 g\'8[ a bf c] d4 \\\\\n'
    '\\staff "2" <g, bf d>4 <g bf d> <fs a d> |\n'
)
PREFIX_PATCHES = (64, 256, 1000)
WRITTEN_PATCHES = 60


def request_after(n_measures: int) -> GenerationRequest:
    """Go on for ever after a prefix of equal measures."""
    return GenerationRequest(
        n_new_measures=1000,
        measures_text=(MEASURE,) * n_measures,
        key_text="\\key g \\minor",
        time_text="\\time 3/4",
        seed=1,
    )


def time_after(engine: LilyNotaEngine, n_measures: int) -> tuple[float, float]:
    """Seconds until the first patch is there, and patches a second after it."""
    started_s = time.perf_counter()
    pieces = engine.generate(request_after(n_measures), lambda: False)
    next(pieces)
    first_s = time.perf_counter() - started_s
    written = sum(1 for _ in itertools.islice(pieces, WRITTEN_PATCHES))
    return first_s, written / (time.perf_counter() - started_s - first_s)


def main(arguments: list[str]) -> None:
    """Print one line for each length of prefix."""
    path = find_bundle(arguments[0] if arguments else "default")
    started_s = time.perf_counter()
    engine = open_engine(Path(path))
    print(f"{machine_name()}; {default_threads()} thread(s) per graph; bundle {path}")
    print(f"opened in {time.perf_counter() - started_s:.2f} s")
    n_per_measure = len(PatchLayout(engine._bundle.tokenizer).measure(MEASURE, 0, 10))
    for n_patches in PREFIX_PATCHES:
        first_s, speed = time_after(engine, n_patches // n_per_measure)
        print(f"prefix of {n_patches:5}: first patch after {first_s:6.3f} s, then {speed:6.1f}/s")


if __name__ == "__main__":
    main(sys.argv[1:])
