"""The words that each command understands, and the sentence for those it does not."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal, NoReturn

from lilydesk import __version__
from lilydesk.cli.exit_status import WRONG_USAGE
from lilydesk.cli.note_arguments import add_limits, add_notes, voice_place
from lilydesk.cli.take_arguments import measure_range, n_takes
from lilydesk.errors import LilyDeskError

MOST_MEASURES = 999
MOST_SAMPLES = 100_000
LARGEST_SEED = 2**63 - 1


class Arguments(argparse.Namespace):
    """The parsed words. Which of them are set follows from `command`."""

    command: str
    style: tuple[str, str, str]  # period, composer, genre; "" leaves it to the model
    prefix: Path | None
    key: str
    time: str
    measures: int
    seed: int | None
    temperature: float
    top_p: float
    top_k: int
    unconstrained: bool
    takes: int
    passage: tuple[int, int]  # measures, from 1
    voices: list[tuple[int, int]]  # part and voice from 0
    along: Path | None
    lock: list[tuple[int, int]]  # part and voice from 0
    keeps: Literal["none", "rhythm", "pitches"]
    staves: tuple[int, ...]
    ranges: list[str]  # as they were written
    key_only: bool
    max_notes: int | None
    model: str
    input: Path
    output: Path
    files: list[Path]
    json: bool
    samples: int
    constrained: bool
    memorised_from: Path | None
    keep: Path | None
    report: Path | None
    what: str
    patches: int


class Parser(argparse.ArgumentParser):
    """An argument parser that answers wrong usage with one line."""

    def error(self, message: str) -> NoReturn:
        """Leave with the status for it."""
        self.exit(
            WRONG_USAGE,
            f"{self.prog}: {message.rstrip('.')}. Type “{self.prog} --help” for help.\n",
        )


def style(text: str) -> tuple[str, str, str]:
    """Read "Period / Composer / Genre", each of which may be empty or left out at the end."""
    parts = [" ".join(part.split()) for part in re.split(r"(?<!\S)/(?!\S)", text)]
    if len(parts) > 3:
        raise argparse.ArgumentTypeError(f"“{text}” has {len(parts)} parts, not three")
    period, composer, genre = [*parts, "", ""][:3]
    return period, composer, genre


def key(text: str) -> str:
    """Check a key such as "g minor"; empty leaves it to the model."""
    from lilydesk.composing.request import read_key_words

    return checked(text, read_key_words)


def time_signature(text: str) -> str:
    """Check a time signature such as "3/4"; empty leaves it to the model."""
    from lilydesk.composing.request import read_time_words

    return checked(text, read_time_words)


def checked(text: str, read: Callable[[str], object]) -> str:
    """Return the text that `read` understands; its complaint becomes one about usage."""
    try:
        read(text)
    except LilyDeskError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def n_measures(text: str) -> int:
    """Read how many measures to write."""
    number = whole_number(text)
    if not 1 <= number <= MOST_MEASURES:
        raise argparse.ArgumentTypeError(f"{number} is not between 1 and {MOST_MEASURES}")
    return number


def n_samples(text: str) -> int:
    """Read how many pieces to judge; 0 is none."""
    number = whole_number(text)
    if not 0 <= number <= MOST_SAMPLES:
        raise argparse.ArgumentTypeError(f"{number} is not between 0 and {MOST_SAMPLES}")
    return number


def seed(text: str) -> int:
    """Read a seed."""
    number = whole_number(text)
    if not 0 <= number <= LARGEST_SEED:
        raise argparse.ArgumentTypeError(f"{number} is not between 0 and {LARGEST_SEED}")
    return number


def temperature(text: str) -> float:
    """Read a temperature."""
    number = decimal_number(text)
    if not 0 < number <= 10:
        raise argparse.ArgumentTypeError(f"{text} is not above 0 and at most 10")
    return number


def top_p(text: str) -> float:
    """Read a share of the probability."""
    number = decimal_number(text)
    if not 0 < number <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not above 0 and at most 1")
    return number


def top_k(text: str) -> int:
    """Read how many tokens may be drawn; 0 is all of them."""
    number = whole_number(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{number} is less than 0")
    return number


def whole_number(text: str) -> int:
    """Read an int, or say in plain words that it is none."""
    try:
        return int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is not a whole number") from error


def decimal_number(text: str) -> float:
    """Read a finite float, or say in plain words that it is none."""
    try:
        number = float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number") from error
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"“{text}” is not a number")
    return number


def lilylet_file(text: str) -> Path:
    """Read the name of a file that will hold Lilylet."""
    path = Path(text)
    if path.suffix.lower() != ".lyl":
        raise argparse.ArgumentTypeError(
            f"“{text}” does not end in .lyl; “lilydesk convert” makes other formats of it"
        )
    return path


def make_parser() -> Parser:
    """Build the parser of the whole command line."""
    parser = Parser(
        prog="lilydesk",
        description="Compose with a model at your desk. Without a command, the window opens.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"LilyDesk {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    add_generate(commands)
    add_regenerate(commands)
    add_convert(commands)
    add_check(commands)
    add_eval(commands)
    add_bench(commands)
    # Listed for --help only: its own parser lives in the training room, beside PyTorch.
    commands.add_parser("train", help="train a model (needs PyTorch)", add_help=False)
    return parser


Commands = argparse._SubParsersAction  # argparse gives this type no public name


def add_generate(commands: Commands[Parser]) -> None:
    """`lilydesk generate`."""
    sentence = "Write a piece, or go on with your own measures."
    command = commands.add_parser("generate", help="write a piece", description=sentence)
    option = command.add_argument
    option("--prefix", type=Path, metavar="FILE.lyl", help="measures of your own to go on with")
    option("--key", type=key, default="", metavar='"g minor"', help="left out: the model chooses")
    option(
        "--time", type=time_signature, default="", metavar="3/4", help="left out: the model chooses"
    )
    option("--measures", type=n_measures, required=True, metavar="N", help="how many to write")
    add_sampling(command)
    option("--unconstrained", action="store_true",
           help="let the model write measures that are too long or too short")  # fmt: skip
    add_notes(command)
    option("--takes", type=n_takes, default=1, metavar="N",
           help="alternatives to write: the best to OUT.lyl, then OUT-2.lyl ...")  # fmt: skip
    add_model(command)
    option("-o", dest="output", type=lilylet_file, required=True, metavar="OUT.lyl",
           help="where to write it")  # fmt: skip


def add_regenerate(commands: Commands[Parser]) -> None:
    """`lilydesk regenerate`."""
    sentence = "Write measures of a piece anew, in several takes; all around them stays as it is."
    command = commands.add_parser("regenerate", help="rewrite measures", description=sentence)
    option = command.add_argument
    option("input", type=Path, metavar="IN.lyl")
    option("--measures", dest="passage", type=measure_range, required=True, metavar="5-8",
           help="which ones, counted from 1")  # fmt: skip
    option("--voices", type=voice_place, nargs="+", default=[], metavar="PART:VOICE",
           help="left out: all voices; counted from 1 in the order of the text")  # fmt: skip
    option("--keep", dest="keeps", choices=("none", "rhythm", "pitches"), default="none",
           help="what stays of these voices (default: none)")  # fmt: skip
    option("--takes", type=n_takes, default=4, metavar="N",
           help="alternatives: the best to OUT.lyl, then OUT-2.lyl ... (default: 4)")  # fmt: skip
    add_sampling(command)
    add_limits(command)
    add_model(command)
    option("-o", dest="output", type=lilylet_file, required=True, metavar="OUT.lyl",
           help="where to write the best")  # fmt: skip


def add_sampling(command: argparse.ArgumentParser) -> None:
    """Style, seed and how the model draws, which several commands share."""
    option = command.add_argument
    option("--style", type=style, default=("", "", ""), metavar='"PERIOD / COMPOSER / GENRE"',
           help="what to write in the style of; each part may be empty")  # fmt: skip
    option("--seed", type=seed, metavar="S", help="the same seed writes the same piece again")
    option("--temperature", type=temperature, default=1.0, metavar="T",
           help="below 1 plainer, above 1 more adventurous (default: 1)")  # fmt: skip
    option("--top-p", type=top_p, default=0.9, metavar="P",
           help="share of the probability to draw from (default: 0.9)")  # fmt: skip
    option("--top-k", type=top_k, default=0, metavar="K",
           help="number of tokens to draw from; 0, the default, is all")  # fmt: skip


def add_convert(commands: Commands[Parser]) -> None:
    """`lilydesk convert`."""
    sentence = "Turn a piece into another format, told by the suffix of OUT."
    command = commands.add_parser("convert", help="change the format", description=sentence)
    command.add_argument("--json", action="store_true", help="for tools: what was written, lost")
    command.add_argument("input", type=Path, metavar="IN.{lyl,abc,musicxml,mxl}")
    command.add_argument("output", type=Path, metavar="OUT.{lyl,mei,svg,mid,wav}")


def add_check(commands: Commands[Parser]) -> None:
    """`lilydesk check`."""
    sentence = "Print what is wrong, as file:line:column: severity: message. Errors give status 1."
    command = commands.add_parser("check", help="find errors", description=sentence)
    command.add_argument("--json", action="store_true", help="for tools: one JSON object a line")
    command.add_argument("files", type=Path, nargs="+", metavar="FILE.lyl")


def add_eval(commands: Commands[Parser]) -> None:
    """`lilydesk eval`."""
    sentence = "Print as JSON how well a model foretells pieces, and how good its own pieces are."
    command = commands.add_parser("eval", help="measure a model", description=sentence)
    add_model(command)
    option = command.add_argument
    option("--samples", type=n_samples, default=0, metavar="N",
           help="pieces to generate and judge (default: none)")  # fmt: skip
    option("--measures", type=n_measures, default=16, metavar="N", help="of each (default: 16)")
    option("--seed", type=seed, metavar="S", help="of the first; the others follow it")
    option("--constrained", action="store_true",
           help="guided and checked, as in the window; left out: the model alone")  # fmt: skip
    option("--memorised-from", type=Path, metavar="CORPUS",
           help="training texts in which to look for what the samples copy")  # fmt: skip
    option("--keep", type=Path, metavar="DIR", help="write the samples into this folder")
    option("--report", type=Path, metavar="FILE.html", help="write a page with pictures")
    option("files", type=Path, nargs="+", metavar="FILE.lyl")


def add_bench(commands: Commands[Parser]) -> None:
    """`lilydesk bench`."""
    sentence = (
        "Measure how fast a model writes and what it costs, and how long the first measure takes "
        "to the screen. In a checkout the published runtime's loop is measured beside it."
    )
    command = commands.add_parser("bench", help="measure this machine", description=sentence)
    command.add_argument(
        "what", nargs="?", choices=("all", "generation", "window"), default="all",
        help="writing only, or the window only",
    )  # fmt: skip
    add_model(command)
    command.add_argument("--patches", type=n_measures, default=24, metavar="N",
                         help="patches in each of the rounds")  # fmt: skip
    command.add_argument("--seed", type=seed, default=1, metavar="S",
                         help="of the piece in the window")  # fmt: skip
    command.add_argument("--json", action="store_true", help="for programs")


def add_model(command: argparse.ArgumentParser) -> None:
    """`--model`, which several commands share."""
    command.add_argument(
        "--model", default="default", metavar="NAME|DIR",
        help="a model by its name or folder (default: the built-in one)",
    )  # fmt: skip
