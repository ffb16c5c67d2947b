from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra `train`)")
pytest.importorskip("onnxscript", reason="the exporter is not installed (extra `train`)")

from lilydesk.engines.bundle import read_bundle  # noqa: E402
from lilydesk.engines.native.structure import read_decoder  # noqa: E402
from lilydesk.engines.session import open_onnx_graphs  # noqa: E402
from lilydesk.training.export import export_bundle  # noqa: E402
from lilydesk.training.model import Geometry, HierarchicalModel  # noqa: E402
from tests.benchmarks.published_bundle import write_widened  # noqa: E402

IDS = np.random.default_rng(1).integers(3, 250, (1, 12, 16))


@pytest.mark.filterwarnings("ignore")  # the exporter's own deprecations
def test_a_widened_model_has_the_numbers_of_the_small_one_and_answers_alike(tmp_path: Path):
    narrow = Geometry(hidden=32, feed_forward=48, head_dim=16, n_patch_layers=1, n_token_layers=1)
    wide = Geometry(hidden=128, feed_forward=192, head_dim=16, n_patch_layers=2, n_token_layers=1)
    model = HierarchicalModel(narrow)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    export_bundle(model.eval(), tmp_path / "small")
    write_widened(tmp_path / "large", tmp_path / "small", wide)
    small, large = (read_bundle(tmp_path / name) for name in ("small", "large"))
    outs = [read_decoder(bundle.token_graph, bundle.geometry.token, "logits").layers[0].out
            for bundle in (small, large)]  # fmt: skip
    assert (outs[0].weight == outs[1].weight[:32, :32]).all()
    assert outs[1].weight[32:].any()  # where only zeros are read
    assert not outs[1].weight[:32, 32:].any()
    logits = [answers(bundle) for bundle in (small, large)]
    assert np.abs(logits[0] - logits[1]).max() < 0.02 * logits[0].std()


def answers(bundle):
    graphs = open_onnx_graphs(bundle)
    hidden = graphs.patch.run(IDS)[:, -1:]
    return graphs.token.run(np.concatenate((hidden, bundle.embedding[IDS[:, 0]]), axis=1))
