from __future__ import annotations

from pathlib import Path

import pytest

from lilydesk.app.messages import CrashReport, Message, Messages, RescueHook, Tone
from lilydesk.errors import FileError


def test_an_error_of_the_world_becomes_a_message() -> None:
    messages, shown = Messages(), []
    messages.shown.connect(shown.append)
    messages.report(FileError("It is a folder.", "Choose a file."))
    assert shown == [Message("It is a folder.", "Choose a file.", Tone.ERROR)]


def answer(tmp_path: Path, text: str, error: Exception) -> tuple[list[CrashReport], list[Message]]:
    messages = Messages()
    hook = RescueHook(
        tmp_path / "rescued", lambda: (".lyl", text.encode("utf-8", "surrogatepass")), messages
    )
    reports: list[CrashReport] = []
    shown: list[Message] = []
    hook.crashed.connect(reports.append)
    messages.shown.connect(shown.append)
    hook.on_exception(type(error), error, error.__traceback__)
    return reports, shown


def test_a_fault_of_ours_saves_the_text_before_it_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reports, _ = answer(tmp_path, "c4 é |", KeyError("ours"))
    assert reports[0].rescued is not None
    assert reports[0].rescued.read_text(encoding="utf-8") == "c4 é |"
    assert "KeyError" in reports[0].trace
    assert "KeyError" in capsys.readouterr().err


def test_an_empty_text_leaves_no_rescue_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reports, _ = answer(tmp_path, " \n", KeyError("ours"))
    assert reports[0].rescued is None
    assert list(tmp_path.iterdir()) == []
    capsys.readouterr()


def test_an_uncaught_error_of_the_world_is_only_a_message(tmp_path: Path) -> None:
    reports, shown = answer(tmp_path, "c4 |", FileError("No disk."))
    assert reports == []
    assert shown[0].text == "No disk."
