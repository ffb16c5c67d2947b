"""Data-parallel training: the workers that `torchrun` starts see different rows of one run.

    torchrun --nproc-per-node 4 -m lilydesk train --corpus TEXTS --valid TEXTS --run RUN

Every worker holds the whole model; gradients are summed over all, so that a step with four workers
is a step with a batch four times as large. Worker 0 alone validates, logs and saves.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import timedelta

import torch
import torch.distributed as distributed
from torch import Tensor, nn

_PATIENCE = timedelta(hours=2)  # the others wait while worker 0 validates


class Workers:
    """All workers of a run, seen from one of them; without `torchrun` there is only this one."""

    def __init__(self, device: torch.device) -> None:
        self.n_workers = int(os.environ.get("WORLD_SIZE", "1"))
        self.index = int(os.environ.get("RANK", "0"))
        self._device = device
        if self.n_workers > 1 and not distributed.is_initialized():
            backend = "nccl" if device.type == "cuda" else "gloo"
            distributed.init_process_group(backend, timeout=_PATIENCE)

    @property
    def is_first(self) -> bool:
        """Whether this worker validates, logs and saves."""
        return self.index == 0

    def total(self, value: Tensor) -> Tensor:
        """Sum of one number over all workers."""
        if self.n_workers == 1:
            return value
        summed = value.detach().clone()
        distributed.all_reduce(summed)
        return summed

    def sum_gradients(self, parameters: Iterable[nn.Parameter]) -> None:
        """Replace every gradient by its sum over all workers, in one message."""
        if self.n_workers == 1:
            return
        gradients = [p.grad for p in parameters if p.grad is not None]
        message = torch.cat([gradient.flatten() for gradient in gradients])
        distributed.all_reduce(message)
        parts = message.split([gradient.numel() for gradient in gradients])
        for gradient, part in zip(gradients, parts, strict=True):
            gradient.copy_(part.view_as(gradient))

    def wait(self) -> None:
        """Return when all workers have come here."""
        if self.n_workers > 1:
            distributed.barrier()

    def close(self) -> None:
        """Leave the group; the last call of a run."""
        if self.n_workers > 1 and distributed.is_initialized():
            distributed.destroy_process_group()


def own_device(name: str) -> torch.device:
    """The device of this worker; `auto` takes a CUDA device when there is one."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name == "cuda" and "LOCAL_RANK" in os.environ:
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    return torch.device(name)
