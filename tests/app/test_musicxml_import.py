"""MusicXML files become Lilylet texts and whatever else can be written."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from lilydesk.app.convert import convert_file
from lilydesk.app.imports import import_text, readable_suffixes
from lilydesk.errors import FileError

SCORE = (
    "<score-partwise><part-list><score-part id='P1'><part-name/></score-part></part-list>"
    "<part id='P1'><measure><attributes><divisions>1</divisions></attributes>"
    "<note><pitch><step>C</step><octave>4</octave></pitch><duration>4</duration></note>"
    "<figured-bass/></measure></part></score-partwise>"
)


@pytest.mark.parametrize("suffix", [".xml", ".musicxml", ".mxl"])
def test_a_musicxml_file_becomes_a_text_named_after_it(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"song{suffix}"
    if suffix == ".mxl":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("song.xml", SCORE)
    else:
        path.write_text(SCORE, "utf-8")
    imported = import_text(path)
    assert imported.text == "c1 | %1\n"
    assert imported.suggested_path == tmp_path / "song.lyl"
    assert imported.losses == ("Figured bass was left out (measure 1).",)
    assert suffix in readable_suffixes()


def test_each_note_of_a_converted_score_has_an_id_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "song.xml").write_text(SCORE, "utf-8")
    convert_file(tmp_path / "song.xml", tmp_path / "song.mei")
    assert 'xml:id="m0-n0"' in (tmp_path / "song.mei").read_text("utf-8")


def test_a_file_that_is_missing_or_no_score_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="does not exist"):
        import_text(tmp_path / "none.xml")
    (tmp_path / "page.xml").write_text("<html/>", "utf-8")
    with pytest.raises(FileError, match="no score"):
        import_text(tmp_path / "page.xml")
