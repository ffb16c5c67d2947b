"""Several takes on the command line, with the tiny bundle."""

from __future__ import annotations

from pathlib import Path

import pytest

from lilydesk.cli.commands import main
from lilydesk.lilylet import parse_document
from tests.support import TINY_BUNDLE

TINY = str(TINY_BUNDLE)
TEXT = (
    '\\staff "1" \\key c \\major \\time 2/4 c\'4 d \\\\\r\n'
    '\\staff "2" \\clef "bass" c2 | %1\r\n\r\n'
    '\\staff "1" \\key c \\major \\time 2/4 e8[ d] c4 \\\\\r\n\\staff "2" <c e g>4 r | %2\r\n\r\n'
    '\\staff "1" \\key c \\major \\time 2/4 g\'4 e \\\\\r\n\\staff "2" c2 | %3\r\n'
)


@pytest.fixture
def piece(tmp_path: Path) -> Path:
    path = tmp_path / "piece.lyl"
    path.write_bytes(TEXT.encode())
    return path


def test_measures_are_written_anew_and_the_best_take_has_the_name(piece, tmp_path, capsys):
    out = tmp_path / "out.lyl"
    words = ["regenerate", str(piece), "--measures", "2", "--voices", "1:2", "--takes", "2"]
    assert main([*words, "--seed", "3", "--model", TINY, "-o", str(out)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.split(" (")[0] for line in told] == [
        f"Wrote {out}",
        f"Wrote {tmp_path / 'out-2.lyl'}",
    ]
    assert {line.split("seed ")[1][0] for line in told} == {"3", "4"}
    for path in (out, tmp_path / "out-2.lyl"):
        text = path.read_bytes().decode()
        begin = TEXT.index("<c e g>4 r")
        assert text.startswith(TEXT[: TEXT.rindex("\\staff", 0, begin)])
        assert text.endswith(TEXT[TEXT.index(" | %2") :])
    assert piece.read_bytes() == TEXT.encode()


def test_a_piece_is_written_in_several_takes(tmp_path, capsys):
    out = tmp_path / "new.lyl"
    words = ["generate", "--measures", "1", "--takes", "2", "--seed", "5", "--key", "g minor"]
    assert main([*words, "--model", TINY, "-o", str(out)]) == 0
    texts = [path.read_text() for path in (out, tmp_path / "new-2.lyl")]
    assert texts[0] != texts[1]
    assert all(len(parse_document(text).document.measures) == 1 for text in texts)
    assert "bits a token" in capsys.readouterr().out


@pytest.mark.parametrize("order", ["generate", "regenerate"])
def test_a_style_that_nobody_knows_is_told_and_written_all_the_same(order, piece, tmp_path, capsys):
    out = tmp_path / "out.lyl"
    words = [order] if order == "generate" else [order, str(piece)]
    words += ["--measures", "1", "--style", "Bogus / Shubert / ", "--seed", "1", "--model", TINY]
    assert main([*words, "-o", str(out)]) == 0
    told = capsys.readouterr().err
    assert "no period “Bogus”" in told
    assert "Did you mean “Schubert, Franz" in told
    assert out.exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--measures", "8-5"], "names no measures"),
        (["--measures", "x"], "names no measures"),
        (["--measures", "1", "--takes", "0"], "not a number from 1 to 32"),
        (["--measures", "1", "--voices", "2"], "no voice"),
    ],
)
def test_wrong_words_are_answered_with_one_line(piece, words, message, capsys):
    with pytest.raises(SystemExit):
        main(["regenerate", str(piece), *words, "-o", "x.lyl"])
    assert message in capsys.readouterr().err


def test_measures_that_are_not_there_are_named(piece, tmp_path, capsys):
    words = ["regenerate", str(piece), "--measures", "3-9", "--model", TINY]
    assert main([*words, "-o", str(tmp_path / "x.lyl")]) == 1
    assert "no measures 3 to 9" in capsys.readouterr().err
    assert not (tmp_path / "x.lyl").exists()
