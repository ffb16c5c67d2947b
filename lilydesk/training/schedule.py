"""What changes from step to step: the learning rate, and the average of the weights."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn


def learning_rate_scale(step: int, n_steps: int, n_warmup: int, floor: float = 0.02) -> float:
    """Linear warm-up to 1, then half a cosine down to `floor`."""
    if step < n_warmup:
        return (step + 1) / n_warmup
    progress = min(1.0, (step - n_warmup) / max(1, n_steps - n_warmup))
    return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * progress))


class WeightAverage:
    """An exponential moving average of a model's weights; what is validated and exported."""

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.decay = decay
        self.n_updates = 0
        self.weights = {name: p.detach().clone() for name, p in model.named_parameters()}

    @torch.no_grad()
    def update(self, model: nn.Module) -> None:
        """Move towards the model's weights; faster in the first steps, which are forgotten soon."""
        self.n_updates += 1
        decay = min(self.decay, self.n_updates / (self.n_updates + 10))
        for name, parameter in model.named_parameters():
            self.weights[name].lerp_(parameter.detach(), 1 - decay)

    def load(self, weights: Mapping[str, Tensor], n_updates: int) -> None:
        """Go on from a checkpoint."""
        self.n_updates = n_updates
        for name, value in weights.items():
            self.weights[name].copy_(value)
