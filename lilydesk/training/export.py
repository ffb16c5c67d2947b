"""A trained model as a bundle folder: two ONNX graphs with KV cache, the embedding, the geometry.

The graphs have the signatures of the published bundle; the matrices inside are quantised
dynamically to int8. The rest (embeddings, norms) stays float32.
"""

from __future__ import annotations

import contextlib
import json
import logging
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lilydesk.engines import tokenizer as vocabulary
from lilydesk.errors import FileError
from lilydesk.training.checkpoint import load_checkpoint
from lilydesk.training.model import (
    Decoder,
    Geometry,
    HierarchicalModel,
    normed,
    rotary_table,
    rotate,
)

_OPSET = 18
_STANDARD_TOKENIZER = Path(vocabulary.__file__).with_name("standard_tokenizer.json")


class _CachedDecoder(nn.Module):
    """A decoder that is handed keys and values of what came before and returns them extended."""

    def __init__(self, decoder: Decoder) -> None:
        super().__init__()
        self.decoder = decoder

    def run(self, x: Tensor, past: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        n_past, n_new = past[0].shape[2], x.shape[1]
        positions = torch.arange(n_past + n_new, device=x.device)
        cos, sin = rotary_table(positions, self.decoder.head_dim)
        cos, sin = cos[n_past:], sin[n_past:]
        is_later = positions[None, :] > positions[n_past:, None]  # (L, P + L)
        present = []
        for index, block in enumerate(self.decoder.blocks):
            q, k, v = block.heads(x)  # type: ignore[operator]
            k = torch.cat((past[2 * index], rotate(k, cos, sin)), dim=2)
            v = torch.cat((past[2 * index + 1], v), dim=2)
            scores = rotate(q, cos, sin) @ k.transpose(-1, -2) * self.decoder.head_dim**-0.5
            weights = scores.masked_fill(is_later, float("-inf")).softmax(-1)
            x = block.after_attention(x, weights @ v)  # type: ignore[operator]
            present += [k, v]
        return (self.decoder.norm(x), *present)


class PatchGraph(_CachedDecoder):
    """patches (1, L, T) and past to hidden (1, L, H) and the extended past."""

    def __init__(self, model: HierarchicalModel) -> None:
        super().__init__(model.patch_decoder)
        self.model = model

    def forward(self, patches: Tensor, past: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        """Hidden states and the extended past."""
        return self.run(self.model.embed_patches(patches), past)


class TokenGraph(_CachedDecoder):
    """inputs_embeds (1, L, H) and past to logits (1, L, vocab) and the extended past."""

    def __init__(self, model: HierarchicalModel) -> None:
        super().__init__(model.token_decoder)
        self.head = model.head

    def forward(self, inputs_embeds: Tensor, past: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        """Logits and the extended past."""
        x, *present = self.run(inputs_embeds, past)
        return (self.head(x), *present)


def load_model(
    checkpoint: Path, later: Path | None = None, later_share: float = 0.5
) -> HierarchicalModel:
    """The model of a checkpoint with its averaged weights, ready to be used.

    With the checkpoint of a `later` run that began with this one's weights, the way between the
    two, `later_share` of it (0..1). Raises FileError if they are of different sizes.
    """
    state = load_checkpoint(checkpoint)
    weights = state["average"]
    if later is not None:
        other = load_checkpoint(later)
        if other["geometry"] != state["geometry"]:
            raise FileError(f"{later} holds a model of another size.", "Blend runs of one size.")
        weights = {
            name: torch.lerp(weight, other["average"][name], later_share)
            for name, weight in weights.items()
        }
    model = HierarchicalModel(Geometry(**state["geometry"]))
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(weights[name])
    return model.eval()


def export_bundle(model: HierarchicalModel, folder: Path, *, quantises: bool = True) -> None:
    """Write a bundle folder. Without quantising, the same file names hold float32 graphs."""
    folder.mkdir(parents=True, exist_ok=True)
    geometry = model.geometry
    n_hidden, size = geometry.hidden, geometry.patch_size
    patches = torch.ones(1, 3, size, dtype=torch.int64)
    embeds = torch.zeros(1, 3, n_hidden)
    graphs: list[tuple[str, nn.Module, Tensor, int]] = [
        ("patch", PatchGraph(model), patches, geometry.n_patch_layers),
        ("token", TokenGraph(model), embeds, geometry.n_token_layers),
    ]
    for level, graph, example, n_layers in graphs:
        with tempfile.TemporaryDirectory() as scratch:
            plain = Path(scratch) / f"{level}.onnx"
            _export_graph(graph.eval(), level, example, n_layers, geometry, plain)
            _store(plain, folder / f"{level}_kv_int8.onnx", quantises)
    np.save(folder / "wte.npy", normed(model.token_embedding.weight).detach().float().numpy())
    (folder / "geometry.json").write_text(
        json.dumps(bundle_geometry(geometry), indent=2) + "\n", encoding="utf-8"
    )
    shutil.copyfile(_STANDARD_TOKENIZER, folder / "tokenizer.json")


def bundle_geometry(geometry: Geometry) -> dict[str, Any]:
    """The content of geometry.json."""
    level = {"n_kv_heads": geometry.n_heads, "head_dim": geometry.head_dim}
    return {
        "patch_size": geometry.patch_size,
        "hidden": geometry.hidden,
        "vocab": geometry.vocab,
        "pad_id": vocabulary.PAD,
        "bos_id": vocabulary.BOS,
        "eos_id": vocabulary.EOS,
        "patch": {"n_layers": geometry.n_patch_layers, **level},
        "token": {"n_layers": geometry.n_token_layers, **level},
    }


def _export_graph(
    graph: nn.Module,
    level: str,
    example: Tensor,
    n_layers: int,
    geometry: Geometry,
    target: Path,
) -> None:
    empty = torch.zeros(1, geometry.n_heads, 2, geometry.head_dim)
    past = tuple(empty.clone() for _ in range(2 * n_layers))
    kinds = [f"{kind}_{layer}" for layer in range(n_layers) for kind in "kv"]
    n_new = torch.export.Dim("L", min=1, max=4096)
    n_past = torch.export.Dim("P", min=0, max=4096)
    with _quiet():
        torch.onnx.export(
            graph,
            (example, past),
            target,
            input_names=["patches" if level == "patch" else "inputs_embeds"]
            + [f"past_{kind}" for kind in kinds],
            output_names=["hidden" if level == "patch" else "logits"]
            + [f"new_{kind}" for kind in kinds],
            dynamic_shapes=({1: n_new}, tuple({2: n_past} for _ in past)),
            opset_version=_OPSET,
            dynamo=True,
            external_data=False,
            verbose=False,
        )


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep back what exporter and quantiser say about themselves: nothing a user could act on."""
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)


def _store(plain: Path, target: Path, quantises: bool) -> None:
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    if quantises:
        with _quiet():
            quantize_dynamic(
                plain,
                target,
                weight_type=QuantType.QInt8,
                per_channel=True,
                op_types_to_quantize=["MatMul"],
            )
        plain = target
    graph = onnx.load(plain)
    _forget_origins(graph)
    onnx.save(graph, target)


def _forget_origins(graph: Any) -> None:
    """Drop what the exporter notes about source lines and folders of the exporting machine."""
    del graph.metadata_props[:]
    del graph.graph.metadata_props[:]
    for item in (*graph.graph.node, *graph.graph.value_info, *graph.graph.initializer):
        item.doc_string = ""
        if hasattr(item, "metadata_props"):
            del item.metadata_props[:]
