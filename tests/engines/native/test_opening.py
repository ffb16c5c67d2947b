"""Packed weights are kept, checked, and made anew; whatever is missing, onnxruntime stands in."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest

from lilydesk.engines import read_bundle
from lilydesk.engines.native import opening
from lilydesk.engines.native.compiling import Kernels
from lilydesk.engines.native.decoder import NativeGraph
from lilydesk.engines.session import CachedGraph, open_graphs
from lilydesk.errors import BundleError
from tests.support import TINY_BUNDLE

IDS = np.random.default_rng(1).integers(3, 250, (1, 4, 16))


@pytest.fixture(scope="module", autouse=True)
def compiled(tmp_path_factory):
    with Kernels(tmp_path_factory.mktemp("code")) as kernels:
        if not kernels.load():
            pytest.skip("no instructions for compiled decoders on this processor")


@pytest.fixture
def prepared(monkeypatch) -> list[str]:
    """The levels that were prepared, as they come."""
    levels = []
    prepare = opening._prepare

    def counting(bundle, level, *folders):
        levels.append(level.name)
        return prepare(bundle, level, *folders)

    monkeypatch.setattr(opening, "_prepare", counting)
    return levels


def hidden(cache: Path):
    graphs = open_graphs(read_bundle(TINY_BUNDLE), cache)
    assert isinstance(graphs.patch, NativeGraph)
    return graphs.patch.run(IDS)


def entries(cache: Path) -> list[Path]:
    return [path.parent for path in cache.glob("native/*/checksums.json")]


def test_a_bundle_is_prepared_once(tmp_path, prepared):
    first = hidden(tmp_path)
    np.testing.assert_array_equal(hidden(tmp_path), first)
    assert prepared == ["patch", "token"]


@pytest.mark.parametrize("file", ["patch-weights.bin", "token-program.npy", "checksums.json"])
@pytest.mark.parametrize("damage", ["shorter", "other bytes", "gone"])
def test_damaged_weights_are_packed_anew(tmp_path, prepared, file, damage):
    first = hidden(tmp_path)
    (entry,) = entries(tmp_path)
    content = bytearray((entry / file).read_bytes())
    (entry / file).unlink()
    if damage == "shorter":
        (entry / file).write_bytes(content[:-9])
    elif damage == "other bytes":
        content[-8] ^= 1
        (entry / file).write_bytes(content)
    np.testing.assert_array_equal(hidden(tmp_path), first)
    assert prepared == ["patch", "token"] * 2
    assert len(entries(tmp_path)) == 1


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert hidden(blocked).shape == (1, 4, 32)


def test_only_the_last_few_bundles_are_kept(tmp_path):
    hidden(tmp_path)
    (entry,) = entries(tmp_path)
    for number in range(6):
        shutil.copytree(entry, entry.with_name(f"older-{number}"))
    shutil.rmtree(entry)
    hidden(tmp_path)
    assert len(entries(tmp_path)) == 4
    assert entry in entries(tmp_path)


def edited(folder: Path, change) -> Path:
    shutil.copytree(TINY_BUNDLE, folder)
    graph = onnx.load(folder / "patch_kv_int8.onnx")
    change(graph.graph)
    onnx.save(graph, folder / "patch_kv_int8.onnx")
    return folder


def swap_sigmoid(graph):
    next(node for node in graph.node if node.op_type == "Sigmoid").op_type = "Tanh"


def scale_scores(graph):
    softmax = next(node for node in graph.node if node.op_type == "Softmax")
    masked = next(node for node in graph.node if softmax.input[0] in node.output)
    scaled = next(node for node in graph.node if masked.input[2] in node.output)
    factor = onnx.numpy_helper.from_array(np.float32(3.0), "other_factor")
    graph.initializer.append(factor)
    scaled.input[1] = "other_factor"


def swap_keys_and_values(graph):
    names = {"past_k_0": "past_v_0", "past_v_0": "past_k_0"}
    for node in graph.node:
        if node.op_type == "Concat":
            for index, name in enumerate(node.input):
                node.input[index] = names.get(name, name)


def turn_the_other_way(graph):
    next(node for node in graph.node if node.op_type == "Neg").op_type = "Identity"


@pytest.mark.parametrize(
    "change", [swap_sigmoid, scale_scores, swap_keys_and_values, turn_the_other_way]
)
def test_a_graph_that_computes_something_else_stays_with_onnxruntime(tmp_path, change):
    bundle = read_bundle(edited(tmp_path / "bundle", change))
    graphs = open_graphs(bundle, tmp_path)
    assert isinstance(graphs.patch, CachedGraph)
    assert graphs.patch.run(IDS).shape == (1, 4, 32)
    assert not entries(tmp_path)


def test_a_graph_that_bites_its_tail_is_refused(tmp_path):
    def change(graph):
        node = next(node for node in graph.node if node.op_type == "Reshape")
        node.input[0] = node.output[0]

    with pytest.raises(BundleError, match=r"patch_kv_int8.onnx cannot be loaded"):
        open_graphs(read_bundle(edited(tmp_path / "bundle", change)), tmp_path)


def test_weights_that_are_far_too_large_are_compared_in_silence(tmp_path):
    def change(graph):
        norm = next(tensor for tensor in graph.initializer if tensor.dims == [32])
        norm.CopyFrom(onnx.numpy_helper.from_array(np.full(32, 1e30, np.float32), norm.name))

    bundle = read_bundle(edited(tmp_path / "bundle", change))
    assert open_graphs(bundle, tmp_path).patch.run(IDS).shape == (1, 4, 32)


def test_without_instructions_onnxruntime_runs_the_bundle(tmp_path, monkeypatch):
    monkeypatch.setattr("lilydesk.engines.native.intrinsics.INSTRUCTIONS", "")
    assert isinstance(open_graphs(read_bundle(TINY_BUNDLE), tmp_path).patch, CachedGraph)


def test_without_numba_onnxruntime_runs_the_bundle(tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert isinstance(open_graphs(read_bundle(TINY_BUNDLE), tmp_path).patch, CachedGraph)
