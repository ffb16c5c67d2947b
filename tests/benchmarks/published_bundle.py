"""A bundle with the layout and the size of the published one, and random weights.

    python -m tests.benchmarks.published_bundle FOLDER [--small] [--float] [--music BUNDLE]

Plain Llama decoders (separate projections, norms without query gains, a linear layer over one-hot
patches), 196 million parameters in int8. It needs PyTorch: run it with the environment for
training. What such a model writes is noise; how long it takes is not. `--small` makes one of a few
megabytes with the same layout, `--float` leaves the weights unquantised. `--music` makes one that
writes what a small trained bundle writes: as many tokens a patch, as seldom refused by the guide.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lilydesk.engines.bundle import EMBEDDING, TOKENIZERS, read_bundle
from lilydesk.training import export
from lilydesk.training.model import Geometry

PUBLISHED = Geometry(hidden=1024, feed_forward=3072, n_patch_layers=10, n_token_layers=4)
SMALL = Geometry(hidden=128, feed_forward=384, n_patch_layers=2, n_token_layers=2)
EPSILON = 1e-6
HEAD_STD = 0.06  # logits then have the spread that a trained model has, about 1.9


class Norm(nn.Module):
    """Root-mean-square norm, as Llama has it."""

    def __init__(self, hidden: int, epsilon: float = EPSILON) -> None:
        super().__init__()
        self.weight = nn.Parameter(1 + 0.1 * torch.randn(hidden))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        """Norm over the last axis."""
        return self.weight * self.divided(x)

    def divided(self, x: Tensor) -> Tensor:
        """Norm over the last axis without a gain."""
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.epsilon)


class PlainBlock(nn.Module):
    """One Llama layer with its seven matrices."""

    def __init__(self, geometry: Geometry) -> None:
        super().__init__()
        hidden, wide = geometry.hidden, geometry.feed_forward
        self.head_dim = geometry.head_dim
        self.input_norm, self.mlp_norm = Norm(hidden), Norm(hidden)
        self.q, self.k, self.v, self.o = (_linear(hidden, hidden) for _ in range(4))
        self.gate, self.up = _linear(hidden, wide), _linear(hidden, wide)
        self.down = _linear(wide, hidden)

    def heads(self, x: Tensor) -> tuple[Tensor, ...]:
        """Query, key and value of shape (B, heads, L, head_dim)."""
        B, L, H = x.shape
        x = self.input_norm(x)
        return tuple(
            projection(x).view(B, L, H // self.head_dim, self.head_dim).transpose(1, 2)
            for projection in (self.q, self.k, self.v)
        )

    def after_attention(self, x: Tensor, attended: Tensor) -> Tensor:
        """Residual, then the feed-forward half; `attended` is (B, heads, L, head_dim)."""
        B, L, H = x.shape
        x = x + self.o(attended.transpose(1, 2).reshape(B, L, H))
        within = self.mlp_norm(x)
        return x + self.down(F.silu(self.gate(within)) * self.up(within))


class PlainDecoder(nn.Module):
    """Blocks and a final norm."""

    def __init__(self, geometry: Geometry, n_layers: int) -> None:
        super().__init__()
        self.head_dim = geometry.head_dim
        self.blocks = nn.ModuleList(PlainBlock(geometry) for _ in range(n_layers))
        self.norm = Norm(geometry.hidden)


class PlainModel(nn.Module):
    """What `training.export` asks of a model."""

    def __init__(self, geometry: Geometry) -> None:
        super().__init__()
        self.geometry = geometry
        self.patch_embedding = nn.Linear(geometry.patch_size * geometry.vocab, geometry.hidden)
        self.patch_decoder = PlainDecoder(geometry, geometry.n_patch_layers)
        self.token_decoder = PlainDecoder(geometry, geometry.n_token_layers)
        self.head = _linear(geometry.hidden, geometry.vocab, HEAD_STD)

    def embed_patches(self, patches: Tensor) -> Tensor:
        """Patches (B, L, T) of ids to (B, L, H), by way of one-hot rows."""
        one_hot = F.one_hot(patches, self.geometry.vocab).to(self.patch_embedding.weight.dtype)
        return self.patch_embedding(one_hot.flatten(2))  # type: ignore[no-any-return]


def _linear(n_in: int, n_out: int, std: float = 0.02) -> nn.Linear:
    layer = nn.Linear(n_in, n_out, bias=False)
    nn.init.normal_(layer.weight, std=std)
    return layer


def write_bundle(folder: Path, geometry: Geometry, quantises: bool = True, seed: int = 1) -> None:
    """Write a bundle of random weights."""
    torch.manual_seed(seed)
    _write(folder, PlainModel(geometry).eval(), _store if quantises else shutil.copyfile)
    table = torch.randn(geometry.vocab, geometry.hidden)
    np.save(folder / EMBEDDING, table.numpy().astype(np.float32))


def write_widened(folder: Path, source: Path, geometry: Geometry, seed: int = 1) -> None:
    """Write a bundle that does what the small one in `source` does: one scale for each column."""
    from tests.benchmarks.widened_model import WidenedModel

    torch.manual_seed(seed)
    model = WidenedModel(read_bundle(source), geometry).eval()
    _write(folder, model, partial(export._store, quantises=True))
    np.save(folder / EMBEDDING, model.token_table)
    for name in (*TOKENIZERS, "styles.tsv", "fingerprints.npz"):
        if (source / name).is_file():
            shutil.copyfile(source / name, folder / name)


def _write(folder: Path, model: PlainModel, store: Callable[[Path, Path], Any]) -> None:
    """Both graphs and the geometry."""
    geometry = model.geometry
    folder.mkdir(parents=True, exist_ok=True)
    graphs: list[tuple[str, nn.Module, Tensor, int]] = [
        (
            "patch",
            export.PatchGraph(model),  # type: ignore[arg-type]
            torch.ones(1, 3, geometry.patch_size, dtype=torch.int64),
            geometry.n_patch_layers,
        ),
        (
            "token",
            export.TokenGraph(model),  # type: ignore[arg-type]
            torch.zeros(1, 3, geometry.hidden),
            geometry.n_token_layers,
        ),
    ]
    for level, graph, example, n_layers in graphs:
        with tempfile.TemporaryDirectory() as scratch:
            plain = Path(scratch) / "plain.onnx"
            export._export_graph(graph.eval(), level, example, n_layers, geometry, plain)
            store(plain, folder / f"{level}_kv_int8.onnx")
    text = json.dumps(export.bundle_geometry(geometry), indent=2)
    (folder / "geometry.json").write_text(text + "\n", encoding="utf-8")


def _store(plain: Path, target: Path) -> None:
    """As the public exporter: one scale for each matrix."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(plain, target, weight_type=QuantType.QInt8)


def main(arguments: list[str]) -> None:
    """Write it and say how large it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--float", action="store_true")
    parser.add_argument("--music", type=Path, metavar="BUNDLE")
    options = parser.parse_args(arguments)
    geometry = SMALL if options.small else PUBLISHED
    if options.music:
        write_widened(options.folder, options.music, geometry)
    else:
        write_bundle(options.folder, geometry, not options.float)
    for path in sorted(options.folder.iterdir()):
        print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
