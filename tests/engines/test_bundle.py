"""A bundle as folder or .zip, whole or broken: one sentence for each fault."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
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
