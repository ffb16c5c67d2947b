from __future__ import annotations

from pathlib import Path

import pytest

from lilydesk.errors import DeviceError
from lilydesk.playback.sound_font import (
    ENVIRONMENT_NAME,
    check_is_sound_font,
    find_sound_font,
    standard_folders,
)
from tests.support import ROOT


@pytest.fixture(autouse=True)
def no_font_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENVIRONMENT_NAME, raising=False)


def font(folder: Path, name: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(b"RIFF\0\0\0\0sfbk")
    return path


def test_missing_sound_font_names_the_folders_and_what_to_type(tmp_path: Path) -> None:
    with pytest.raises(DeviceError) as caught:
        find_sound_font(folders=[tmp_path / "a", tmp_path / "b", tmp_path])
    sentence = f"No sound font was found in {tmp_path / 'a'}, {tmp_path / 'b'} and {tmp_path}."
    assert caught.value.message == sentence
    assert "apt install fluidr3mono-gm-soundfont" in caught.value.hint


def test_chosen_font_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT_NAME, str(font(tmp_path, "environment.sf2")))
    chosen = font(tmp_path, "chosen.sf2")
    assert find_sound_font(str(chosen)) == chosen


def test_environment_names_the_font(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = font(tmp_path, "environment.sf2")
    monkeypatch.setenv(ENVIRONMENT_NAME, str(named))
    assert find_sound_font(folders=[]) == named


def test_chosen_font_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match=r"gone\.sf2” does not exist"):
        find_sound_font(str(tmp_path / "gone.sf2"))


def test_better_font_of_a_folder_is_taken(tmp_path: Path) -> None:
    for name in ("Another.sf2", "TimGM6mb.sf2", "FluidR3_GM.sf2"):
        font(tmp_path, name)
    (tmp_path / "FluidR3Mono_GM.txt").write_text("not a font")
    assert find_sound_font(folders=[tmp_path]).name == "FluidR3_GM.sf2"


def test_earlier_folder_wins(tmp_path: Path) -> None:
    own = font(tmp_path / "own", "Small.sf3")
    font(tmp_path / "system", "FluidR3_GM.sf2")
    folders = [tmp_path / "none", tmp_path / "own", tmp_path / "system"]
    assert find_sound_font(folders=folders) == own


def test_resources_are_looked_at_first() -> None:
    assert standard_folders()[0] == ROOT / "resources"


def test_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "song.sf2"
    path.write_text("not a sound font at all")
    with pytest.raises(DeviceError, match=r"song\.sf2” is not a sound font"):
        check_is_sound_font(path)


def test_folder_is_not_a_sound_font(tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match="cannot be read"):
        check_is_sound_font(tmp_path)
