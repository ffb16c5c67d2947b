from __future__ import annotations

import json
from pathlib import Path

import pytest

from lilydesk.cli import main


def test_tools_are_told_what_was_written_and_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "a.abc", tmp_path / "a.lyl"
    source.write_text("X:1\nT:A\nM:2/4\nL:1/8\nK:C\nCDEF|\n\nX:2\nT:B\nK:C\nC|\n")
    assert main(["convert", "--json", str(source), str(target)]) == 0
    table = json.loads(capsys.readouterr().out)
    assert table["written"] == [str(target)]
    assert table["errors"] == 0
    assert len(table["losses"]) == 1
    assert target.exists()


def test_tools_are_told_how_many_mistakes_a_text_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "a.lyl"
    source.write_text("\\nonsense c4 d } |\n")
    assert main(["convert", "--json", str(source), str(tmp_path / "a.mei")]) == 0
    assert json.loads(capsys.readouterr().out)["errors"] == 2
