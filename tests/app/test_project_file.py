"""The project file: score and takes together, and what is refused."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from lilydesk.app.files import new_text_file
from lilydesk.app.project_file import is_project, new_project, project_bytes, read_project
from lilydesk.app.session import Session
from lilydesk.composing.takes import Take, TakeKind, TakesBook
from lilydesk.errors import FileError
from lilydesk.lilylet.edits import TextEdit
from lilydesk.notation.span import Span

TEXT = "c4 d | e f |\n"
TAKE = Take("a", "", TakeKind.REGENERATE, TEXT, (TextEdit(Span(7, 10), "g g"),), n_measures=1)
BOOK = TakesBook().add([TAKE])


def write(path: Path, members: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "piece.lilydesk"


def test_a_project_comes_out_as_it_went_in(path: Path) -> None:
    score = new_text_file(path, TEXT)
    path.write_bytes(project_bytes(new_project(path, score, BOOK)))
    project = read_project(path)
    assert (project.score, project.takes, project.problem) == (score, BOOK, "")
    assert project_bytes(project) == path.read_bytes()


def test_the_score_in_it_is_a_plain_text(path: Path) -> None:
    path.write_bytes(project_bytes(new_project(path, new_text_file(path, TEXT), BOOK)))
    with zipfile.ZipFile(path) as archive:
        assert archive.read("score.lyl").decode() == TEXT
        assert set(archive.namelist()) == {"score.lyl", "takes.json", "session.json"}


def test_what_a_newer_program_put_in_stays(path: Path) -> None:
    session = json.dumps({"format": 1, "mood": "merry"})
    write(path, {"score.lyl": TEXT, "session.json": session, "mixer/levels.json": "{}"})
    project = read_project(path)
    path.write_bytes(project_bytes(project))
    again = read_project(path)
    assert again.session["mood"] == "merry"
    assert again.others == {"mixer/levels.json": b"{}"}


def test_broken_takes_leave_the_score_and_are_kept_aside(path: Path) -> None:
    write(path, {"score.lyl": TEXT, "takes.json": "{broken"})
    project = read_project(path)
    assert project.score.text == TEXT
    assert project.takes == TakesBook()
    assert "cannot be read" in project.problem
    path.write_bytes(project_bytes(project))
    assert read_project(path).others == {"takes-damaged.json": b"{broken"}


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"takes.json": "{}"}, "holds no score"),
        ({"score.lyl": TEXT, "../evil.lyl": "x"}, "outside its own folder"),
        ({"score.lyl": TEXT, "/etc/evil": "x"}, "outside its own folder"),
        ({"score.lyl": TEXT, "C:\\evil": "x"}, "outside its own folder"),
        ({"score.lyl": b"\xff\xfe"}, "not a UTF-8 text"),
        ({"score.lyl": TEXT, "session.json": '{"format": 99}'}, "newer LilyDesk"),
    ],
)
def test_a_project_that_is_none_is_refused(
    path: Path, members: dict[str, bytes | str], message: str
) -> None:
    with pytest.raises(FileError, match=message):
        read_project(write(path, members))


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x03\x04 cut off"])
def test_a_damaged_file_is_refused_with_a_sentence(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with pytest.raises(FileError, match="no project that can be read"):
        read_project(path)


def test_a_bomb_is_refused(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("score.lyl", TEXT)
        for number in range(9):
            archive.writestr(f"{number}", b"\0" * (16 * 1024**2))
    with pytest.raises(FileError, match="far too large"):
        read_project(path)


def test_projects_are_told_by_their_suffix() -> None:
    assert is_project(Path("a.lilydesk"))
    assert not is_project(Path("a.lyl"))


# -- in the session


@pytest.fixture
def session(qapp: object) -> Session:
    return Session()


def test_takes_are_saved_with_a_project_and_opened_again(session: Session, path: Path) -> None:
    session.set_text(TEXT)
    session.set_takes(BOOK)
    session.save_as(path)
    assert not session.is_modified
    other = Session()
    books: list[TakesBook] = []
    other.takes_replaced.connect(books.append)
    other.open(path)
    assert (other.text, other.takes, books) == (TEXT, BOOK, [BOOK])
    assert not other.is_modified
    assert not other.is_changed_on_disk
    session.shutdown()
    other.shutdown()


def test_new_names_of_takes_are_a_change_of_a_project(session: Session, path: Path) -> None:
    session.set_text(TEXT)
    session.save_as(path)
    session.set_takes(BOOK)
    assert session.is_modified
    session.save()
    session.set_takes(BOOK.rename("a", "best"))
    assert session.is_modified
    session.shutdown()


def test_takes_that_could_not_be_saved_count_as_unsaved(session: Session, tmp_path: Path) -> None:
    session.set_text(TEXT)
    session.set_takes(BOOK)
    with pytest.raises(FileError):
        session.save_as(tmp_path / "missing" / "piece.lilydesk")
    assert session.has_unsaved_takes
    session.shutdown()


def test_a_plain_text_stays_plain_and_its_takes_are_known_to_be_unsaved(
    session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "piece.lyl"
    session.set_text(TEXT)
    session.set_takes(BOOK)
    session.save_as(path)
    assert path.read_text(encoding="utf-8") == TEXT
    assert sorted(tmp_path.iterdir()) == [path]
    assert not session.is_modified
    assert session.has_unsaved_takes
    session.save_as(tmp_path / "piece.lilydesk")
    assert not session.has_unsaved_takes
    session.shutdown()


def test_another_piece_has_none_of_the_takes(session: Session, tmp_path: Path) -> None:
    session.set_takes(BOOK)
    session.start_new()
    assert len(session.takes) == 0
    session.shutdown()


def test_a_project_with_broken_takes_opens_and_says_so(session: Session, path: Path) -> None:
    said: list[str] = []
    session.takes_lost.connect(said.append)
    session.open(write(path, {"score.lyl": TEXT, "takes.json": "[]"}))
    assert session.text == TEXT
    assert len(said) == 1
    session.shutdown()


def test_line_ends_of_the_score_in_a_project_stay(session: Session, path: Path) -> None:
    session.open(write(path, {"score.lyl": "c4 |\r\nd |\r\n"}))
    session.set_text("c4 |\ne |\n")
    session.save()
    with zipfile.ZipFile(path) as archive:
        assert archive.read("score.lyl") == b"c4 |\r\ne |\r\n"
    session.shutdown()
