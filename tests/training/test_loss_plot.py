from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

from lilydesk.training.loss_plot import loss_plot, read_log


def circles(svg: str) -> int:
    return sum(element.tag.endswith("circle") for element in ElementTree.fromstring(svg).iter())


def test_every_entry_is_a_dot_of_its_curve() -> None:
    entries = [
        {"step": 50, "train_bits": 2.0},
        {"step": 100, "train_bits": 1.5},
        {"step": 100, "valid_bits": 1.6},
    ]
    assert circles(loss_plot(entries)) == 3


def test_an_empty_log_is_an_empty_frame() -> None:
    assert circles(loss_plot([])) == 0


def test_steps_that_a_resumed_run_wrote_again_count_once(tmp_path: Path) -> None:
    entries = [{"step": s, "train_bits": b} for s, b in ((50, 3.0), (100, 2.0), (100, 1.0))]
    log = tmp_path / "log.jsonl"
    log.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    assert [entry["train_bits"] for entry in read_log(log)] == [3.0, 1.0]
