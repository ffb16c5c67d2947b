from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lilydesk.app.familiar import familiar_problem, familiar_sentence
from lilydesk.engines.fingerprints import FILE_NAME, Fingerprints, notes_alone
from lilydesk.lilylet import parse_document, write_document

TUNE = "\\time 2/4 c4 d |\ne f |\ng a |\nb c |\n"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    learned = {"Franck (song 1)": write_document(parse_document(TUNE).document)}
    (tmp_path / FILE_NAME).write_bytes(Fingerprints.of(learned, notes_alone).to_bytes())
    return tmp_path


def test_a_piece_learned_by_heart_is_named(bundle: Path) -> None:
    assert familiar_sentence(bundle, TUNE, 0, 4) == (
        "Measures 1 to 4 follow Franck (song 1) for 4 measures, up to its measure 4."
    )


def test_what_the_composer_wrote_is_not_held_against_the_model(bundle: Path) -> None:
    assert familiar_sentence(bundle, TUNE, 2, 2) == ""


def test_a_zipped_bundle_tells_it_too(
    bundle: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    archive = tmp_path_factory.mktemp("zip") / "model"
    zipped = shutil.make_archive(str(archive), "zip", bundle.parent, bundle.name)
    assert "Franck (song 1)" in familiar_sentence(Path(zipped), TUNE, 0, 4)


def test_a_bundle_without_fingerprints_tells_nothing(tmp_path: Path) -> None:
    assert familiar_sentence(tmp_path, TUNE, 0, 4) == ""
    assert familiar_problem(tmp_path) == ""


def test_damaged_fingerprints_stop_nobody_from_composing(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"nonsense")
    assert familiar_sentence(tmp_path, TUNE, 0, 4) == ""
    assert "go unnoticed" in familiar_problem(tmp_path)
