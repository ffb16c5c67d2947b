"""`lilydesk` alone: the window, or the reason why there can be none."""

from __future__ import annotations

import os
import sys

from lilydesk.errors import LilyDeskError

SCREEN_NAMES = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def open_window(file_name: str | None) -> int:
    """Run the window until it is closed. Raises LilyDeskError without screen or libraries."""
    check_screen()
    try:
        from lilydesk.ui.main import run_app
    except ImportError as error:
        if ".so" not in str(error):
            raise
        raise LilyDeskError(
            f"A system library that the window needs is missing: {error}.",
            "In a checkout, “python3 dev.py run” installs it or says how.",
        ) from error
    return run_app([file_name] if file_name else [])


def check_screen() -> None:
    """Raise LilyDeskError where Qt would break off with a message for programmers."""
    if sys.platform.startswith("linux") and not any(os.environ.get(n) for n in SCREEN_NAMES):
        raise LilyDeskError(
            "There is no screen to open a window on (DISPLAY and WAYLAND_DISPLAY are not set).",
            "Start LilyDesk on a desktop, or see “lilydesk --help” for what works without one.",
        )
