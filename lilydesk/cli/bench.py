"""`lilydesk bench`: the figures a user can feel, with the name of the machine they hold for."""

from __future__ import annotations

import os
import platform
import time
from pathlib import Path
from statistics import median

from lilydesk.app.bundles import find_bundle
from lilydesk.engines import Engine, GenerationRequest, open_engine

N_ROUNDS = 4


def run_benchmarks(model: str, n_measures: int, seed: int) -> int:
    """Print each figure as soon as it is known."""
    path = find_bundle(model)
    print(f"machine: {machine_name()}")
    print(f"model: {model} ({path})", flush=True)
    patches, seconds = writing_speed(open_engine(path), n_measures, seed)
    speed = f"{patches / seconds:.1f} patches per second"
    print(f"writing: {speed} ({patches} patches, {n_measures} measures, seed {seed})", flush=True)
    print_waits(model, seed)
    return 0


def print_waits(model: str, seed: int) -> None:
    """Print how long the first measure takes to reach the screen."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from lilydesk.ui.first_measure import first_measure_waits_s

    first, *others = first_measure_waits_s(model, seed, N_ROUNDS)
    print(f"Compose to the first measure on screen: {median(others):.2f} s", end="")
    print(f" (median of {len(others)}; {first:.2f} s the first time, when the model is opened)")


def writing_speed(engine: Engine, n_measures: int, seed: int) -> tuple[int, float]:
    """Return how many patches were written after the first, and in how many seconds.

    The first one brings the prefill with it, which is a matter of the prompt.
    """
    request = GenerationRequest(n_new_measures=n_measures, seed=seed)
    pieces = engine.generate(request, lambda: False)
    next(pieces, None)
    begun_s = time.perf_counter()
    n_patches = sum(1 for _ in pieces)
    return n_patches, time.perf_counter() - begun_s


def machine_name() -> str:
    """Return the processor, the cores we may use, and how busy they are."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{processor_name()}, {n_cores()} cores{load}, Python {platform.python_version()}"


def processor_name() -> str:
    """Return the processor as the system calls it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def n_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
