"""A bundle as folder or .zip, whole or broken: one sentence for each fault."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from lilydesk.engines import open_engine, read_bundle
from lilydesk.engines.bundle import EMBEDDING, GEOMETRY, PATCH_GRAPH, TOKEN_GRAPH
from lilydesk.errors import BundleError
from tests.support import ROOT, TINY_BUNDLE


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return shutil.copytree(TINY_BUNDLE, tmp_path / "mine")


def pack(folder: Path, path: Path, inside: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, f"{inside}{file.relative_to(folder)}")
    return path


def change_geometry(bundle: Path, **values: object) -> None:
    path = bundle / GEOMETRY
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_a_folder_is_read(bundle):
    found = read_bundle(bundle)
    assert found.name == "mine"
    assert found.embedding.shape == (found.geometry.vocab, found.geometry.hidden)
    assert found.geometry.context == 1024


def test_the_graphs_may_lie_in_a_folder_called_onnx(bundle):
    (bundle / "onnx").mkdir()
    for name in (PATCH_GRAPH, TOKEN_GRAPH):
        shutil.move(bundle / name, bundle / "onnx" / name)
    assert read_bundle(bundle).patch_graph == bundle / "onnx" / PATCH_GRAPH


@pytest.mark.parametrize("inside", ["", "LilyNota/", "LilyNota/onnx/"])
def test_a_zip_is_the_same_bundle(bundle, tmp_path, inside):
    path = pack(bundle, tmp_path / "mine.zip", inside)
    found = read_bundle(path, tmp_path / "cache")
    assert found.name == "mine"
    assert found.hash == read_bundle(bundle).hash
    assert read_bundle(path, tmp_path / "cache").patch_graph == found.patch_graph


def test_the_hash_tells_bundles_apart(bundle):
    before = read_bundle(bundle).hash
    table = np.load(bundle / EMBEDDING)
    np.save(bundle / EMBEDDING, table + 1)
    assert read_bundle(bundle).hash != before


@pytest.mark.parametrize("name", ["tokenizer.json", "lilylet-tokenizer.json"])
def test_a_bundle_may_bring_its_own_vocabulary(bundle, name):
    (bundle / "tokenizer.json").unlink(missing_ok=True)
    entry = {"id": 9, "type": "byte", "token": "x", "text": "x"}
    (bundle / name).write_text(json.dumps({"vocab": [entry]}))
    assert read_bundle(bundle).tokenizer.encode("x") == [9]


def test_a_foreign_vocabulary_is_refused_by_the_engine(bundle):
    (bundle / "tokenizer.json").write_text('{"vocab": []}')
    (bundle / "tokenizer.json").write_text(
        '{"vocab": [{"id": 9, "type": "byte", "token": "x", "text": "x"}]}'
    )
    with pytest.raises(BundleError, match="cannot write Lilylet"):
        open_engine(bundle)


@pytest.mark.parametrize("text", ["\n", "c", "4", "'"])
def test_a_vocabulary_that_lacks_a_token_is_refused_by_the_engine(bundle, text):
    data = json.loads((bundle / "tokenizer.json").read_text())
    data["vocab"] = [entry for entry in data["vocab"] if entry["text"] != text]
    (bundle / "tokenizer.json").write_text(json.dumps(data))
    with pytest.raises(BundleError, match="cannot write Lilylet"):
        open_engine(bundle)


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"vocab": [{"id": 2, "type": "x", "text": "|"}]}']
)
def test_a_vocabulary_that_makes_no_sense_is_refused(bundle, text):
    (bundle / "tokenizer.json").write_text(text)
    with pytest.raises(BundleError, match=r"tokenizer.json cannot be used"):
        read_bundle(bundle)


def test_without_vocabulary_the_standard_one_serves(bundle):
    (bundle / "tokenizer.json").unlink(missing_ok=True)
    assert read_bundle(bundle).tokenizer.encode("\\staff") == [170]


@pytest.mark.parametrize("name", [GEOMETRY, EMBEDDING, PATCH_GRAPH, TOKEN_GRAPH])
def test_a_missing_file_is_named(bundle, name):
    (bundle / name).unlink()
    with pytest.raises(BundleError, match=f"the file {name} is missing"):
        read_bundle(bundle)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BundleError, match=r"no model bundle at .*nowhere"):
        read_bundle(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "nonsense",
        '{"patch_size": -1}',
        '{"patch_size": "16"}',
        "\x00",
        "[" * 100_000,
    ],
)
def test_a_geometry_that_makes_no_sense_is_refused(bundle, text):
    (bundle / GEOMETRY).write_text(text)
    with pytest.raises(BundleError, match=r"geometry.json cannot be used"):
        read_bundle(bundle)


def test_a_context_without_room_for_a_measure_is_refused(bundle):
    change_geometry(bundle, context=2)
    with pytest.raises(BundleError, match="a context of 2 patches is too short"):
        read_bundle(bundle)


def test_other_special_tokens_are_refused(bundle):
    change_geometry(bundle, eos_id=7)
    with pytest.raises(BundleError, match="special tokens"):
        read_bundle(bundle)


def test_an_embedding_of_another_size_is_refused(bundle):
    np.save(bundle / EMBEDDING, np.zeros((3, 4), dtype=np.float32))
    with pytest.raises(BundleError, match="3 × 4"):
        read_bundle(bundle)


@pytest.mark.parametrize(
    "table",
    [
        np.zeros((256, 32), dtype=np.float64),
        np.full((256, 32), np.nan, dtype=np.float32),
        np.array([object()]),
    ],
)
def test_an_embedding_that_is_no_table_of_numbers_is_refused(bundle, table):
    np.save(bundle / EMBEDDING, table, allow_pickle=True)
    with pytest.raises(BundleError, match=r"wte.npy cannot be used"):
        read_bundle(bundle)


@pytest.mark.parametrize("name", [EMBEDDING, PATCH_GRAPH, TOKEN_GRAPH])
@pytest.mark.parametrize("share", [0, 0.01, 0.5, 0.999])
def test_a_truncated_file_is_named(bundle, name, share):
    data = (bundle / name).read_bytes()
    (bundle / name).write_bytes(data[: int(len(data) * share)])
    with pytest.raises(BundleError, match=f"{name} cannot be used"):
        read_bundle(bundle)


def test_a_graph_of_noise_is_refused(bundle):
    noise = np.random.default_rng(1).integers(0, 256, 5000, dtype=np.uint8)
    (bundle / PATCH_GRAPH).write_bytes(noise.tobytes())
    with pytest.raises(BundleError, match=PATCH_GRAPH):
        open_engine(bundle)


def test_a_graph_that_is_another_one_is_refused(bundle):
    shutil.copy(bundle / PATCH_GRAPH, bundle / TOKEN_GRAPH)
    with pytest.raises(BundleError, match=r"not the graph that geometry\.json describes"):
        open_engine(bundle)


def test_a_geometry_of_another_depth_is_refused(bundle):
    level = json.loads((bundle / GEOMETRY).read_text())["patch"]
    change_geometry(bundle, patch=level | {"n_layers": level["n_layers"] + 1})
    with pytest.raises(BundleError, match=r"not the graph that geometry\.json describes"):
        open_engine(bundle)


def test_a_geometry_of_another_width_is_refused(bundle):
    level = json.loads((bundle / GEOMETRY).read_text())["patch"]
    change_geometry(bundle, patch=level | {"head_dim": level["head_dim"] * 2})
    with pytest.raises(BundleError, match=r"not the graph|failed while"):
        open_engine(bundle).score_text("\\key c \\major \\time 2/4 c2 |\n")


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000, 32), }\n",
        f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({2**63 - 1}, {2**63 - 1}), }}\n",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (True, 32), }\n",
        "(" * 3000,
    ],
)
def test_a_size_that_the_embedding_only_claims_is_refused(bundle, header):
    data = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode()
    (bundle / EMBEDDING).write_bytes(data + bytes(100))
    with pytest.raises(BundleError, match=r"wte.npy cannot be used"):
        read_bundle(bundle)


def test_a_graph_of_endless_depth_is_refused(bundle):
    def field(number: int, content: bytes) -> bytes:
        length, rest = b"", len(content)
        while rest > 127:
            length, rest = length + bytes([rest & 127 | 128]), rest >> 7
        return bytes([number << 3 | 2]) + length + bytes([rest]) + content

    graph = b""
    for _ in range(3000):
        graph = field(1, field(5, field(6, graph)))  # in a node, in an attribute: a graph
    (bundle / PATCH_GRAPH).write_bytes(field(7, graph))
    with pytest.raises(BundleError, match=f"{PATCH_GRAPH} cannot be used"):
        read_bundle(bundle)


def test_a_folder_that_may_not_be_read_is_named(bundle, monkeypatch):
    def denied(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", denied)
    with pytest.raises(BundleError, match=r"mine cannot be read: Permission denied"):
        read_bundle(bundle)


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
@pytest.mark.parametrize("room_mb", [3, 16, 30])
def test_a_machine_without_memory_says_so(room_mb):
    script = f"""
import resource, sys, onnxruntime, lilydesk.engines.lilynota
from pathlib import Path
from lilydesk.engines import GenerationRequest, open_engine
from lilydesk.errors import BundleError
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + {room_mb} * 2**20,) * 2)
measure = '\\\\key c \\\\major \\\\time 2/4 c4 d8[ e] |\\n'
try:
    engine = open_engine(Path({str(ROOT / "resources/default-bundle")!r}))
    request = GenerationRequest(1, measures_text=(measure,) * 400, seed=1)
    list(engine.generate(request, lambda: False))
except BundleError as error:
    print(error.message)
"""
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ended.stdout, ended.returncode) == (
        "There is not enough memory for this model.\n", 0
    ), ended.stderr  # fmt: skip


def put_weights_into(bundle: Path, location: str) -> None:
    import onnx

    path = bundle / PATCH_GRAPH
    model = onnx.load(path)
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=location)
    path.write_bytes(model.SerializeToString())


@pytest.mark.parametrize(
    ("location", "shown"), [("../../passwords", "../../passwords"), ("a\0b\x1b[2J", r"a\?b\?\[2J")]
)
def test_weights_outside_the_folder_are_refused(bundle, location, shown):
    put_weights_into(bundle, location)
    with pytest.raises(BundleError, match=rf"outside its folder \({shown}\)"):
        read_bundle(bundle)


def test_the_hash_counts_weights_in_files_of_their_own(bundle):
    put_weights_into(bundle, "weights.bin")
    with pytest.raises(BundleError, match=r"“weights.bin” that belongs to it is missing"):
        read_bundle(bundle)
    (bundle / "weights.bin").write_bytes(b"one")
    before = read_bundle(bundle).hash
    (bundle / "weights.bin").write_bytes(b"two")
    assert read_bundle(bundle).hash != before


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
