"""Two optimisers side by side: Muon for the matrices inside the layers, AdamW for the rest.

Muon is orthogonalised momentum (in torch since 2.9). It was chosen on the word of others; it has
not been compared with AdamW alone on this corpus.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn


class Optimizer:
    """Muon and AdamW with one learning-rate scale."""

    def __init__(self, model: nn.Module, learning_rate: float, weight_decay: float = 0.1) -> None:
        inner, outer, norms = [], [], []
        for name, parameter in model.named_parameters():
            if parameter.dim() < 2:
                norms.append(parameter)
            elif "decoder.blocks" in name:
                inner.append(parameter)
            else:
                outer.append(parameter)
        self.base_rate = learning_rate
        self._parts: list[torch.optim.Optimizer] = [
            torch.optim.Muon(
                inner,
                lr=learning_rate,
                weight_decay=weight_decay,
                momentum=0.95,
                adjust_lr_fn="match_rms_adamw",
            ),
            torch.optim.AdamW(
                [{"params": outer}, {"params": norms, "weight_decay": 0.0}],
                lr=learning_rate,
                betas=(0.9, 0.95),
                weight_decay=weight_decay,
                fused=True,
            ),
        ]

    def step(self, scale: float) -> None:
        """One update at `scale` times the base learning rate; clears the gradients."""
        for part in self._parts:
            for group in part.param_groups:
                group["lr"] = self.base_rate * scale
            part.step()
            part.zero_grad()

    def state(self) -> list[dict[str, Any]]:
        """For a checkpoint."""
        return [part.state_dict() for part in self._parts]

    def load_state(self, states: list[dict[str, Any]]) -> None:
        """Go on from a checkpoint."""
        for part, state in zip(self._parts, states, strict=True):
            part.load_state_dict(state)
