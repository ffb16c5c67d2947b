from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lilydesk.errors import DeviceError
from lilydesk.playback import Synth, find_sound_font, open_sound_output
from lilydesk.playback.audio_driver import ENVIRONMENT_NAME, AudioDriver
from tests.playback.music import need_sound


@pytest.fixture
def synth() -> Iterator[Synth]:
    need_sound()
    synth = Synth(find_sound_font())
    yield synth
    synth.close()


def test_no_sound_card_is_a_sentence_and_nothing_on_stderr(
    synth: Synth, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(DeviceError) as caught:
        AudioDriver(synth, ["no such driver", "oss"])
    assert caught.value.message.startswith("No sound card was found")
    assert "press Play again" in caught.value.hint
    assert capfd.readouterr() == ("", "")


def test_environment_names_the_driver(
    synth: Synth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT_NAME, "file")
    synth.set_option("audio.file.name", str(tmp_path / "heard.wav"))
    driver = AudioDriver(synth)
    driver.close()
    driver.close()
    assert (tmp_path / "heard.wav").exists()


def test_next_driver_is_tried_when_one_does_not_open(synth: Synth, tmp_path: Path) -> None:
    synth.set_option("audio.file.name", str(tmp_path / "heard.wav"))
    AudioDriver(synth, ["no such driver", "file"]).close()
    assert (tmp_path / "heard.wav").exists()


def test_opening_without_a_sound_card_frees_the_synthesiser_and_says_so() -> None:
    need_sound()
    with pytest.raises(DeviceError, match="No sound card"):
        open_sound_output(drivers=["no such driver"])
