"""What is measured, on a model so small that it takes a moment. No figure is asserted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lilydesk.cli import bench_writing
from lilydesk.cli.bench_costs import _measure, held_mb
from lilydesk.cli.bench_writing import reference_class, writing_speeds
from lilydesk.cli.commands import main
from tests.support import TINY_BUNDLE


def test_in_a_checkout_the_published_loop_is_measured_beside_the_program(monkeypatch):
    # a second thread may have written these few patches before the clock starts
    monkeypatch.setattr("lilydesk.engines.lilynota.drivers_for", lambda _: 1)
    report = writing_speeds(TINY_BUNDLE, n_patches=2, n_rounds=1)
    assert {"one_take", "four_takes", "decoders", "reference", "reference_one_thread"} < set(report)
    assert report["ratios"]["one_take/reference"]["wall"] > 0
    assert report["ratios"]["four_takes/one_take"]["cpu"] > 0
    for written in (report["one_take"], report["four_takes"]):
        assert 0 < written["tokens_per_patch"] <= 16
        assert written["draws_per_patch"] > 0
        assert 0 < written["share_of_time_outside_decoders"] < 1


def test_an_installed_program_says_that_it_has_no_published_loop(monkeypatch):
    monkeypatch.setattr(bench_writing, "reference_class", lambda: None)
    report = writing_speeds(TINY_BUNDLE, n_patches=1, n_rounds=1)
    assert set(report["ratios"]) == {"four_takes/one_take"}
    assert "checkout" in report["no_reference"]


def test_costs_are_those_of_opening_reading_a_prefix_and_memory():
    found = _measure(str(TINY_BUNDLE), True)  # in this process: in its own it would compile anew
    assert found["prefix_patches"] == 1000
    assert {"open_s", "first_measure_s", "second_continue_cpu_s", "peak_mb"} < set(found)
    assert all(value > 0 for value in found.values())


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux says")
def test_memory_of_child_processes_counts():
    before_mb = held_mb({os.getpid()})
    code = "import sys; held = b'x' * 50_000_000; print(flush=True); sys.stdin.read()"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", code], **pipes) as child:
        child.stdout.readline()
        more_mb = held_mb({os.getpid()}) - before_mb
        child.stdin.close()
    assert more_mb > 50


def test_the_command_prints_json(capsys, monkeypatch):
    monkeypatch.setattr("lilydesk.cli.bench.writing_speeds", lambda *_: {"one_take": 1})
    monkeypatch.setattr("lilydesk.cli.bench.costs", lambda _: {"load_s": 0.5})
    assert main(["bench", "generation", "--json", "--model", str(TINY_BUNDLE)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["speed"], report["costs"]) == ({"one_take": 1}, {"load_s": 0.5})
    assert "cores" in report["machine"]


def test_the_command_prints_lines(capsys, monkeypatch):
    monkeypatch.setattr("lilydesk.cli.bench.writing_speeds", lambda *_: {"a/b": 1.234})
    monkeypatch.setattr("lilydesk.cli.bench.costs", lambda _: {"load_s": 0.5})
    assert main(["bench", "generation", "--model", str(TINY_BUNDLE)]) == 0
    out = capsys.readouterr().out
    assert "  a / b: 1.23\n" in out
    assert "  load s: 0.50\n" in out


def test_the_published_loop_writes_full_patches_and_closes_them():
    make = reference_class()
    if make is None:
        pytest.skip("no checkout")
    runtime = make(TINY_BUNDLE)
    runtime.prefill([[1] * 15 + [2]])
    patches = runtime.write(3)
    assert [len(patch) for patch in patches] == [16] * 3
    assert runtime.write(3) == patches
    for patch in patches:
        if 2 in patch:
            assert set(patch[patch.index(2) + 1 :]) <= {0}
