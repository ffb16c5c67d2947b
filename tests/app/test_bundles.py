from __future__ import annotations

from pathlib import Path

import pytest

from lilydesk.app.bundles import (
    Style,
    default_bundle_folder,
    find_bundle,
    list_bundles,
    load_styles,
    user_bundles_folder,
)
from lilydesk.errors import BundleError


@pytest.fixture
def own_bundles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    folder = user_bundles_folder()
    (folder / "LilyNota").mkdir(parents=True)
    (folder / "small.zip").write_bytes(b"")
    return folder


def test_the_built_in_bundle_comes_first(own_bundles: Path) -> None:
    assert [entry.name for entry in list_bundles()] == ["default", "LilyNota", "small"]


def test_a_bundle_is_found_by_name_and_by_path(own_bundles: Path, tmp_path: Path) -> None:
    assert find_bundle("") == find_bundle("default") == default_bundle_folder()
    assert find_bundle("LilyNota") == own_bundles / "LilyNota"
    assert find_bundle("small") == own_bundles / "small.zip"
    assert find_bundle(str(tmp_path)) == tmp_path


def test_an_unknown_bundle_is_told_with_the_nearest_name(own_bundles: Path) -> None:
    with pytest.raises(BundleError, match=r"no model “LilyNote”\. Did you mean “LilyNota”"):
        find_bundle("LilyNote")


def test_styles_of_the_bundle_come_before_the_published_ones(tmp_path: Path) -> None:
    (tmp_path / "styles.tsv").write_text(
        "period\tcomposer\tgenre\nModern\tNobody, Known\tKeyboard\nbroken line\n"
    )
    styles = load_styles(str(tmp_path))
    assert styles[0] == Style("Modern", "Nobody, Known", "Keyboard")
    assert Style("Romantic", "Schubert, Franz", "Art Song") in styles


def test_a_bundle_without_a_list_has_the_published_styles(tmp_path: Path) -> None:
    assert len(load_styles(str(tmp_path))) == 112
