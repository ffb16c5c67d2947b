from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lilydesk.cli import main
from tests.support import TINY_BUNDLE

TINY = str(TINY_BUNDLE)
PIECE = "\\key c \\major \\time 2/4 c'4 d |\n\n\\key c \\major \\time 2/4 e4 f |\n"


@pytest.fixture
def piece(tmp_path: Path) -> Path:
    path = tmp_path / "corpus" / "piece.lyl"
    path.parent.mkdir()
    path.write_text(PIECE)
    return path


def figures(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["eval", "--model", TINY, *words]) == 0
    return json.loads(capsys.readouterr().out)


def test_without_samples_only_the_bits_are_printed(
    piece: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = figures(capsys, str(piece))
    assert found["files"][0]["file"] == str(piece)
    assert found["bits_per_token"] > 1
    assert "generated" not in found


def test_samples_are_judged_kept_and_shown(
    piece: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report, kept = tmp_path / "report.html", tmp_path / "kept"
    found = figures(
        capsys, "--samples", "2", "--measures", "1", "--constrained", "--seed", "3",
        "--memorised-from", str(piece.parent), "--keep", str(kept), "--report", str(report),
        str(piece),
    )["generated"]  # fmt: skip
    assert found["samples"] == 2
    assert found["measure_count_share"] == 1
    assert found["memorised"]["word_for_word"]["longest"] == 0
    assert set(found["similarity"]) == {"pitch_class", "duration", "polyphony"}
    assert sorted(path.name for path in kept.iterdir()) == ["sample-0003.lyl", "sample-0004.lyl"]
    page = report.read_text()
    assert page.count("<rect") > 20
    assert "data:image/svg+xml" in page
    assert "http-equiv" not in page
    assert 'src="http' not in page
