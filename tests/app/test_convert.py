from __future__ import annotations

from pathlib import Path

import pytest

from lilydesk.app.convert import convert_file
from lilydesk.errors import FileError
from lilydesk.lilylet import parse_document

TEXT = '[title "Étude"]\n\n\\staff "1" \\key g \\major \\time 3/4 d\'4 g,8 a b c |\n\ng4 a b |\n'


@pytest.fixture
def piece(tmp_path: Path) -> Path:
    path = tmp_path / "piece.lyl"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_mei_holds_every_note(piece: Path) -> None:
    (target,) = convert_file(piece, piece.with_suffix(".mei")).written
    assert target.read_text(encoding="utf-8").count("<note ") == 8


def test_svg_is_a_drawing(piece: Path) -> None:
    paths = convert_file(piece, piece.with_suffix(".svg")).written
    assert paths == (piece.with_suffix(".svg"),)
    assert paths[0].read_text(encoding="utf-8").lstrip().startswith(("<?xml", "<svg"))


def test_midi_is_a_midi_file(piece: Path) -> None:
    (target,) = convert_file(piece, piece.with_suffix(".mid")).written
    assert target.read_bytes().startswith(b"MThd")


def test_lilylet_comes_out_tidy_and_means_the_same(piece: Path) -> None:
    (target,) = convert_file(piece, piece.with_name("tidy.LYL")).written
    again = parse_document(target.read_text(encoding="utf-8"))
    assert again.diagnostics == ()
    assert len(again.document.measures) == 2


def test_a_broken_text_is_converted_as_far_as_it_goes(piece: Path) -> None:
    piece.write_text(TEXT + "c4 cis \\nonsense e |\n", encoding="utf-8")
    (target,) = convert_file(piece, piece.with_suffix(".mei")).written
    assert target.read_text(encoding="utf-8").count("<measure ") == 3


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("out.pdf", "ends in “.pdf”"), ("out", "has no suffix"), ("out.midi", "Did you mean .mid")],
)
def test_an_unknown_format_names_the_known_ones(piece: Path, name: str, sentence: str) -> None:
    with pytest.raises(FileError, match=sentence):
        convert_file(piece, piece.with_name(name))


def test_a_format_that_cannot_be_read_names_those_that_can(piece: Path) -> None:
    with pytest.raises(FileError, match=r"no format that can be read\. Choose \.lyl, \.abc"):
        convert_file(piece.rename(piece.with_suffix(".xyz")), piece.with_suffix(".mid"))


def test_sound_that_cannot_be_written_is_told_like_any_other_file(
    piece: Path, tmp_path: Path
) -> None:
    with pytest.raises(FileError, match=r"The folder “.*nowhere” does not exist"):
        convert_file(piece, tmp_path / "nowhere" / "song.wav")
