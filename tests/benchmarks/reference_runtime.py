"""R: the loop of the published reference runtime, to compare with; nothing of it is in the program.

Two onnxruntime sessions with default options, a KV cache that goes in and out as numpy arrays, and
always as many token steps as a patch has tokens, whatever was drawn.
`lilydesk bench generation` finds this file in a checkout.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

EOS, PAD = 2, 0
TEMPERATURE, TOP_P = 1.0, 0.9
Row = NDArray[np.float32]


class _Level:
    """A session and the names and shapes of its cache."""

    def __init__(self, path: Path, geometry: dict[str, int], n_threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = n_threads  # 0 is the default: all cores
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
        kinds = [f"{kind}_{i}" for i in range(geometry["n_layers"]) for kind in "kv"]
        self.past_names = [f"past_{kind}" for kind in kinds]
        self.outputs = [self.session.get_outputs()[0].name, *(f"new_{kind}" for kind in kinds)]
        self.input = next(
            value.name for value in self.session.get_inputs() if value.name not in self.past_names
        )
        shape = (1, geometry["n_kv_heads"], 0, geometry["head_dim"])
        self.empty = [np.zeros(shape, dtype=np.float32)] * len(kinds)

    def run(self, rows: NDArray[Any], past: Sequence[Row]) -> tuple[Row, list[Row]]:
        feeds = dict(zip(self.past_names, past, strict=True)) | {self.input: rows}
        output, *present = self.session.run(self.outputs, feeds)
        return output[:, -1:], present


class ReferenceRuntime:
    """Writes patches as the published runtime does."""

    def __init__(self, folder: Path, n_threads: int = 0) -> None:
        """Open a bundle's folder."""
        places = (folder, folder / "onnx")
        folder = next(place for place in places if (place / "geometry.json").is_file())
        geometry = json.loads((folder / "geometry.json").read_text(encoding="utf-8"))
        self._patch_size = geometry["patch_size"]
        self._patches = _Level(folder / "patch_kv_int8.onnx", geometry["patch"], n_threads)
        self._tokens = _Level(folder / "token_kv_int8.onnx", geometry["token"], n_threads)
        self._embedding = np.load(folder / "wte.npy")

    def prefill(self, patches: Sequence[Sequence[int]]) -> None:
        """Feed a prompt in one call; every `write` begins behind it."""
        rows = np.array(patches, dtype=np.int64)[None]
        self._prompt = self._patches.run(rows, self._patches.empty)

    def write(self, n_patches: int, seed: int = 1) -> list[list[int]]:
        """So many patches behind the prompt."""
        rng = np.random.default_rng(seed)
        hidden, past = self._prompt
        written = []
        for _ in range(n_patches):
            tokens = self._write_patch(hidden, rng)
            if EOS in tokens:
                end = tokens.index(EOS) + 1
                tokens[end:] = [PAD] * (len(tokens) - end)
            hidden, past = self._patches.run(np.array([[tokens]], dtype=np.int64), past)
            written.append(tokens)
        return written

    def _write_patch(self, hidden: Row, rng: np.random.Generator) -> list[int]:
        rows, past = hidden, self._tokens.empty
        tokens: list[int] = []
        for _ in range(self._patch_size):
            logits, past = self._tokens.run(rows, past)
            tokens.append(draw(logits[0, -1], rng))
            rows = self._embedding[tokens[-1]][None, None]
        return tokens


def draw(logits: Row, rng: np.random.Generator) -> int:
    """In float64: temperature, top-p with the token that crosses the threshold, one draw."""
    scaled = logits.astype(np.float64) / TEMPERATURE
    order = np.argsort(-scaled)
    probs = np.exp(scaled[order] - scaled[order[0]])
    probs /= probs.sum()
    n_kept = int(np.searchsorted(np.cumsum(probs), TOP_P)) + 1
    probs = probs[:n_kept] / probs[:n_kept].sum()
    return int(order[rng.choice(n_kept, p=probs)])
