"""A bundle as .zip: unpacked once, made anew where its copy is damaged, refused if it harms."""

from __future__ import annotations

import shutil
import stat
import zipfile
from pathlib import Path

import pytest

from lilydesk.engines import read_bundle
from lilydesk.engines.bundle import EMBEDDING
from lilydesk.errors import BundleError
from tests.support import TINY_BUNDLE


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return shutil.copytree(TINY_BUNDLE, tmp_path / "mine")


def pack(folder: Path, path: Path, inside: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, f"{inside}{file.relative_to(folder)}")
    return path


@pytest.mark.parametrize("inside", ["", "LilyNota/", "LilyNota/onnx/"])
def test_a_zip_is_the_same_bundle(bundle, tmp_path, inside):
    path = pack(bundle, tmp_path / "mine.zip", inside)
    found = read_bundle(path, tmp_path / "cache")
    assert found.name == "mine"
    assert found.hash == read_bundle(bundle).hash
    assert read_bundle(path, tmp_path / "cache").patch_graph == found.patch_graph


@pytest.mark.parametrize(
    "name", ["../escaped.txt", "/escaped.txt", "a/../../x", "..\\x", "C:/x", "."]
)
def test_zip_members_that_escape_are_refused(bundle, tmp_path, name):
    path = pack(bundle, tmp_path / "evil.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, "x")
    with pytest.raises(BundleError, match="outside its own folder"):
        read_bundle(path, tmp_path / "cache")
    assert not (tmp_path / "cache").exists() or not list((tmp_path / "cache").iterdir())


def test_a_link_in_a_zip_is_refused(bundle, tmp_path):
    path = pack(bundle, tmp_path / "evil.zip")
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc")
    with pytest.raises(BundleError, match="outside its own folder"):
        read_bundle(path, tmp_path / "cache")


def test_a_zip_bomb_is_refused(tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("wte.npy", bytes(20_000_000))
    with pytest.raises(BundleError, match=r"bomb.zip is far too large"):
        read_bundle(path, tmp_path / "cache")
    assert not list((tmp_path / "cache").iterdir())


def test_a_zip_of_thousands_of_files_is_refused(bundle, tmp_path):
    path = pack(bundle, tmp_path / "many.zip")
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(1000):
            archive.writestr(f"{number}", "")
    with pytest.raises(BundleError, match=r"many.zip is far too large"):
        read_bundle(path, tmp_path / "cache")


def test_a_damaged_copy_of_a_zip_is_made_anew(bundle, tmp_path):
    path, cache = pack(bundle, tmp_path / "mine.zip"), tmp_path / "cache"
    graph = read_bundle(path, cache).patch_graph
    graph.write_bytes(graph.read_bytes()[:-100])
    with pytest.raises(BundleError, match="cannot be used"):
        read_bundle(path, cache)
    assert read_bundle(path, cache).hash == read_bundle(bundle).hash


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_zip_of_another_kind_is_no_zip(bundle, tmp_path, method):
    path = tmp_path / "model.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.write(bundle / EMBEDDING, EMBEDDING)
    data = bytearray(path.read_bytes())
    data[100:200] = bytes(100)
    path.write_bytes(data)
    with pytest.raises(BundleError, match=r"model.zip is no .zip that can be read"):
        read_bundle(path, tmp_path / "cache")


def test_a_zip_with_names_that_are_no_text_is_no_zip(tmp_path):
    path = tmp_path / "model.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("schön", "x")
    path.write_bytes(path.read_bytes().replace("ö".encode(), b"\xff\xff"))
    with pytest.raises(BundleError, match=r"model.zip is no .zip that can be read"):
        read_bundle(path, tmp_path / "cache")


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04" + bytes(100)])
def test_a_file_that_is_no_zip_is_refused(tmp_path, content):
    path = tmp_path / "model.zip"
    path.write_bytes(content)
    with pytest.raises(BundleError, match=r"model.zip is no .zip that can be read"):
        read_bundle(path, tmp_path / "cache")


def test_a_damaged_zip_leaves_nothing_half_unpacked(bundle, tmp_path):
    path = pack(bundle, tmp_path / "model.zip")
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(BundleError, match=r"no \.zip"):
        read_bundle(path, tmp_path / "cache")
    assert not list((tmp_path / "cache").iterdir())
