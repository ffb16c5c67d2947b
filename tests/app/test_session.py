from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from lilydesk.app.session import Session
from lilydesk.errors import FileError

TEXT = '\\staff "1" c4 d e f |\n'


def test_a_change_is_read_after_a_short_pause(qtbot: QtBot) -> None:
    session = Session()
    with qtbot.waitSignal(session.parsed) as parsed:
        session.set_text(TEXT)
    assert len(parsed.args[0].document.measures) == 1


def test_whoever_cannot_wait_gets_the_newest_reading() -> None:
    session = Session()
    session.set_text(TEXT)
    assert len(session.current.document.measures) == 1
    session.set_text(TEXT + TEXT)
    assert len(session.current.document.measures) == 2
    session.shutdown()


def test_problems_have_line_and_column() -> None:
    session = Session()
    session.set_text(TEXT + "c4 cis e f |\n")
    problem = session.problems[0]
    assert (problem.line, problem.column) == (2, 4)
    session.shutdown()


def test_open_edit_save(tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "piece.lyl"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode())
    session = Session()
    with qtbot.waitSignal(session.text_replaced) as replaced:
        session.open(path)
    assert replaced.args == [TEXT]
    assert not session.is_modified
    session.set_text(TEXT + TEXT)
    assert session.is_modified
    session.save()
    assert not session.is_modified
    assert path.read_bytes() == (TEXT + TEXT).replace("\n", "\r\n").encode()
    session.shutdown()


def test_taking_every_change_back_leaves_nothing_to_save(tmp_path: Path) -> None:
    session = Session()
    session.set_text(TEXT)
    session.save_as(tmp_path / "piece.lyl")
    session.set_text(TEXT + "% more")
    session.set_text(TEXT)
    assert not session.is_modified
    session.shutdown()


def test_a_file_that_cannot_be_opened_leaves_the_session_as_it_was(tmp_path: Path) -> None:
    session = Session()
    session.set_text(TEXT)
    with pytest.raises(FileError):
        session.open(tmp_path / "nowhere.lyl")
    assert session.text == TEXT
    assert session.path is None
    session.shutdown()


def test_a_save_that_fails_leaves_something_to_save(tmp_path: Path) -> None:
    session = Session()
    session.set_text(TEXT)
    with pytest.raises(FileError):
        session.save_as(tmp_path)
    assert session.is_modified
    assert session.path is None
    session.shutdown()


def test_undo_brings_the_file_back_and_redo_puts_it_aside(tmp_path: Path) -> None:
    session, path = Session(), tmp_path / "piece.lyl"
    session.set_text(TEXT)
    session.save_as(path)
    session.forget_file()
    for text in ("c |", "c | d |"):
        session.set_text(text)
        assert session.path is None
    session.set_text(TEXT)  # the model may write the very same
    assert session.path is None
    session.set_text("c | d |")
    for _ in range(2):
        session.set_text(TEXT, is_undone=True)
        assert session.path == path
        assert not session.is_modified
        session.set_text("c | d |")
        assert session.path is None
        assert session.is_modified
    session.shutdown()


def test_another_file_takes_the_place_of_the_one_put_aside(tmp_path: Path) -> None:
    session, path = Session(), tmp_path / "other.lyl"
    session.set_text(TEXT)
    session.save_as(tmp_path / "piece.lyl")
    session.forget_file()
    session.set_text("c |")
    session.save_as(path)
    session.set_text(TEXT, is_undone=True)
    assert session.path == path
    assert session.is_modified
    session.shutdown()


def test_a_piece_without_its_file_is_unsaved_again(tmp_path: Path) -> None:
    session = Session()
    session.set_text(TEXT)
    session.save_as(tmp_path / "piece.lyl")
    session.forget_file()
    assert session.path is None
    assert session.is_modified
    session.shutdown()
