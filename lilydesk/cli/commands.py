"""From the words of the command line to one command, and from its errors to an exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

from lilydesk.app.imports import readable_suffixes
from lilydesk.cli.arguments import Arguments, make_parser
from lilydesk.cli.exit_status import FAILED, INTERRUPTED
from lilydesk.errors import LilyDeskError

_OPENED_BY_NAME = (".lilydesk", *readable_suffixes())


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 well, 1 failed, 2 wrong usage.

    Wrong usage and --help leave by SystemExit, as argparse does.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        status = run_command(words)
        sys.stdout.flush()
    except LilyDeskError as error:
        print(f"lilydesk: {error}", file=sys.stderr)
        return FAILED
    except MemoryError:
        print("lilydesk: There is not enough memory. Close other programs.", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # `lilydesk check ... | head`: nobody listens any more, which is no fault.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return status


def run_command(words: list[str]) -> int:
    """Find the command and run it. Training has arguments of its own; a file opens the window."""
    if words[:1] == ["train"]:
        return train(words[1:])
    if not words or (len(words) == 1 and words[0].lower().endswith(_OPENED_BY_NAME)):
        return window(words)
    parser = make_parser()
    arguments = parser.parse_args(words, namespace=Arguments())
    return COMMANDS[arguments.command](arguments)


def window(words: list[str]) -> int:
    """Open the window, with a file if one was named."""
    from lilydesk.cli.window import open_window

    return open_window(words[0] if words else None)


def train(words: list[str]) -> int:
    """Hand the words to the training room, after a look whether PyTorch is here."""
    from lilydesk.cli.train import run_training

    return run_training(words)


def regenerate(arguments: Arguments) -> int:
    """Write measures anew."""
    from lilydesk.cli.takes import regenerate_measures

    return regenerate_measures(arguments)


def generate(arguments: Arguments) -> int:
    """Write a piece, or several takes of it."""
    if arguments.takes > 1:
        from lilydesk.cli.takes import generate_takes

        return generate_takes(arguments)
    from lilydesk.cli.generate import generate_piece

    return generate_piece(arguments)


def convert(arguments: Arguments) -> int:
    """Turn a piece into another format."""
    from lilydesk.cli.convert import convert_piece

    return convert_piece(arguments.input, arguments.output, as_json=arguments.json)


def check(arguments: Arguments) -> int:
    """Print what is wrong with pieces."""
    from lilydesk.cli.check import check_files

    return check_files(arguments.files, as_json=arguments.json)


def evaluate(arguments: Arguments) -> int:
    """Print how well a model foretells pieces, and how good its own are."""
    from lilydesk.cli.evaluate import evaluate_model

    return evaluate_model(arguments)


def bench(arguments: Arguments) -> int:
    """Print the figures a user can feel."""
    from lilydesk.cli.bench import run_benchmarks

    return run_benchmarks(
        arguments.what,
        arguments.model,
        arguments.patches,
        arguments.seed or 0,
        as_json=arguments.json,
    )


COMMANDS: dict[str, Callable[[Arguments], int]] = {
    "generate": generate,
    "regenerate": regenerate,
    "convert": convert,
    "check": check,
    "eval": evaluate,
    "bench": bench,
}
