"""`lilydesk generate` and `lilydesk eval`, with a bundle of fixed random weights."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from lilydesk.cli import main
from lilydesk.engines.fingerprints import FILE_NAME
from lilydesk.lilylet import parse_document
from tests.support import ROOT, TINY_BUNDLE

TINY = str(TINY_BUNDLE)
MINE = (
    "% my own comment, which stays\r\n"
    '\\staff "1" \\key g \\minor \\time 3/4 d\'4  g8 a bf4 \\\\\r\n'
    '\\staff "2" \\clef "bass" g,,2. |\r\n'
)


def generate(target: Path, *words: str) -> bytes:
    command = ["generate", "--model", TINY, "--measures", "2", "--seed", "3", "-o", str(target)]
    assert main([*command, *words]) == 0
    return target.read_bytes()


def test_a_new_piece_has_the_measures_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = generate(tmp_path / "out.lyl", "--key", "g minor", "--time", "3/4").decode()
    assert len(parse_document(text).document.measures) == 2
    printed = capsys.readouterr()
    assert printed.out.startswith("Wrote 2 measures to ")
    assert "(seed 3)" in printed.out
    assert printed.err == ""


def test_measures_are_full_unless_that_is_left_to_the_model(tmp_path: Path) -> None:
    for words, expected in (((), True), (("--unconstrained",), False)):
        text = generate(tmp_path / "out.lyl", "--time", "2/4", *words).decode()
        measures = parse_document(text).document.measures
        lengths = {voice.length for m in measures for voice in m.voices}
        assert (lengths == {2}) is expected


def test_the_style_heads_the_piece(tmp_path: Path) -> None:
    text = generate(tmp_path / "out.lyl", "--style", "Romantic / Schubert, Franz / ").decode()
    assert text.startswith("%Romantic\n%Schubert, Franz\n")


@pytest.mark.parametrize("words", [(), ("--takes", "2")])
def test_a_damaged_list_of_what_the_model_learned_is_told_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    bundle = tmp_path / "bundle"
    shutil.copytree(TINY, bundle)
    (bundle / FILE_NAME).write_bytes(b"nonsense")
    generate(tmp_path / "out.lyl", "--model", str(bundle), *words)
    assert capsys.readouterr().out.count("cannot be read. Copies") == 1


def test_the_same_seed_writes_the_same_piece(tmp_path: Path) -> None:
    first = generate(tmp_path / "first.lyl")
    assert generate(tmp_path / "second.lyl") == first
    assert generate(tmp_path / "other.lyl", "--seed", "4") != first


def test_a_seed_that_nobody_chose_is_shown_and_gives_the_same_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["generate", "--model", TINY, "--measures", "1", "-o", str(tmp_path / "out.lyl")]
    assert main(words) == 0
    seed = capsys.readouterr().out.rpartition("seed ")[2].rstrip(").\n")
    written = (tmp_path / "out.lyl").read_bytes()
    assert main([*words, "--seed", seed]) == 0
    assert (tmp_path / "out.lyl").read_bytes() == written


def test_the_composers_text_stays_byte_for_byte(tmp_path: Path) -> None:
    prefix = tmp_path / "mine.lyl"
    prefix.write_bytes(MINE.encode())
    written = generate(tmp_path / "out.lyl", "--prefix", str(prefix))
    assert written.startswith(MINE.encode())
    assert len(parse_document(written.decode()).document.measures) == 3
    assert prefix.read_bytes() == MINE.encode()


def test_a_piece_may_be_continued_into_its_own_file(tmp_path: Path) -> None:
    prefix = tmp_path / "mine.lyl"
    prefix.write_bytes(MINE.encode())
    assert generate(prefix, "--prefix", str(prefix)).startswith(MINE.encode())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--prefix", "none.lyl"], "does not exist"),
        (["-o", "no/such/folder/out.lyl"], "no/such/folder"),
        (["--model", str(ROOT / "docs")], "docs"),
    ],
)
def test_generate_fails_with_one_sentence(
    words: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["generate", "--model", TINY, "--measures", "1", "-o", str(tmp_path / "out.lyl")]
    assert main([*command, *words]) == 1
    printed = capsys.readouterr()
    assert sentence in printed.err
    assert len(printed.err.splitlines()) == 1


def test_eval_gives_bits_of_all_tokens_over_their_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [tmp_path / "one.lyl", tmp_path / "two.lyl"]
    for n_measures, path in enumerate(paths, start=1):
        path.write_text('\\staff "1" \\key c \\major \\time 2/4 c4 d |\n' * n_measures)
    assert main(["eval", "--model", TINY, *map(str, paths)]) == 0
    result = json.loads(capsys.readouterr().out)
    one, two = result["files"]
    assert one["file"] == str(paths[0])
    assert result["tokens"] == one["tokens"] + two["tokens"]
    assert result["patches"] == one["patches"] + two["patches"]
    mean = (one["bits"] + two["bits"]) / (one["tokens"] + two["tokens"])
    assert result["bits_per_token"] == pytest.approx(mean)
    assert 0 < result["bits_per_token"] < 40


def test_eval_of_a_missing_file_fails_before_the_model_is_opened(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["eval", "--model", TINY, "no-such-file.lyl"]) == 1
    assert "does not exist" in capsys.readouterr().err


def test_eval_measures_what_is_meant_not_how_it_is_spelt(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spellings = [
        '\\staff "1" \\key c \\major \\time 2/4 c4 d |\n',
        "\\key c \\major\n\n\\time 2/4   c4 d4 | % a remark",
    ]
    bits = []
    for number, text in enumerate(spellings):
        path = tmp_path / f"{number}.lyl"
        path.write_text(text)
        assert main(["eval", "--model", TINY, str(path)]) == 0
        bits.append(json.loads(capsys.readouterr().out)["bits"])
    assert bits[0] == bits[1]
