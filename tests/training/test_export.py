from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra `train`)")
pytest.importorskip("onnxscript", reason="the exporter is not installed (extra `train`)")

from lilydesk.engines import open_engine  # noqa: E402
from lilydesk.engines.patches import PatchLayout  # noqa: E402
from lilydesk.engines.tokenizer import PAD, Tokenizer  # noqa: E402
from lilydesk.errors import FileError  # noqa: E402
from lilydesk.training.export import export_bundle, load_model  # noqa: E402
from lilydesk.training.model import Geometry, HierarchicalModel  # noqa: E402

PIECE = "%Modern\n\\key c \\major c'4 d e f |\n\\key c \\major g'4 a b c |\n"


@pytest.fixture(scope="module")
def model() -> HierarchicalModel:
    torch.set_num_threads(1)
    torch.manual_seed(3)
    model = HierarchicalModel(
        Geometry(hidden=32, feed_forward=64, head_dim=16, n_patch_layers=2, n_token_layers=1)
    )
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return model.eval()


def torch_bits(model: HierarchicalModel) -> float:
    patches = torch.tensor([PatchLayout(Tokenizer.standard()).piece(PIECE)])
    with torch.no_grad():
        logits = model.token_logits(model.hidden_states(patches)[0, :-1], patches[0, 1:])
    chosen = logits.log_softmax(-1).gather(-1, patches[0, 1:, :, None])[..., 0]
    return float(-chosen[patches[0, 1:] != PAD].sum() / torch.log(torch.tensor(2.0)))


@pytest.mark.filterwarnings("ignore")  # the exporter's own deprecations
def test_the_bundle_foretells_as_the_model_does(model: HierarchicalModel, tmp_path: Path) -> None:
    export_bundle(model, tmp_path / "plain", quantises=False)
    score = open_engine(tmp_path / "plain").score_text(PIECE)
    assert score.bits == pytest.approx(torch_bits(model), rel=1e-3)


@pytest.mark.filterwarnings("ignore")
def test_the_bundle_names_nothing_of_the_machine_that_made_it(
    model: HierarchicalModel, tmp_path: Path
) -> None:
    export_bundle(model, tmp_path / "bundle")
    graphs = b"".join(path.read_bytes() for path in (tmp_path / "bundle").glob("*.onnx"))
    assert b".py" not in graphs


def saved(model: HierarchicalModel, path: Path) -> Path:
    torch.save(
        {"geometry": asdict(model.geometry), "average": dict(model.named_parameters())}, path
    )
    return path


def test_two_runs_are_blended(tmp_path: Path) -> None:
    small = Geometry(hidden=32, feed_forward=64, head_dim=16, n_patch_layers=1, n_token_layers=1)
    first, second = HierarchicalModel(small), HierarchicalModel(small)
    paths = [saved(model, tmp_path / f"{n}.pt") for n, model in enumerate((first, second))]
    blend = load_model(*paths, 0.25)
    for name, weight in blend.named_parameters():
        wanted = 0.75 * first.get_parameter(name) + 0.25 * second.get_parameter(name)
        assert torch.allclose(weight, wanted, atol=1e-6)


def test_models_of_different_sizes_are_not_blended(
    model: HierarchicalModel, tmp_path: Path
) -> None:
    small = Geometry(hidden=32, feed_forward=64, head_dim=16, n_patch_layers=1, n_token_layers=1)
    paths = saved(model, tmp_path / "a.pt"), saved(HierarchicalModel(small), tmp_path / "b.pt")
    with pytest.raises(FileError, match="another size"):
        load_model(*paths)
