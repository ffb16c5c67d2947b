"""Helpers that tests of several rooms share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TINY_BUNDLE = ROOT / "tests" / "fixtures" / "tiny_bundle"  # random weights, fixed for ever


def shared_folder() -> Path | None:
    """Return the folder of reference material (corpus, specifications), or None without it.

    It is named by LILYDESK_SHARED; otherwise it is the folder `shared` beside the checkout.
    """
    named = os.environ.get("LILYDESK_SHARED")
    folder = Path(named) if named else ROOT.parent / "shared"
    return folder if folder.is_dir() else None


def need_shared(*parts: str) -> Path:
    """Return a path inside the shared folder; skip the test, with the reason, if it is absent."""
    folder = shared_folder()
    if folder is None:
        pytest.skip(
            "no shared folder: name one with LILYDESK_SHARED, or put it beside the checkout"
        )
    path = folder.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"the shared folder has no {'/'.join(parts)}")
    return path
