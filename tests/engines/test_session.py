"""A decoder: its cache is cut back and shared by forks; outputs of odd shapes are refused."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest

from lilydesk.engines import read_bundle
from lilydesk.engines.session import Graph, open_graphs
from lilydesk.errors import BundleError
from tests.support import ROOT

FLOAT = Path(__file__).parents[1] / "fixtures/tiny_float_bundle"
ROWS = np.random.default_rng(1).integers(3, 250, size=(1, 12, 16))


@pytest.fixture
def graph() -> Graph:
    return open_graphs(read_bundle(FLOAT)).patch


def test_a_truncated_cache_is_what_it_was(graph):
    graph.run(ROWS[:, :5])
    before = graph.run(ROWS[:, 5:6])
    graph.run(ROWS[:, 6:])
    graph.truncate(5)
    assert graph.length == 5
    np.testing.assert_array_equal(graph.run(ROWS[:, 5:6]), before)


def test_truncated_to_nothing_it_begins_anew(graph):
    fresh = graph.run(ROWS)
    graph.truncate(0)
    assert graph.length == 0
    np.testing.assert_array_equal(graph.run(ROWS), fresh)


def test_forks_go_their_own_ways(graph):
    graph.run(ROWS[:, :5])
    fork = graph.fork(4)
    assert (graph.length, fork.length) == (5, 4)
    theirs = fork.run(ROWS[:, 4:7])
    assert (graph.length, fork.length) == (5, 7)
    np.testing.assert_allclose(theirs[:, 1:], graph.run(ROWS[:, 5:7]), atol=1e-5)


def through(folder: Path, file: str, op: str, *constants: np.ndarray, **attributes: int) -> Path:
    """A bundle whose graph hands its output through one more node."""
    shutil.copytree(FLOAT, folder)
    model = onnx.load(folder / file)
    graph, name = model.graph, model.graph.output[0].name
    for node in graph.node:
        node.output[:] = ["raw" if output == name else output for output in node.output]
    names = [f"constant {index}" for index in range(len(constants))]
    for constant, label in zip(constants, names, strict=True):
        graph.initializer.append(onnx.numpy_helper.from_array(constant, label))
    graph.node.append(onnx.helper.make_node(op, ["raw", *names], [name], **attributes))
    graph.output[0].type.tensor_type.ClearField("shape")
    onnx.save(model, folder / file)
    return folder


@pytest.mark.parametrize("file", ["patch_kv_int8.onnx", "token_kv_int8.onnx"])
@pytest.mark.parametrize(
    ("op", "constants", "attributes"),
    [
        ("Concat", [np.zeros((1, 1, 8), np.float32)], {"axis": 2}),  # wider
        ("Slice", [np.array([0]), np.array([8]), np.array([2])], {}),  # narrower
        ("Slice", [np.array([0]), np.array([0]), np.array([1])], {}),  # no rows
        ("Squeeze", [np.array([0])], {}),
        ("Unsqueeze", [np.array([0])], {}),
    ],
)
def test_an_output_of_another_shape_is_refused(tmp_path, file, op, constants, attributes):
    folder = through(tmp_path / "odd", file, op, *constants, **attributes)
    with pytest.raises(BundleError, match=f"{file} failed while it was writing"):
        open_graphs(read_bundle(folder))


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
def test_without_room_for_onnxruntime_itself_the_memory_is_short():
    script = f"""
import resource
from pathlib import Path
from lilydesk.engines.session import open_session
from lilydesk.errors import BundleError
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 2**23,) * 2)
try:
    open_session(Path({str(FLOAT / "token_kv_int8.onnx")!r}))
except BundleError as error:
    print(error.message)
"""
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.stdout == "There is not enough memory for this model.\n", ended.stderr
