from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed (extra `train`)")
pytest.importorskip("onnxscript", reason="the exporter is not installed (extra `train`)")

from lilydesk.engines.fingerprints import (
    FILE_NAME,
    Fingerprints,
    MeasureIndex,
    notes_alone,
)
from lilydesk.training.command import main


@pytest.mark.filterwarnings("ignore")  # the exporter's own deprecations
def test_one_command_trains_exports_and_reports(tmp_path: Path) -> None:
    texts, bundle = tmp_path / "texts", tmp_path / "bundle"
    texts.mkdir()
    for n in range(3):
        measure = f"\\key c \\major \\time 4/4 {'cde'[n]}4 d e f |\n"
        (texts / f"{n}.lyl").write_text("%Modern\n%Nobody\n%Song\n" + 4 * measure)
    words = [
        "--corpus", str(texts), "--valid", str(texts), "--run", str(tmp_path / "run"),
        "--steps", "3", "--no-compile", "--threads", "1", "--device", "cpu", "--hidden", "64",
        "--patch-layers", "1", "--token-layers", "1", "--export", str(bundle), "--report",
    ]  # fmt: skip
    assert main(words) == 0
    report = json.loads((bundle / "export-report.json").read_text())
    bits = report["bits_per_token"]
    assert bits["torch_fp32"] == pytest.approx(bits["onnx_fp32"], rel=1e-3)
    assert abs(report["lost_by_int8"]) < 0.05
    assert report["steps"] == 3
    assert "Nobody" in (bundle / "styles.tsv").read_text()
    prints = Fingerprints.read(bundle / FILE_NAME)
    run = MeasureIndex(prints, notes_alone).longest_run((texts / "0.lyl").read_text())
    assert (run.n_measures, run.piece) == (4, "Nobody (0)")
    assert (bundle / "training-loss.svg").read_text().startswith("<svg")
    assert (bundle / "training-log.jsonl").read_text() == (tmp_path / "run/log.jsonl").read_text()
