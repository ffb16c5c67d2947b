"""The text outlives the process: what was not saved is there at the next start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lilydesk.app.messages import Message, Messages
from lilydesk.app.project_file import read_project
from lilydesk.app.recovery import Recovery
from lilydesk.app.session import Session
from lilydesk.composing.takes import Take, TakeKind, TakesBook
from lilydesk.lilylet.edits import TextEdit
from lilydesk.notation.span import Span
from tests.support import ROOT, TINY_BUNDLE

MINE = '[title "Mine"]\n\n\\time 2/4 c\'4 d |\n'

BOOK = TakesBook().add(
    [Take("a", "", TakeKind.CONTINUE, MINE, (TextEdit(Span(len(MINE), len(MINE)), "e |"),))]
)

CRASHING_PROGRAM = """
import ctypes, sys
from PySide6.QtCore import QCoreApplication
from lilydesk.app.compose_runner import ComposeChoices
from lilydesk.app.program import Program
from lilydesk.app.settings import Settings
from lilydesk.engines import lilynota
from lilydesk.engines.session import CachedGraph, Graphs

class Crashing(CachedGraph):
    def run(self, rows):
        ctypes.string_at(0)  # reads where nothing is: the process ends as with a native crash

def open_crashing(bundle, *_, **__):
    level = bundle.geometry
    return Graphs(
        Crashing(bundle.patch_graph, level.patch, "patches", "hidden"),
        Crashing(bundle.token_graph, level.token, "inputs_embeds", "logits"),
    )

lilynota.open_graphs = open_crashing
app = QCoreApplication([])
program = Program(Settings(None))
program.recovery.start()
program.session.set_text(sys.argv[1])
program.composer.start(ComposeChoices(bundle=sys.argv[2], n_measures=1), sys.argv[1])
program.composer.finished.connect(lambda *_: app.quit())
app.exec()
"""


class Place:
    """A session with its recovery, as a program has them."""

    def __init__(self, folder: Path) -> None:
        self.session = Session()
        self.messages = Messages()
        self.shown: list[Message] = []
        self.messages.shown.connect(self.shown.append)
        self.recovery = Recovery(folder, self.session, self.messages)
        self.recovery.start()

    def die(self) -> None:
        """End as if the process were gone: the lock is free, the copy is left."""
        self.recovery._pause.stop()
        assert self.recovery._lock is not None
        self.recovery._lock.unlock()
        self.recovery._lock = None
        self.session.shutdown()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "recovery"


@pytest.fixture
def place(qapp, folder: Path) -> Iterator[Place]:
    place = Place(folder)
    yield place
    place.session.shutdown()
    place.recovery.shutdown()


def left_by(folder: Path, text: str, path: Path | None = None) -> None:
    gone = Place(folder)
    if path is not None:
        gone.session.open(path)
    gone.session.set_text(text)
    gone.recovery.keep_now()
    gone.die()


def copies(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json"))


@pytest.mark.skipif(sys.platform == "win32", reason="another way to crash")
def test_a_native_crash_in_inference_does_not_lose_the_text(place, tmp_path):
    environment = os.environ | {"XDG_CONFIG_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    ended = subprocess.run(
        [sys.executable, "-c", CRASHING_PROGRAM, MINE, str(TINY_BUNDLE)],
        cwd=ROOT, env=environment, timeout=120, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == -signal.SIGSEGV, ended.stderr
    next_start = Place(tmp_path / "lilydesk" / "recovery")
    next_start.recovery.take_back(into_session=True)
    assert next_start.session.text == MINE
    assert next_start.session.is_modified
    assert "your text is back" in next_start.shown[0].text
    next_start.session.shutdown()
    next_start.recovery.shutdown()


def test_a_change_is_kept_after_a_pause(place, folder, qtbot):
    place.session.set_text(MINE)
    qtbot.waitUntil(lambda: len(copies(folder)) == 1)


def test_a_saved_text_needs_no_copy(place, folder, tmp_path):
    place.session.set_text(MINE)
    place.recovery.keep_now()
    assert len(copies(folder)) == 1
    place.session.save_as(tmp_path / "mine.lyl")
    assert copies(folder) == []


def test_a_program_that_ends_as_it_should_leaves_nothing(folder, place):
    other = Place(folder)
    other.session.set_text(MINE)
    other.recovery.keep_now()
    other.session.shutdown()
    other.recovery.shutdown()
    assert list(folder.iterdir()) == [place.recovery._file.with_suffix(".lock")]


def test_what_a_running_program_keeps_is_left_alone(place, folder):
    other = Place(folder)
    other.session.set_text(MINE)
    other.recovery.keep_now()
    place.recovery.take_back(into_session=True)
    assert place.session.text == ""
    assert len(copies(folder)) == 1
    other.session.shutdown()
    other.recovery.shutdown()


def test_a_text_comes_back_with_its_file(place, folder, tmp_path):
    path = tmp_path / "mine.lyl"
    path.write_text("c4 |\n")
    left_by(folder, MINE, path)
    place.recovery.take_back(into_session=True)
    assert (place.session.text, place.session.path) == (MINE, path)
    place.session.save()
    assert path.read_text() == MINE
    assert copies(folder) == []


def test_a_file_that_is_gone_leaves_a_piece_without_a_name(place, folder, tmp_path):
    path = tmp_path / "mine.lyl"
    path.write_text("c4 |\n")
    left_by(folder, MINE, path)
    path.unlink()
    place.recovery.take_back(into_session=True)
    assert (place.session.text, place.session.path) == (MINE, None)
    assert place.session.is_modified


def test_the_newest_comes_back_and_others_are_put_aside(place, folder):
    for number in range(2):
        left_by(folder, f"{MINE}%{number}\n")
        os.utime(copies(folder)[-1])
    for age, file in enumerate(sorted(copies(folder), key=lambda file: "%0" in file.read_text())):
        os.utime(file, (1000 - age, 1000 - age))
    place.recovery.take_back(into_session=True)
    assert place.session.text.endswith("%1\n")
    (rescued,) = (folder.parent / "rescued").iterdir()
    assert rescued.read_text().endswith("%0\n")
    assert str(rescued) in place.shown[1].hint
    assert len(copies(folder)) == 1  # this program's own


def test_beside_a_file_that_is_opened_the_text_is_put_aside(place, folder):
    left_by(folder, MINE)
    place.recovery.take_back(into_session=False)
    assert place.session.text == ""
    assert len(list((folder.parent / "rescued").iterdir())) == 1
    assert copies(folder) == []


def test_a_copy_that_cannot_be_read_is_passed_over(place, folder):
    (folder / "broken.json").write_text("{")
    place.recovery.take_back(into_session=True)
    assert (place.session.text, place.shown) == ("", [])


def test_a_text_that_no_file_could_hold_is_kept_all_the_same(place, folder):
    left_by(folder, MINE + "\ud800")
    place.recovery.take_back(into_session=True)
    assert place.session.text == MINE + "\ud800"


def test_a_disk_that_cannot_be_written_disturbs_nobody(qapp, tmp_path):
    (tmp_path / "file").write_text("")
    place = Place(tmp_path / "file" / "recovery")
    place.session.set_text(MINE)
    place.recovery.keep_now()
    place.recovery.take_back(into_session=True)
    assert place.session.text == MINE
    place.session.shutdown()
    place.recovery.shutdown()


def test_takes_come_back_with_the_text(place, folder):
    gone = Place(folder)
    gone.session.set_text(MINE)
    gone.session.set_takes(BOOK)
    gone.recovery.keep_now()
    gone.die()
    place.recovery.take_back(into_session=True)
    assert (place.session.text, place.session.takes) == (MINE, BOOK)
    assert place.session.has_unsaved_takes


def test_takes_that_are_put_aside_become_a_project(place, folder):
    gone = Place(folder)
    gone.session.set_text(MINE)
    gone.session.set_takes(BOOK)
    gone.recovery.keep_now()
    gone.die()
    place.recovery.take_back(into_session=False)
    (rescued,) = (folder.parent / "rescued").iterdir()
    project = read_project(rescued)
    assert (project.score.text, project.takes) == (MINE, BOOK)
