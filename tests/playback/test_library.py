from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from lilydesk.errors import DeviceError
from lilydesk.playback.library import load_library
from tests.playback.music import need_sound
from tests.support import ROOT


@pytest.fixture
def fresh_library(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delitem(sys.modules, "fluidsynth", raising=False)
    load_library.cache_clear()
    yield
    load_library.cache_clear()


@pytest.mark.usefixtures("fresh_library")
def test_missing_library_says_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.util.find_library", lambda name: None)
    monkeypatch.delenv("HOMEBREW_PREFIX", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(DeviceError) as caught:
        load_library()
    assert caught.value.message == "The synthesiser FluidSynth is not installed on this computer."
    assert "apt install libfluidsynth3" in caught.value.hint


@pytest.mark.usefixtures("fresh_library")
def test_library_that_is_broken_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.util.find_library", lambda name: "libnothere.so.7")
    with pytest.raises(DeviceError, match="not installed"):
        load_library()


@pytest.mark.usefixtures("fresh_library")
def test_missing_package_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fluidsynth", None)
    with pytest.raises(DeviceError, match="pyfluidsynth"):
        load_library()


@pytest.mark.usefixtures("fresh_library")
def test_library_installed_later_is_found_by_the_next_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    need_sound()
    load_library.cache_clear()
    sys.modules.pop("fluidsynth", None)
    with monkeypatch.context() as patched:
        patched.setattr("ctypes.util.find_library", lambda name: None)
        with pytest.raises(DeviceError):
            load_library()
    assert load_library().api.Synth


def test_nothing_is_loaded_before_it_is_used() -> None:
    code = "import sys, lilydesk.playback; print({'fluidsynth', 'numpy'} & sys.modules.keys())"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout == "set()\n"
