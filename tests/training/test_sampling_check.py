from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra `train`)")

from lilydesk.engines.patches import PatchLayout  # noqa: E402
from lilydesk.engines.tokenizer import Tokenizer  # noqa: E402
from lilydesk.training.checkpoint import CHECKPOINT  # noqa: E402
from lilydesk.training.export import PatchGraph, load_model  # noqa: E402
from lilydesk.training.model import Geometry  # noqa: E402
from lilydesk.training.pieces import pack_piece  # noqa: E402
from lilydesk.training.sampling_check import sample_soundness, torch_sampler  # noqa: E402
from lilydesk.training.train import Trainer, TrainingSettings  # noqa: E402

GEOMETRY = Geometry(
    hidden=32, feed_forward=64, head_dim=16, n_patch_layers=1, n_token_layers=1, context=64
)
PIECE = "%Modern\n" + 4 * "\\key c \\major \\time 4/4 c4 d e f |\n"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a few steps that learned one piece a little."""
    folder = tmp_path_factory.mktemp("run")
    (folder / "piece.lyl").write_text(PIECE)
    settings = TrainingSettings(
        folder, folder, folder / "run", n_steps=60, batch_patches=40, n_warmup=2, device="cpu",
        n_threads=1, compiles=False, validate_every=60, n_samples=1, geometry=GEOMETRY,
    )  # fmt: skip
    Trainer(settings).train()
    return folder / "run"


def test_validation_logs_whether_samples_are_music(run: Path) -> None:
    last = (run / "log.jsonl").read_text().splitlines()[-1]
    assert "samples_parse" in last
    assert "samples_full_voices" in last


def test_the_sampler_sees_what_the_model_sees(run: Path) -> None:
    model = load_model(run / CHECKPOINT)
    patches = np.array(PatchLayout(Tokenizer.standard()).piece(PIECE), dtype=np.int64)
    empty = torch.zeros(1, GEOMETRY.n_heads, 0, GEOMETRY.head_dim)
    with torch.no_grad():
        whole = model.hidden_states(torch.from_numpy(patches)[None])
        first, *past = PatchGraph(model)(torch.from_numpy(patches[:3])[None], (empty, empty))
        rest, *_ = PatchGraph(model)(torch.from_numpy(patches[3:])[None], tuple(past))
    assert torch.allclose(torch.cat((first, rest), dim=1), whole, atol=1e-4)


def test_samples_of_a_model_are_the_same_again(run: Path) -> None:
    model, piece = (
        load_model(run / CHECKPOINT),
        pack_piece("piece", PIECE, PatchLayout(Tokenizer.standard())),
    )
    assert sample_soundness(model, [piece], 1) == sample_soundness(model, [piece], 1)
    assert torch_sampler(model)
