"""`lilydesk generate`'s words for which notes may come, and for music to write along."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from lilydesk.errors import LilyDeskError

if TYPE_CHECKING:  # numpy comes with them, and reading words must be quick
    from lilydesk.composing import Along
    from lilydesk.engines import Constraints
    from lilydesk.engines.constraints import Keeps


def voice_place(text: str) -> tuple[int, int]:
    """Read "part:voice", both counted from 1."""
    match = re.fullmatch(r"(\d+):(\d+)", text.strip())
    if match is None or not int(match[1]) or not int(match[2]):
        raise argparse.ArgumentTypeError(
            f"“{text}” is no voice; write part and voice like 1:2, both counted from 1"
        )
    return int(match[1]) - 1, int(match[2]) - 1


def ranges(text: str) -> str:
    """Look whether these are ranges, such as "G3-C6" (middle C is C4) or "1:flute, 2:C2-E4"."""
    from lilydesk.composing.limits import read_ranges

    try:
        read_ranges(text)
    except LilyDeskError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def staves(text: str) -> tuple[int, ...]:
    """Read how many staves each part has: "2", or "1,2"."""
    if not re.fullmatch(r"[1-4](,[1-4])*", text):
        raise argparse.ArgumentTypeError(f"“{text}” is no number of staves; write 2, or 1,2")
    return tuple(map(int, text.split(",")))


def n_notes(text: str) -> int:
    """Read how many notes may sound together."""
    if not re.fullmatch(r"[1-9]\d?", text):
        raise argparse.ArgumentTypeError(f"“{text}” is not a number from 1 to 99")
    return int(text)


def add_notes(command: argparse.ArgumentParser) -> None:
    """The options for notes and for given music."""
    option = command.add_argument
    option("--along", type=Path, metavar="FILE.lyl",
           help="measures of your own to write along, one for each new one")  # fmt: skip
    option("--lock", type=voice_place, action="append", default=[], metavar="PART:VOICE",
           help="a voice of them that stays as it is; may be given again")  # fmt: skip
    option("--keep", dest="keeps", choices=("none", "rhythm", "pitches"), default="none",
           help="what stays of their other voices (default: none)")  # fmt: skip
    option("--staves", type=staves, default=(), metavar="N",
           help="staves that each part shall have; missing ones are written")  # fmt: skip
    add_limits(command)


def add_limits(command: argparse.ArgumentParser) -> None:
    """The options for which notes may come."""
    option = command.add_argument
    option("--range", dest="ranges", type=ranges, action="append", default=[],
           metavar="LOW-HIGH",
           help="notes of all staves, such as G3-C6, or of one: 1:G3-C6, or its instrument: "
                "1:flute; may be given again")  # fmt: skip
    option("--key-only", action="store_true", help="no notes outside the key signature")
    option("--max-notes", type=n_notes, metavar="N",
           help="how many notes may sound together on a staff")  # fmt: skip


def along_of(
    text: str | None, lock: list[tuple[int, int]], keeps: Keeps, n_staves: tuple[int, ...]
) -> Along | None:
    """The music to write along. Raises LilyDeskError where something of it is missing."""
    from lilydesk.composing import Along

    if text is None:
        if lock or keeps != "none" or n_staves:
            option = "--lock" if lock else "--keep" if keeps != "none" else "--staves"
            raise LilyDeskError(
                f"{option} is for writing to music that is there.",
                "Name its file with --along.",
            )
        return None
    return Along(text, frozenset(lock), keeps, n_staves)


def constraints_of(ranges: list[str], key_only: bool, max_notes: int | None) -> Constraints:
    """Which notes may come."""
    from lilydesk.composing.limits import read_limits

    return read_limits(",".join(ranges), key_only, max_notes or 0)


def head_of(text: str) -> str:
    """Headers and comments at the beginning of a text, for the piece that is written along it."""
    lines = text.splitlines(keepends=True)
    n_head = next(
        (i for i, line in enumerate(lines) if line.strip() and line.lstrip()[0] not in "%["),
        len(lines),
    )
    return "".join(lines[:n_head])
