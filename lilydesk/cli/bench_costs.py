"""What a model costs besides writing: preparing, loading, reading a prefix, memory.

Each in a process of its own, so that nothing is warm that a composer would find cold.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, wait
from pathlib import Path

from lilydesk.cli.bench_writing import request_after
from lilydesk.engines import Engine, GenerationRequest, open_engine
from lilydesk.engines.bundle import read_bundle
from lilydesk.engines.patches import PatchLayout

PREFIX_PATCHES = 1000
CACHE_VARIABLE = "XDG_CACHE_HOME"
_SAMPLED_EVERY_S = 0.1


def costs(path: Path) -> dict[str, float]:
    """Seconds by the clock and of the cores (`cpu_s`), and megabytes.

    First the opening that prepares the model, then what a composer meets on another day.
    """
    with tempfile.TemporaryDirectory() as cache:
        first = _in_new_process(path, cache, False)
        later = _in_new_process(path, cache, True)
    names = {"open_s": "first_preparation_s", "open_cpu_s": "first_preparation_cpu_s",
             "peak_mb": "first_preparation_peak_mb"}  # fmt: skip
    return {name: first[known] for known, name in names.items()} | later


def _in_new_process(path: Path, cache: str, writes: bool) -> dict[str, float]:
    known = os.environ.get(CACHE_VARIABLE)
    os.environ[CACHE_VARIABLE] = cache
    try:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            found = pool.submit(_measure, str(path), writes)
            sampled_mb = 0.0
            while not found.done():
                workers = {child.pid for child in multiprocessing.active_children() if child.pid}
                sampled_mb = max(sampled_mb, held_mb(workers))
                wait([found], _SAMPLED_EVERY_S)
            return found.result() | {"peak_mb": max(found.result()["peak_mb"], sampled_mb)}
    finally:
        if known is None:
            del os.environ[CACHE_VARIABLE]
        else:
            os.environ[CACHE_VARIABLE] = known


def _measure(path: str, writes: bool) -> dict[str, float]:
    import onnxruntime  # noqa: F401  the program has it when a model is opened a second time

    begun_s, begun_cpu_s = time.perf_counter(), _cpu_s()
    engine = open_engine(Path(path))
    found: dict[str, float] = {
        "open_s": time.perf_counter() - begun_s,
        "open_cpu_s": _cpu_s() - begun_cpu_s,
    }
    if writes:
        found |= _writing_costs(engine, Path(path))
    return found | {"peak_mb": peak_mb()}


def _cpu_s() -> float:
    """Of this process and of those that it has waited for."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def _writing_costs(engine: Engine, path: Path) -> dict[str, float]:
    bundle = read_bundle(path)
    layout = PatchLayout(bundle.tokenizer, bundle.geometry.patch_size)
    prefix = min(PREFIX_PATCHES, bundle.geometry.context - 2)
    long, other_seed = (request_after(prefix, layout, seed) for seed in (1, 2))
    new_piece = GenerationRequest(8, style_lines=("%Romantic",), seed=1)
    found: dict[str, float] = {"prefix_patches": prefix}
    for name, request, text in (
        ("first_measure", new_piece, "|"),
        ("first_patch_after_prefix", long, ""),
        ("second_continue", other_seed, ""),
    ):
        begun_s, begun_cpu_s = time.perf_counter(), time.process_time()
        _write_until(engine, request, text)
        found[f"{name}_s"] = time.perf_counter() - begun_s
        found[f"{name}_cpu_s"] = time.process_time() - begun_cpu_s
    return found


def _write_until(engine: Engine, request: GenerationRequest, text: str) -> None:
    """Write until there is a piece of text that holds `text`."""
    for piece in engine.generate(request, lambda: False):
        if text in piece:
            break


def peak_mb() -> float:
    """The most memory that this process has held, in MB; 0 where the system does not say.

    Not `ru_maxrss`: on Linux a process inherits it from the one that started it.
    """
    try:
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    kilobytes = (int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    return next(kilobytes, 0) / 1e3


def held_mb(processes: set[int]) -> float:
    """The memory of processes and those below them, in MB; 0 where Linux does not say.

    What they map from files (libraries, weights) is mostly the same: only the largest counts.
    """
    found = {}
    for path in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:  # it has ended meanwhile
            continue
        found[int(path.parent.name)] = dict(line.split(":", 1) for line in lines)
    while more := {p for p, s in found.items() if int(s["PPid"]) in processes} - processes:
        processes = processes | more
    held = [found[process] for process in processes & set(found)]
    own, mapped = ([_kilobytes(s, name) for s in held] for name in ("RssAnon", "RssFile"))
    return (sum(own) + max(mapped, default=0)) / 1e3


def _kilobytes(status: dict[str, str], name: str) -> int:
    return int(status.get(name, "0").split()[0])
