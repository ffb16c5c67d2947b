from __future__ import annotations

import json
from pathlib import Path

import pytest

from lilydesk.app.files import new_text_file
from lilydesk.app.project_file import new_project, project_bytes
from lilydesk.cli import main
from lilydesk.composing.takes import TakesBook


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


def test_a_project_is_read_for_its_score(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project, text = tmp_path / "a.lilydesk", "c4 d |\n"
    file = new_project(project, new_text_file(project, text), TakesBook())
    project.write_bytes(project_bytes(file))
    assert main(["convert", str(project), str(tmp_path / "a.lyl")]) == 0
    assert "c4 d" in (tmp_path / "a.lyl").read_text()
    assert main(["check", str(project)]) == 0
    project.write_bytes(b"PK, or what is left of it")
    assert main(["check", str(project)]) == 1
    assert "is no project that can be read" in capsys.readouterr().err
