"""`lilydesk train`: on to the training room, if PyTorch is there."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence

from lilydesk.errors import LilyDeskError


def run_training(words: Sequence[str]) -> int:
    """Hand the words on. Raises LilyDeskError without PyTorch, which no user needs otherwise."""
    if importlib.util.find_spec("torch") is None:
        raise LilyDeskError(
            "Training needs PyTorch, which is not installed.",
            "In a checkout, type: python3 dev.py train",
        )
    from lilydesk.training.command import main

    return main(words)
