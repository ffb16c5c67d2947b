"""What the export cost: bits per token before and after, size, speed."""

from __future__ import annotations

import json
import math
import os
import platform
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from lilydesk.engines import Sampling, Score, open_engine
from lilydesk.engines.free_sampling import FreeSampler
from lilydesk.engines.patches import PatchLayout, split_piece
from lilydesk.engines.tokenizer import Tokenizer
from lilydesk.training.data import Batch, read_texts, window
from lilydesk.training.export import export_bundle
from lilydesk.training.model import HierarchicalModel
from lilydesk.training.pieces import pack_piece

REPORT = "export-report.json"
_N_PATCHES = 4000  # of validation pieces that are scored three times


def write_report(model: HierarchicalModel, bundle: Path, valid: Path, **facts: Any) -> None:
    """Measure a bundle that was exported from `model`, and write the report into its folder."""
    context = model.geometry.context
    report = {**facts, **measure(model, bundle, choose_texts(valid, context, _N_PATCHES))}
    (bundle / REPORT).write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def choose_texts(valid: Path, context: int, n_patches: int) -> list[str]:
    """Pieces of at most a context, evenly from the whole set, of some `n_patches` in all.

    Such a piece is one window for torch and for the engine, so that both count the same tokens.
    """
    layout = PatchLayout(Tokenizer.standard())
    sizes = {text: len(layout.piece(text)) for text in read_texts(valid).values()}
    fitting = [text for text, size in sizes.items() if size <= context]
    total = sum(sizes[text] for text in fitting)
    return fitting[:: max(1, round(total / n_patches))]


def measure(model: HierarchicalModel, bundle: Path, texts: Sequence[str]) -> dict[str, Any]:
    """The figures for these texts."""
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "plain"
        export_bundle(model, plain, quantises=False)
        folders = {"onnx_fp32": plain, "onnx_int8": bundle}
        scores = {name: _engine_score(folder, texts) for name, folder in folders.items()}
        speeds = {name: patches_per_s(folder, texts) for name, folder in folders.items()}
    bits = {name: score.bits_per_token for name, score in scores.items()}
    return {
        "pieces": len(texts),
        "tokens": scores["onnx_int8"].tokens,
        "bits_per_token": {"torch_fp32": torch_bits_per_token(model, texts), **bits},
        "lost_by_int8": bits["onnx_int8"] / bits["onnx_fp32"] - 1,
        "generated_patches_per_s": speeds,
        "bytes": {path.name: path.stat().st_size for path in sorted(bundle.iterdir())},
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
    }


def _engine_score(folder: Path, texts: Sequence[str]) -> Score:
    engine = open_engine(folder)
    return sum((engine.score_text(text) for text in texts), Score(0.0, 0, 0))


@torch.no_grad()
def torch_bits_per_token(model: HierarchicalModel, texts: Sequence[str]) -> float:
    """In float32, piece by piece."""
    layout = PatchLayout(Tokenizer.standard())
    nats, tokens = 0.0, 0
    for text in texts:
        piece = pack_piece("", text, layout)
        batch = Batch.of([window(piece, piece.style, model.geometry.context, 0)])
        lengths = torch.from_numpy(batch.lengths)
        piece_nats, n_tokens = model.loss(torch.from_numpy(batch.patches).long(), lengths)
        nats, tokens = nats + float(piece_nats), tokens + int(n_tokens)
    return nats / tokens / math.log(2)


def patches_per_s(folder: Path, texts: Sequence[str], n_pieces: int = 3) -> float:
    """How fast pieces are written, in the styles of the first texts."""
    sampler = FreeSampler.open(folder)
    n_patches, started = 0, time.perf_counter()
    for seed, text in enumerate(texts[:n_pieces]):
        style_lines = split_piece(text).style_lines
        n_patches += sampler.write(style_lines, 16, Sampling(), seed).n_patches
    return n_patches / (time.perf_counter() - started)
