"""Words that are understood, and the one line for those that are not."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

import pytest

from lilydesk.cli import main
from lilydesk.cli.arguments import Arguments, make_parser, style


def parse(line: str) -> Arguments:
    return make_parser().parse_args(shlex.split(line), namespace=Arguments())


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Romantic / Schubert, Franz / Art Song", ("Romantic", "Schubert, Franz", "Art Song")),
        ("Romantic", ("Romantic", "", "")),
        ("/ Chopin, Frédéric", ("", "Chopin, Frédéric", "")),
        ("/ / Keyboard", ("", "", "Keyboard")),
        (" /  / ", ("", "", "")),
        ("", ("", "", "")),
        ("Romantic / A/B / x", ("Romantic", "A/B", "x")),
    ],
)
def test_a_style_has_three_parts_each_of_which_may_be_empty(
    text: str, parts: tuple[str, str, str]
) -> None:
    assert style(text) == parts


def test_a_style_of_four_parts_is_refused() -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="4 parts"):
        style("a / b / c / d")


def test_generate_needs_only_a_length_and_a_place() -> None:
    arguments = parse("generate --measures 16 -o out.lyl")
    assert arguments.measures == 16
    assert arguments.output == Path("out.lyl")
    assert (arguments.temperature, arguments.top_p, arguments.top_k) == (1.0, 0.9, 0)
    assert arguments.seed is None
    assert arguments.model == "default"


def test_generate_takes_everything_at_once() -> None:
    arguments = parse(
        "generate --style 'Romantic / Schubert, Franz / Art Song' --prefix a.lyl --key 'g minor' "
        "--time 3/4 --measures 4 --seed 7 --temperature 0.8 --top-p 0.5 --top-k 9 --model m "
        "-o b.lyl"
    )
    assert arguments.style == ("Romantic", "Schubert, Franz", "Art Song")
    assert (arguments.prefix, arguments.key, arguments.time) == (Path("a.lyl"), "g minor", "3/4")
    assert (arguments.seed, arguments.temperature) == (7, 0.8)
    assert (arguments.top_p, arguments.top_k, arguments.model) == (0.5, 9, "m")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("generate -o out.lyl", "the following arguments are required: --measures"),
        ("generate --measures 0 -o out.lyl", "0 is not between 1 and 999"),
        ("generate --measures many -o out.lyl", "“many” is not a whole number"),
        ("generate --measures 4 -o out.mid", "does not end in .lyl"),
        ("generate --measures 4 -o out.lyl --top-p 1.5", "1.5 is not above 0 and at most 1"),
        ("generate --measures 4 -o out.lyl --top-k -1", "-1 is less than 0"),
        ("generate --measures 4 -o out.lyl --temperature nan", "“nan” is not a number"),
        ("generate --measures 4 -o out.lyl --seed -3", "-3 is not between 0 and"),
        ("generate --measures 4 -o out.lyl --key 'h minor'", "“h minor” is no key"),
        ("generate --measures 4 -o out.lyl --time 3/5", "“3/5” is no time signature"),
        ("check", "the following arguments are required: FILE.lyl"),
        ("convert one.lyl", "the following arguments are required"),
        ("dance", "invalid choice: 'dance'"),
        ("--colour", "required: COMMAND"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(
    line: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(shlex.split(line))
    assert stopped.value.code == 2
    printed = capsys.readouterr()
    assert sentence in printed.err
    assert len(printed.err.splitlines()) == 1
    assert printed.out == ""


@pytest.mark.parametrize("command", ["generate", "convert", "check", "eval", "bench"])
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([command, "--help"])
    assert stopped.value.code == 0
    assert f"usage: lilydesk {command}" in capsys.readouterr().out
