"""The commands as a script meets them: what they print, and their exit status."""

from __future__ import annotations

import subprocess
import sys

import pytest

from lilydesk.cli import main
from lilydesk.cli.window import SCREEN_NAMES
from tests.support import ROOT


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has DISPLAY")
def test_without_a_screen_the_window_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in SCREEN_NAMES:
        monkeypatch.delenv(name, raising=False)
    assert main([]) == 1
    assert "There is no screen" in capsys.readouterr().err


def test_a_missing_model_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["generate", "--measures", "1", "--model", "no-such-model", "-o", "out.lyl"]
    assert main(words) == 1
    printed = capsys.readouterr()
    assert "There is no model “no-such-model”." in printed.err
    assert len(printed.err.splitlines()) == 1


def test_the_module_runs_as_a_program() -> None:
    command = [sys.executable, "-m", "lilydesk", "check", "no-such-file.lyl"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 1
    assert done.stderr.startswith("lilydesk: “no-such-file.lyl” does not exist.")
    assert done.stdout == ""


@pytest.mark.parametrize("command", ["check", "convert", "generate", "evaluate"])
def test_a_command_without_a_window_never_imports_qt(command: str) -> None:
    look = f"import sys, lilydesk.cli.{command}; sys.exit('PySide6' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", look], check=False, cwd=ROOT).returncode == 0


def test_check_imports_nothing_heavy() -> None:
    heavy = {"numpy", "onnxruntime", "verovio", "fluidsynth", "PySide6", "torch"}
    look = f"import sys, lilydesk.cli.check; print(sorted({heavy!r} & sys.modules.keys()))"
    done = subprocess.run(
        [sys.executable, "-c", look], check=True, cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]"
