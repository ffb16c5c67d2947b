from __future__ import annotations

from pathlib import Path

import pytest

from lilydesk.app.settings import SETTINGS, Settings, load_settings


def test_what_was_put_is_there_after_saving(tmp_path: Path) -> None:
    path = tmp_path / "config" / "settings.json"
    settings, _ = load_settings(path)
    settings.put("n_measures", 24)
    settings.put("recent_files", ["a.lyl", "ü.lyl"])
    settings.save()
    again, problems = load_settings(path)
    assert again.count("n_measures") == 24
    assert again.items("recent_files") == ["a.lyl", "ü.lyl"]
    assert problems == []


def test_only_what_differs_from_the_defaults_is_written(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    Settings(path).save()
    assert path.read_text() == "{}\n"


def test_a_change_is_reported_once(qtbot: object) -> None:
    settings, names = Settings(), []
    settings.changed.connect(names.append)
    settings.put("composer", "Schubert, Franz")
    settings.put("composer", "Schubert, Franz")
    assert names == ["composer"]


@pytest.mark.parametrize(
    ("stored", "sentence"),
    [
        ("{", "cannot be read"),
        ("[]", "not a table"),
        ('{"temprature": 1}', "did you mean “temperature”?"),
        ('{"n_measures": "many"}', "cannot be 'many'; 16 is used"),
        ('{"n_measures": true}', "cannot be True; 16 is used"),
    ],
)
def test_a_damaged_file_gives_defaults_and_a_sentence(
    tmp_path: Path, stored: str, sentence: str
) -> None:
    path = tmp_path / "settings.json"
    path.write_text(stored)
    settings, problems = load_settings(path)
    assert settings.count("n_measures") == 16
    assert sentence in problems[0]


def test_every_setting_has_a_sentence_and_a_fitting_default() -> None:
    assert len({setting.name for setting in SETTINGS}) == len(SETTINGS)
    for setting in SETTINGS:
        assert setting.sentence.endswith(".")
        assert setting.accepts(setting.default)
