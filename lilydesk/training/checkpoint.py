"""Reading what a run has saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from lilydesk.errors import FileError

CHECKPOINT = "checkpoint.pt"


def load_checkpoint(path: Path, device: torch.device | str = "cpu") -> dict[str, Any]:
    """Read a checkpoint; only tensors and plain values are accepted from the file."""
    try:
        state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
    except Exception as error:  # torch raises many types for a broken file
        raise FileError(
            f"The checkpoint {path} cannot be read.", "Delete it to start afresh."
        ) from error
    return state
