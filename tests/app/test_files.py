from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lilydesk.app.files import (
    file_error,
    is_changed_on_disk,
    new_text_file,
    open_text_file,
    save_text_file,
    write_bytes,
)
from lilydesk.errors import FileError
from tests.support import ROOT


@pytest.mark.parametrize(
    "raw", [b"", b"c4 d |\n", b"\xef\xbb\xbfc4\r\nd |", b"c\r\nd\ne\rf", '[title "Süß"]\n'.encode()]
)
def test_an_untouched_text_is_written_back_byte_for_byte(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "piece.lyl"
    path.write_bytes(raw)
    file = open_text_file(path)
    save_text_file(file.with_text(file.text))
    assert path.read_bytes() == raw


def test_line_ends_and_byte_order_mark_stay_around_an_edit(tmp_path: Path) -> None:
    path = tmp_path / "piece.lyl"
    path.write_bytes(b"\xef\xbb\xbfc4\r\nd |\r\n")
    file = open_text_file(path)
    save_text_file(file.with_text(file.text + "e |\n"))
    assert path.read_bytes() == b"\xef\xbb\xbfc4\r\nd |\r\ne |\r\n"


def test_a_text_in_another_encoding_is_named_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "latin.lyl"
    path.write_bytes(b'c4 |\n[title "S\xfc\xdf"]')
    with pytest.raises(FileError, match="not a UTF-8 text: byte 15, in line 2"):
        open_text_file(path)


def test_a_folder_is_not_opened_as_a_text(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="is a folder"):
        open_text_file(tmp_path)
    with pytest.raises(FileError, match="is a folder"):
        save_text_file(new_text_file(tmp_path, "c4 |"))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"nowhere\.lyl” does not exist"):
        open_text_file(tmp_path / "nowhere.lyl")


def test_a_missing_folder_is_named_rather_than_the_file_in_it(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"The folder “.*nowhere” does not exist"):
        write_bytes(tmp_path / "nowhere" / "new.mid", b"")


def test_a_full_disk_is_told_in_plain_words() -> None:
    error = file_error(Path("piece.lyl"), OSError(errno.ENOSPC, "No space left on device"))
    assert str(error).startswith("“piece.lyl” does not fit on the disk, which is full.")


def test_a_write_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "piece.lyl"
    path.write_text("old")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match="which is full"):
        save_text_file(new_text_file(path, "new"))
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["piece.lyl"]


def test_a_change_by_another_program_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "piece.lyl"
    path.write_text("c4 |")
    file = open_text_file(path)
    assert not is_changed_on_disk(file)
    path.write_text("d4 |")
    assert is_changed_on_disk(file)
    path.unlink()
    assert not is_changed_on_disk(file)


def test_a_link_stays_a_link_and_modes_stay(tmp_path: Path) -> None:
    real, link = tmp_path / "real.lyl", tmp_path / "link.lyl"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    save_text_file(new_text_file(link, "new"))
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_name_that_is_too_long_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="too long a name"):
        write_bytes(tmp_path / ("n" * 300), b"c4")


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of a file's size")
def test_a_disk_that_takes_no_more_leaves_the_old_file(tmp_path: Path) -> None:
    script = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from lilydesk.app.files import write_bytes\n"
        "from lilydesk.errors import FileError\n"
        "path = Path(sys.argv[1])\n"
        "write_bytes(path, b'old')\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5, 5))\n"
        "try:\n"
        "    write_bytes(path, b'much more than that')\n"
        "except FileError as error:\n"
        "    assert 'larger than this disk takes' in error.message, error.message\n"
        "    raise SystemExit(7)\n"
    )
    path = tmp_path / "piece.lyl"
    done = subprocess.run([sys.executable, "-c", script, str(path)], cwd=ROOT, check=False)
    assert done.returncode == 7
    assert [one.name for one in tmp_path.iterdir()] == ["piece.lyl"]
    assert path.read_bytes() == b"old"
