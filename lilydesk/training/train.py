"""The training loop: seeded, resumable, validated, logged.

    lilydesk train --corpus TEXTS --valid TEXTS --run RUN --steps 3000

RUN holds checkpoint.pt (replaced whole, never half-written), log.jsonl and settings.json. The same
command again goes on where the checkpoint stands.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lilydesk.errors import FileError
from lilydesk.training.augmentation import Shortener, Transposer
from lilydesk.training.checkpoint import CHECKPOINT, load_checkpoint
from lilydesk.training.data import Batch, read_corpus, training_batches, validation_batches
from lilydesk.training.model import Geometry, HierarchicalModel
from lilydesk.training.optimizer import Optimizer
from lilydesk.training.pieces import PackedPiece
from lilydesk.training.sampling_check import sample_soundness
from lilydesk.training.schedule import WeightAverage, learning_rate_scale
from lilydesk.training.workers import Workers, own_device


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """All that decides a run. Sizes are counted in patches."""

    corpus: Path
    valid: Path
    run: Path
    start: Path | None = None  # a checkpoint whose averaged weights a new run begins with
    n_steps: int = 5200
    batch_patches: int = 768
    learning_rate: float = 3e-3
    n_warmup: int = 60
    average_decay: float = 0.997
    clip: float = 1.0
    seed: int = 1
    device: str = "auto"  # auto, cpu or cuda
    n_threads: int = 0  # 0 = torch's choice
    compiles: bool = True
    validate_every: int = 400
    validate_pieces: int = 24
    n_samples: int = 8  # drawn at each validation, to see whether they are music
    save_every: int = 50
    transposes: float = 0.0  # chance of a row to be moved into another key
    shortens: float = 0.3  # chance of a long piece's beginning to be told that the piece is short
    geometry: Geometry = field(default_factory=Geometry)


class Trainer:
    """One run. Create it, then call `train`; everything needed to go on is in the checkpoint."""

    def __init__(self, settings: TrainingSettings) -> None:
        self.settings = settings
        self.device = own_device(settings.device)
        self.workers = Workers(self.device)
        if settings.n_threads:
            torch.set_num_threads(settings.n_threads)
        torch.manual_seed(settings.seed)
        self.model = HierarchicalModel(settings.geometry).to(self.device)
        self.average = WeightAverage(self.model, settings.average_decay)
        self.optimizer = Optimizer(self.model, settings.learning_rate)
        self.n_done = 0
        self.trained_s = 0.0
        self.transposer = (
            Transposer(settings.transposes, settings.geometry.context)
            if settings.transposes
            else None
        )
        self.shortener = Shortener(settings.shortens) if settings.shortens else None
        if settings.compiles:
            self.model.compile_decoders()

    def train(self) -> None:
        """Run to the last step, from the checkpoint if there is one."""
        settings = self.settings
        settings.run.mkdir(parents=True, exist_ok=True)
        self._resume()
        pieces = read_corpus(settings.corpus)
        valid = read_corpus(settings.valid)
        valid = valid[:: max(1, len(valid) // settings.validate_pieces)]
        if self.workers.is_first:
            (settings.run / "settings.json").write_text(_settings_json(settings), encoding="utf-8")
        while self.n_done < settings.n_steps:
            self._train_span(pieces, min(settings.n_steps, self._next_stop()))
            if self.workers.is_first:
                self._validate_and_save(valid)
            self.workers.wait()
        self.workers.close()

    def _validate_and_save(self, valid: list[PackedPiece]) -> None:
        settings = self.settings
        if self.n_done % settings.validate_every == 0 or self.n_done == settings.n_steps:
            self._log(valid_bits=self.validate(valid), **self.check_samples(valid))
        self._save()

    def _next_stop(self) -> int:
        spans = (self.settings.save_every, self.settings.validate_every)
        return min((self.n_done // span + 1) * span for span in spans)

    def _train_span(self, pieces: list[PackedPiece], last: int) -> None:
        """Train up to step `last`; the batches depend on the seed and the first step alone."""
        rng = np.random.default_rng([self.settings.seed, self.n_done, self.workers.index])
        settings = self.settings
        batches = training_batches(
            pieces,
            settings.geometry.context,
            settings.batch_patches,
            self._progress(),
            rng,
            self.transposer,
            self.shortener,
        )
        started, nats, tokens, patches = time.perf_counter(), 0.0, 0, 0
        for batch in batches:
            if self.n_done >= last:
                break
            step_nats, step_tokens = self._step(batch)
            nats += step_nats
            tokens += step_tokens
            patches += int(batch.lengths.sum())
        seconds = time.perf_counter() - started
        self.trained_s += seconds
        if self.workers.is_first:  # its own rows, for all
            speed = self.workers.n_workers * patches / seconds
            self._log(train_bits=nats / tokens / math.log(2), patches_per_s=speed)

    def _progress(self) -> float:
        """Share of training done, by which windows grow; what has been trained is half way."""
        done = self.n_done / self.settings.n_steps
        return done if self.settings.start is None else (1 + done) / 2

    def _step(self, batch: Batch) -> tuple[float, int]:
        nats, n_tokens = self._loss(batch)
        (nats / self.workers.total(n_tokens)).backward()  # type: ignore[no-untyped-call]
        self.workers.sum_gradients(self.model.parameters())
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.settings.clip)
        scale = learning_rate_scale(self.n_done, self.settings.n_steps, self.settings.n_warmup)
        self.optimizer.step(scale)
        self.average.update(self.model)
        self.n_done += 1
        return float(nats.detach()), int(n_tokens)

    def _loss(self, batch: Batch) -> tuple[Tensor, Tensor]:
        patches = torch.from_numpy(batch.patches).to(self.device).long()
        lengths = torch.from_numpy(batch.lengths).to(self.device)
        with torch.autocast(self.device.type, dtype=torch.bfloat16):
            return self.model.loss(patches, lengths)

    @torch.no_grad()
    def validate(self, pieces: list[PackedPiece]) -> float:
        """Bits per token of the averaged weights over whole pieces."""
        nats, tokens = 0.0, 0
        context = self.settings.geometry.context
        with self.averaged_weights():
            for batch in validation_batches(pieces, context, 2 * context):
                step_nats, n_tokens = self._loss(batch)
                nats += float(step_nats)
                tokens += int(n_tokens)
        return nats / tokens / math.log(2)

    def check_samples(self, pieces: list[PackedPiece]) -> dict[str, float]:
        """Shares of samples that parse and of voices that are full, by the averaged weights."""
        if not self.settings.n_samples:
            return {}
        with self.averaged_weights():
            return sample_soundness(self.model, pieces, self.settings.n_samples)

    @contextlib.contextmanager
    def averaged_weights(self) -> Iterator[None]:
        """The model with its averaged weights for a while."""
        own = {name: p.detach().clone() for name, p in self.model.named_parameters()}
        self._set_weights(self.average.weights)
        try:
            yield
        finally:
            self._set_weights(own)

    @torch.no_grad()
    def _set_weights(self, weights: dict[str, Tensor]) -> None:
        for name, parameter in self.model.named_parameters():
            parameter.copy_(weights[name])

    def _log(self, **values: float) -> None:
        entry = {"step": self.n_done, "trained_s": round(self.trained_s, 1)}
        entry |= {name: round(value, 4) for name, value in values.items()}
        line = json.dumps(entry)
        print(line, flush=True)
        with (self.settings.run / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(line + "\n")

    def _save(self) -> None:
        state = {
            "geometry": self.settings.geometry.as_dict(),
            "step": self.n_done,
            "trained_s": self.trained_s,
            "model": dict(self.model.named_parameters()),
            "average": self.average.weights,
            "average_updates": self.average.n_updates,
            "optimizer": self.optimizer.state(),
        }
        target = self.settings.run / CHECKPOINT
        temporary = target.with_suffix(".tmp")
        torch.save(state, temporary)
        os.replace(temporary, target)

    def _resume(self) -> None:
        path = self.settings.run / CHECKPOINT
        if path.exists():
            state = self._checkpoint_of_this_geometry(path)
            self._set_weights(state["model"])
            self.average.load(state["average"], state["average_updates"])
            self.optimizer.load_state(state["optimizer"])
            self.n_done = int(state["step"])
            self.trained_s = float(state["trained_s"])
        elif self.settings.start is not None:
            state = self._checkpoint_of_this_geometry(self.settings.start)
            self._set_weights(state["average"])
            self.average.load(state["average"], n_updates=0)

    def _checkpoint_of_this_geometry(self, path: Path) -> dict[str, Any]:
        state = load_checkpoint(path, self.device)
        if state["geometry"] != self.settings.geometry.as_dict():
            raise FileError(
                f"The checkpoint {path} has another geometry.",
                "Choose another checkpoint or --run folder, or the geometry it was begun with.",
            )
        return state


def _settings_json(settings: TrainingSettings) -> str:
    return json.dumps(asdict(settings), default=str, indent=2)
