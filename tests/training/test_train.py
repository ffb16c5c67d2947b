from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra `train`)")

from lilydesk.errors import FileError  # noqa: E402
from lilydesk.training.checkpoint import CHECKPOINT  # noqa: E402
from lilydesk.training.model import Geometry, HierarchicalModel  # noqa: E402
from lilydesk.training.train import Trainer, TrainingSettings  # noqa: E402

TINY = Geometry(hidden=32, feed_forward=64, head_dim=16, n_patch_layers=2, n_token_layers=1)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    for n in range(6):
        measure = f"\\key c \\major \\time 4/4 {'cdefga'[n]}4 d e f |\n"
        (folder / f"{n}.lyl").write_text("%Modern\n" + 4 * measure)
    return folder


def settings(corpus: Path, run: Path, n_steps: int, geometry: Geometry = TINY) -> TrainingSettings:
    return TrainingSettings(
        corpus, corpus, run, n_steps=n_steps, batch_patches=40, n_warmup=2, device="cpu",
        n_threads=1, compiles=False, validate_every=10, save_every=5, n_samples=0,
        geometry=geometry,
    )  # fmt: skip


def log_of(run: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]


def test_training_lowers_the_loss_and_logs_it(corpus: Path, tmp_path: Path) -> None:
    Trainer(settings(corpus, tmp_path / "run", 40)).train()
    bits = [entry["valid_bits"] for entry in log_of(tmp_path / "run") if "valid_bits" in entry]
    assert len(bits) == 4
    assert bits[-1] < bits[0] - 1


def test_an_interrupted_run_goes_on_as_if_nothing_had_happened(
    corpus: Path, tmp_path: Path
) -> None:
    Trainer(settings(corpus, tmp_path / "whole", 20)).train()
    trainer = Trainer(settings(corpus, tmp_path / "halves", 20))
    trainer.settings.run.mkdir()
    from lilydesk.training.data import read_corpus

    trainer._train_span(read_corpus(corpus), 5)
    trainer._save()
    Trainer(settings(corpus, tmp_path / "halves", 20)).train()
    ends = [log_of(tmp_path / run)[-1]["valid_bits"] for run in ("whole", "halves")]
    assert ends[0] == pytest.approx(ends[1], abs=2e-4)


def test_a_checkpoint_of_another_geometry_is_refused(corpus: Path, tmp_path: Path) -> None:
    Trainer(settings(corpus, tmp_path / "run", 5)).train()
    other = Geometry(hidden=32, feed_forward=64, head_dim=16, n_patch_layers=1, n_token_layers=1)
    with pytest.raises(FileError, match="another geometry"):
        Trainer(settings(corpus, tmp_path / "run", 6, other)).train()


def test_a_broken_checkpoint_is_named(corpus: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / CHECKPOINT).write_bytes(b"no checkpoint")
    with pytest.raises(FileError, match="cannot be read"):
        Trainer(settings(corpus, run, 5)).train()


def test_pads_do_not_count_in_the_loss() -> None:
    model = HierarchicalModel(TINY)
    patches = torch.tensor([[[1] * 15 + [2], [40, 41, 2] + [0] * 13, [0] * 16]])
    _, n_tokens = model.loss(patches, torch.tensor([2]))
    assert int(n_tokens) == 3


def test_a_state_sees_no_later_patch() -> None:
    model = HierarchicalModel(TINY).eval()
    one = torch.from_numpy(np.random.default_rng(0).integers(8, 256, (1, 40, 16)))
    other = one.clone()
    other[:, 30:] = 9
    with torch.no_grad():
        a, b = model.hidden_states(one)[0], model.hidden_states(other)[0]
    assert torch.allclose(a[:30], b[:30], atol=1e-5)
    assert not torch.allclose(a[30:], b[30:], atol=1e-2)


def test_a_second_run_begins_with_the_weights_of_the_first(corpus: Path, tmp_path: Path) -> None:
    Trainer(settings(corpus, tmp_path / "first", 40)).train()
    second = replace(
        settings(corpus, tmp_path / "second", 10), start=tmp_path / "first" / CHECKPOINT
    )
    Trainer(second).train()
    first_bits, second_bits = (
        next(entry["train_bits"] for entry in log_of(tmp_path / run) if "train_bits" in entry)
        for run in ("first", "second")
    )
    assert second_bits < first_bits - 1
    assert log_of(tmp_path / "second")[0]["step"] == 5
