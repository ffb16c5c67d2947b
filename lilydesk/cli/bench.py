"""`lilydesk bench`: the figures a user can feel, with the name of the machine they hold for."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from lilydesk.app.bundles import find_bundle
from lilydesk.cli.bench_costs import costs
from lilydesk.cli.bench_writing import writing_speeds
from lilydesk.engines.cores import usable_cores

N_ROUNDS = 5
Measure = Callable[[], dict[str, Any]]


def run_benchmarks(what: str, model: str, n_patches: int, seed: int, *, as_json: bool) -> int:
    """Measure the writing, the window, or both if `what` is "all"."""
    path = find_bundle(model)
    report: dict[str, Any] = {"machine": machine_name(), "model": f"{model} ({path})"}
    if not as_json:
        print_report(report)
    for name, measure in measures(path, model, n_patches, seed).items():
        if what in (name.split()[0], "all"):
            found = measure()
            report |= found
            if not as_json:
                print_report(found)
    if as_json:
        print(json.dumps(report, indent=2))
    return 0


def measures(path: Path, model: str, n_patches: int, seed: int) -> dict[str, Measure]:
    """What can be measured, by a name that begins with the word for it."""
    return {
        "generation speed": lambda: {"speed": writing_speeds(path, n_patches, N_ROUNDS)},
        "generation costs": lambda: {"costs": costs(path)},
        "window": lambda: {"window": window_waits(model, seed)},
    }


def print_report(report: dict[str, Any], indent: str = "") -> None:
    """One figure a line, as soon as it is known."""
    for name, value in report.items():
        words = name.replace("_", " ").replace("/", " / ")
        if isinstance(value, dict):
            print(f"{indent}{words}:")
            print_report(value, indent + "  ")
        else:
            print(f"{indent}{words}: {f'{value:.2f}' if isinstance(value, float) else value}")
    sys.stdout.flush()


def window_waits(model: str, seed: int) -> dict[str, float]:
    """How long the first measure takes from Compose to the screen."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from lilydesk.ui.first_measure import first_measure_waits_s

    first, *others = first_measure_waits_s(model, seed, N_ROUNDS)
    return {"first_measure_s": median(others), "first_measure_when_the_model_is_opened_s": first}


def machine_name() -> str:
    """Return the processor, the cores we may use, and how busy they are."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{processor_name()}, {usable_cores()} cores{load}, Python {platform.python_version()}"


def processor_name() -> str:
    """Return the processor as the system calls it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
