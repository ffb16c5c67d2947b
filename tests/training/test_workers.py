from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra `train`)")

SUMMING = """
import torch
from lilydesk.training.workers import Workers
workers = Workers(torch.device("cpu"))
layer = torch.nn.Linear(2, 3)
with torch.no_grad():
    layer.weight.fill_(1), layer.bias.fill_(0)
rows = torch.tensor([[1.0, 2.0], [3.0, 5.0], [7.0, 11.0]])
mine = rows[:1] if workers.is_first else rows[1:]
total = workers.total(torch.tensor(len(mine)))
(layer(mine).square().sum() / total).backward()
workers.sum_gradients(layer.parameters())
layer_alone = torch.nn.Linear(2, 3)
layer_alone.load_state_dict(layer.state_dict())
(layer_alone(rows).square().sum() / 3).backward()
torch.testing.assert_close(layer.weight.grad, layer_alone.weight.grad)
torch.testing.assert_close(layer.bias.grad, layer_alone.bias.grad)
workers.wait()
workers.close()
"""


def run_two(arguments: list[str]) -> None:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    common = {**os.environ, "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    workers = [
        subprocess.Popen(
            [sys.executable, *arguments],
            env={**common, "RANK": str(rank), "LOCAL_RANK": str(rank)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for rank in range(2)
    ]
    outputs = [worker.communicate(timeout=80)[0] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], "\n".join(outputs)


def test_gradients_of_two_workers_are_those_of_one_with_all_rows() -> None:
    run_two(["-c", SUMMING])


def test_two_workers_train_one_run(tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    for n in range(6):
        measure = f"\\key c \\major \\time 4/4 {'cdefga'[n]}4 d e f |\n"
        (texts / f"{n}.lyl").write_text("%Modern\n" + 4 * measure)
    settings = (
        "from pathlib import Path\n"
        "from lilydesk.training.model import Geometry\n"
        "from lilydesk.training.train import Trainer, TrainingSettings\n"
        f"texts, run = Path({str(texts)!r}), Path({str(tmp_path / 'run')!r})\n"
        "tiny = Geometry(\n"
        "    hidden=32, feed_forward=64, head_dim=16, n_patch_layers=2, n_token_layers=1\n"
        ")\n"
        "Trainer(TrainingSettings(texts, texts, run, n_steps=20, batch_patches=40, n_warmup=2,\n"
        "    device='cpu', n_threads=1, compiles=False, validate_every=10, save_every=5,\n"
        "    n_samples=0, geometry=tiny)).train()\n"
    )
    run_two(["-c", settings])
    log = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    bits = [entry["valid_bits"] for entry in log if "valid_bits" in entry]
    assert [entry["step"] for entry in log if "train_bits" in entry] == [5, 10, 15, 20]
    assert bits[1] < bits[0] - 0.1
