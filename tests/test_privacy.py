"""Nothing leaves the computer: not by us, and not by what we are built on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support import TINY_BUNDLE

ROOT = Path(__file__).parents[1]
SILENCERS = ("ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS", "CI", "XDG_CACHE_HOME")


def test_a_composition_leaves_no_report_to_the_maker_of_the_runtime(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in SILENCERS}
    environment |= {"HOME": str(tmp_path), "LILYDESK_INSTRUCTIONS": "none"}
    bundle = TINY_BUNDLE
    words = ["generate", "--model", str(bundle), "--measures", "1", "-o", str(tmp_path / "a.lyl")]
    command = [sys.executable, "-m", "lilydesk", *words]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=120)
    left = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert "a.lyl" in left
    assert not left & {"deviceid", "onnxruntime.db"}
