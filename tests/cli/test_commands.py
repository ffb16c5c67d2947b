"""The commands as a script meets them: what they print, and their exit status."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lilydesk.cli import main
from lilydesk.cli.commands import COMMANDS
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


@pytest.mark.parametrize("name", ["a.lyl", "a.lilydesk", "a.abc", "a.musicxml", "A.MXL"])
def test_a_score_alone_opens_the_window(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str | None] = []
    monkeypatch.setattr("lilydesk.cli.window.open_window", lambda file: opened.append(file) or 0)
    assert main([name]) == 0
    assert opened == [name]


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert left.value.code == 0
    assert capsys.readouterr().out.startswith("LilyDesk ")


def test_a_missing_model_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["generate", "--measures", "1", "--model", "no-such-model", "-o", "out.lyl"]
    assert main(words) == 1
    printed = capsys.readouterr()
    assert "There is no model “no-such-model”." in printed.err
    assert len(printed.err.splitlines()) == 1


def test_a_machine_without_memory_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def check(_: object) -> int:
        raise MemoryError

    monkeypatch.setitem(COMMANDS, "check", check)
    assert main(["check", "a.lyl"]) == 1
    assert capsys.readouterr().err.startswith("lilydesk: There is not enough memory.")


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


GOOD = '\\staff "1" \\key c \\major \\time 2/4 c4 d |\n'
SHORT = '\\staff "1" \\key c \\major \\time 2/4 c4 |\n'
WRONG = '\\staff "1" \\key c \\major \\time 2/4 c4 x |\n'


@pytest.fixture
def piece(tmp_path: Path) -> Path:
    """A file with two good measures."""
    path = tmp_path / "piece.lyl"
    path.write_text(GOOD + GOOD)
    return path


def test_check_is_silent_about_a_good_piece(
    piece: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(piece)]) == 0
    assert capsys.readouterr() == ("", "")


def test_check_prints_place_severity_and_sentence(
    piece: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    piece.write_text(GOOD + WRONG)
    assert main(["check", str(piece)]) == 1
    first = capsys.readouterr().out.splitlines()[0]
    pattern = rf"{re.escape(str(piece))}:2:\d+: (error|warning|hint): \w.*"
    assert re.fullmatch(pattern, first)


def test_check_tells_tools_everything_about_a_fault(
    piece: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    piece.write_text("c4 d e\\stacato f |\nc4 d cis f |\n")
    assert main(["check", "--json", str(piece)]) == 1
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first == {
        "file": str(piece), "line": 1, "column": 7, "end_line": 1, "end_column": 15, "start": 6,
        "end": 14, "severity": "error", "code": "unknown-command",
        "message": "No command is called \\stacato.", "hint": "Did you mean \\staccato?",
        "fix": {
            "name": "Write \\staccato",
            "edits": [{"start": 6, "end": 14, "replacement": "\\staccato"}],
        },
    }  # fmt: skip
    assert (second["line"], second["column"], second["fix"]["name"]) == (2, 6, "Write cs")


def test_warnings_alone_do_not_fail_a_check(
    piece: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    piece.write_text(SHORT + GOOD + GOOD)
    assert main(["check", str(piece)]) == 0
    assert ": error: " not in capsys.readouterr().out


def test_check_goes_on_after_a_file_that_cannot_be_read(
    piece: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    piece.write_text(WRONG)
    binary = tmp_path / "binary.lyl"
    binary.write_bytes(b"c4 \xff |")
    assert main(["check", str(binary), str(tmp_path / "none.lyl"), str(piece)]) == 1
    printed = capsys.readouterr()
    assert len(printed.err.splitlines()) == 2
    assert "is not a UTF-8 text" in printed.err
    assert ":1:" in printed.out


@pytest.mark.parametrize(
    ("suffix", "beginning"),
    [
        (".lyl", b"\\key c \\major \\time 2/4 c4 d |"),
        (".mei", b"<?xml"),
        (".svg", b"<"),
        (".mid", b"MThd"),
        (".wav", b"RIFF"),
    ],
)
def test_convert_writes_the_format_of_the_suffix(
    suffix: str, beginning: bytes, piece: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = piece.with_name(f"converted{suffix}")
    assert main(["convert", str(piece), str(target)]) == 0
    assert target.read_bytes().startswith(beginning)
    assert capsys.readouterr().err == ""


def test_convert_tells_of_mistakes_and_writes_the_rest(
    piece: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    piece.write_text(GOOD + WRONG)
    target = piece.with_suffix(".mei")
    assert main(["convert", str(piece), str(target)]) == 0
    assert "lilydesk check" in capsys.readouterr().err
    assert b"<measure" in target.read_bytes()


@pytest.mark.parametrize(
    ("source", "target", "sentence"),
    [
        ("piece.lyl", "piece.pdf", "names no format to write"),
        ("piece.lyl", "piece", "has no suffix"),
        ("none.lyl", "piece.mei", "does not exist"),
        ("piece.mid", "piece.mei", "is in no format that can be read"),
        ("piece.lyl", "none/piece.mei", "none"),
    ],
)
def test_convert_fails_with_one_sentence(
    source: str, target: str, sentence: str, piece: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["convert", str(piece.parent / source), str(piece.parent / target)]) == 1
    printed = capsys.readouterr()
    assert sentence in printed.err
    assert len(printed.err.splitlines()) == 1


@pytest.mark.skipif(importlib.util.find_spec("torch") is not None, reason="PyTorch is installed")
def test_training_without_pytorch_says_what_to_type(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--corpus", "x"]) == 1
    assert "python3 dev.py train" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["check"], ["eval"],
        ["generate", "--measures", "1", "-o", "a.lyl", "--prefix"],
        ["generate", "--measures", "1", "-o", "a.lyl", "--along"],
        ["regenerate", "--measures", "1", "-o", "a.lyl"],
    ],
)  # fmt: skip
def test_a_foreign_score_is_not_read_as_lilylet(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tune = tmp_path / "tune.abc"
    tune.write_text("X:1\nK:G\nGABc|\n")
    assert main([*words, str(tune)]) == 1
    assert "Type: lilydesk convert tune.abc tune.lyl" in capsys.readouterr().err
