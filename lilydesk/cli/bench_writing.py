"""How fast a model writes: patches per second of one take, of four, and of the published loop.

All are measured in turns within one run, so that whatever else the machine does meets them alike.
"decoders" leaves out what a model writes and the guide: always nine tokens and eos in a patch.
The published loop ("R") is benchmark code that lies in a checkout only.
"""

from __future__ import annotations

import importlib.util
import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

import lilydesk
from lilydesk.cli.bench_clock import DecoderClock
from lilydesk.engines import GenerationRequest, Sampling
from lilydesk.engines.bundle import Bundle, read_bundle
from lilydesk.engines.drawing import draw_allowed
from lilydesk.engines.lilynota import LilyNotaEngine
from lilydesk.engines.patches import Patch, PatchLayout
from lilydesk.engines.session import Graphs, open_graphs
from lilydesk.engines.tokenizer import EOS, PAD

REFERENCE_FILE = Path("tests/benchmarks/reference_runtime.py")
N_TAKES = 4
CONTEXT_PATCHES = 256
DECODED_TOKENS = 9  # drawn of the 14 of a patch, in the mean; the others are settled
MEASURE = (
    '\\staff "1" \\key g \\minor \\time 3/4 g\'8[ a bf c] d4 \\\\\n'
    '\\staff "2" <g, bf d>4 <g bf d> <fs a d> |\n'
)
BEGUN = MEASURE[: MEASURE.index(" g'")]  # settled: what comes next is drawn, so it needs the prefix


@dataclass(frozen=True, slots=True)
class Speed:
    """Patches in a second by the clock, and in a second of the cores' time.

    Where the engine writes, also what it did (see DecoderClock).
    """

    wall: float
    cpu: float
    clock: DecoderClock | None = None

    def over(self, other: Speed) -> dict[str, float]:
        """Both as multiples of another's."""
        return {"wall": self.wall / other.wall, "cpu": self.cpu / other.cpu}


Round = Callable[[int], Speed]
"""Writes so many patches and says how fast."""


def request_after(n_patches: int, layout: PatchLayout, seed: int = 1) -> GenerationRequest:
    """Go on without end after a prefix of equal measures that fill so many patches."""
    n_per_measure = len(layout.measure(MEASURE, 0, 10))
    return GenerationRequest(
        n_new_measures=1000,
        style_lines=("%Romantic",),
        measures_text=(MEASURE,) * max(1, n_patches // n_per_measure),
        partial_text=BEGUN,
        time_text="\\time 3/4",
        seed=seed,
    )


def writing_speeds(path: Path, n_patches: int, n_rounds: int) -> dict[str, Any]:
    """Medians over the rounds; ratios are medians of the ratios within each round."""
    rounds = writers(path)
    taken: dict[str, list[Speed]] = {name: [] for name in rounds}
    for number in range(n_rounds + 1):
        for name, write in rounds.items():
            speed = write(n_patches)
            if number:  # the first round warms up
                taken[name].append(speed)
    report: dict[str, Any] = {
        name: {
            "patches_per_s": median(speed.wall for speed in speeds),
            "patches_per_cpu_s": median(speed.cpu for speed in speeds),
            **_noted([speed.clock for speed in speeds if speed.clock is not None]),
        }
        for name, speeds in taken.items()
    }
    pairs = [
        ("four_takes", "one_take"),
        *itertools.product(("one_take", "decoders"), ("reference", "reference_one_thread")),
        ("four_takes", "reference"),
    ]
    report["ratios"] = {
        f"{upper}/{lower}": _ratio(taken[upper], taken[lower])
        for upper, lower in pairs
        if lower in taken
    }
    if "reference" not in taken:
        report["no_reference"] = f"The published loop is in a checkout only ({REFERENCE_FILE})."
    return report


def _noted(clocks: Sequence[DecoderClock]) -> dict[str, float]:
    """The guide's share is that of all that is done between the decoders' calls."""
    if not clocks:
        return {}
    return {
        "tokens_per_patch": median(clock.tokens_per_patch for clock in clocks),
        "draws_per_patch": median(clock.draws_per_patch for clock in clocks),
        "share_of_time_outside_decoders": median(clock.share_outside for clock in clocks),
    }


def _ratio(upper: Sequence[Speed], lower: Sequence[Speed]) -> dict[str, float]:
    ratios = [one.over(other) for one, other in zip(upper, lower, strict=True)]
    return {clock: median(ratio[clock] for ratio in ratios) for clock in ("wall", "cpu")}


def writers(path: Path) -> dict[str, Round]:
    """The product with one take and four, and R as published and with one thread."""
    bundle = read_bundle(path)
    graphs = open_graphs(bundle)
    engine = LilyNotaEngine(bundle, graphs)
    layout = PatchLayout(bundle.tokenizer, bundle.geometry.patch_size)
    context = min(CONTEXT_PATCHES, bundle.geometry.context // 2)
    request = request_after(context, layout)

    def one_take(n_patches: int) -> Speed:
        pieces = ((0, piece) for piece in engine.generate(request, lambda: False))
        return _timed_pieces(pieces, n_patches, 1, graphs)

    def four_takes(n_patches: int) -> Speed:
        requests = [request_after(context, layout, seed) for seed in range(1, N_TAKES + 1)]
        pieces = engine.generate_takes(requests, lambda: False)
        return _timed_pieces(pieces, n_patches * N_TAKES, N_TAKES, graphs)

    prompt = layout.prompt(request.style_lines)
    for index, measure in enumerate(request.measures_text):
        prompt += layout.measure(measure, index, request.n_measures)
    rounds: dict[str, Round] = {
        "one_take": one_take,
        "four_takes": four_takes,
        "decoders": _decoders_round(bundle, graphs, prompt),
    }
    make_reference = reference_class()
    if make_reference is not None:
        folder = bundle.patch_graph.parent
        for name, n_threads in (("reference", 0), ("reference_one_thread", 1)):
            rounds[name] = _reference_round(make_reference(folder, n_threads), prompt)
    return rounds


def _decoders_round(bundle: Bundle, graphs: Graphs, prompt: Sequence[Patch]) -> Round:
    """The decoders alone, for patches of nine tokens and their eos, however a model would write."""
    patches, tokens = graphs.patch.fork(0), graphs.token.fork(0)
    hidden = patches.run(np.array(prompt, dtype=np.int64)[None])[:, -1:]
    patch = np.array([[(*range(40, 40 + DECODED_TOKENS), EOS, *[PAD] * 16)]])
    patch = patch[:, :, : bundle.geometry.patch_size]
    rng, all_tokens = np.random.default_rng(1), np.ones(bundle.geometry.vocab, dtype=np.bool_)

    def write(n_patches: int) -> None:
        patches.truncate(len(prompt))
        for _ in range(n_patches):
            tokens.reset()
            rows = hidden
            for token in (*range(40, 40 + DECODED_TOKENS), EOS):
                draw_allowed(tokens.run(rows)[0, -1], all_tokens, Sampling(), rng.random())
                rows = bundle.embedding[[token]][None]
            patches.run(patch)

    return lambda n_patches: _timed(lambda: write(n_patches), n_patches)


def _reference_round(runtime: Any, prompt: Sequence[Sequence[int]]) -> Round:
    runtime.prefill(prompt)
    return lambda n_patches: _timed(lambda: runtime.write(n_patches), n_patches)


def reference_class() -> Any:
    """R's class, or None where this is no checkout."""
    path = Path(lilydesk.__file__).resolve().parents[1] / REFERENCE_FILE
    if not path.is_file():
        return None
    spec = importlib.util.spec_from_file_location("reference_runtime", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.ReferenceRuntime


def _timed_pieces(
    pieces: Iterator[tuple[int, str]], n_patches: int, n_takes: int, graphs: Graphs
) -> Speed:
    """Time pieces after every take has given its first, which brings the prefix with it."""
    begun = {next(pieces)[0]}
    while len(begun) < n_takes:
        begun.add(next(pieces)[0])
    clock = DecoderClock()
    with clock.watching(graphs.token):
        speed = _timed(lambda: sum(1 for _ in itertools.islice(pieces, n_patches)), n_patches)
    return replace(speed, clock=clock)


def _timed(write: Callable[[], Any], n_patches: int) -> Speed:
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    write()
    wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    return Speed(n_patches / wall_s, n_patches / max(cpu_s, 1e-9))
