"""Kernels are compiled by a process of their own; whatever becomes of it, the program goes on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lilydesk.engines.native.compiling import Kernels
from tests.support import TINY_BUNDLE

OPEN_BUNDLE = """
import sys
from pathlib import Path
from lilydesk.engines import read_bundle
from lilydesk.engines.session import open_graphs

open_graphs(read_bundle(Path(sys.argv[2])), Path(sys.argv[1]))
from lilydesk.engines.native.drafting import draft
from lilydesk.engines.native.drawing import draw
from lilydesk.engines.native.kernels import forward

print([len(each.stats.cache_hits) for each in (draft, draw, forward)])
print([len(each.stats.cache_misses) for each in (draft, draw, forward)])
"""
LOAD_DRAWING = """
import sys
from pathlib import Path
from lilydesk.engines.native.compiling import Kernels

with Kernels(Path(sys.argv[1]), [["drawing"]]) as kernels:
    if sys.argv[2:] == ["kill"]:
        kernels._helpers[0].kill()
    assert kernels.load()
from lilydesk.engines.native.drawing import draw

print("compiled" if draw.stats.cache_misses else "loaded")
"""


@pytest.fixture(autouse=True)
def possible(tmp_path):
    with Kernels(tmp_path, []) as kernels:
        if not kernels.are_possible():
            pytest.skip("no instructions for compiled decoders on this processor")


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    """A program that has loaded nothing yet."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def output(process: subprocess.Popen[str]) -> str:
    text, _ = process.communicate()
    assert process.returncode == 0
    return text.strip()


def entries(folder: Path) -> list[Path]:
    return sorted(folder.glob("code-*/*"))


def test_the_program_itself_compiles_nothing(tmp_path):
    assert output(start(OPEN_BUNDLE, tmp_path, TINY_BUNDLE)) == "[1, 1, 1]\n[0, 0, 0]"


def test_code_is_made_once(tmp_path):
    assert output(start(LOAD_DRAWING, tmp_path)) == "loaded"
    (drawing,) = entries(tmp_path)
    made_ns = drawing.stat().st_mtime_ns
    assert output(start(LOAD_DRAWING, tmp_path)) == "loaded"
    assert [entry.stat().st_mtime_ns for entry in entries(tmp_path)] == [made_ns]


def test_damaged_code_is_made_anew(tmp_path):
    output(start(LOAD_DRAWING, tmp_path))
    (file,) = tmp_path.rglob("*.nbc")
    file.write_bytes(file.read_bytes()[:1000])
    assert output(start(LOAD_DRAWING, tmp_path)) == "loaded"
    assert [entry.name for entry in entries(tmp_path)] == ["drawing"]


def test_two_programs_at_once_end_with_the_same_code(tmp_path):
    programs = [start(LOAD_DRAWING, tmp_path) for _ in range(2)]
    assert [output(program) for program in programs] == ["loaded", "loaded"]
    assert [entry.name for entry in entries(tmp_path)] == ["drawing"]


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert output(start(LOAD_DRAWING, blocked)) == "loaded"


def test_without_its_helper_the_program_compiles_itself(tmp_path):
    assert output(start(LOAD_DRAWING, tmp_path, "kill")) == "compiled"
    assert output(start(LOAD_DRAWING, tmp_path)) == "loaded"
