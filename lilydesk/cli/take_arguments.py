"""`lilydesk regenerate`'s words, and those for several takes."""

from __future__ import annotations

import argparse
import re

MOST_TAKES = 32


def measure_range(text: str) -> tuple[int, int]:
    """Read "5-8", or "5" for one measure; both from 1."""
    match = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?", text.strip())
    first = int(match[1]) if match else 0
    last = int(match[2] or match[1]) if match else 0
    if not 1 <= first <= last:
        raise argparse.ArgumentTypeError(f"“{text}” names no measures; write 5-8, or 5 for one")
    return first, last


def n_takes(text: str) -> int:
    """Read how many takes to write."""
    if not re.fullmatch(r"\d{1,2}", text) or not 1 <= int(text) <= MOST_TAKES:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number from 1 to {MOST_TAKES}")
    return int(text)
