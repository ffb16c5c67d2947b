"""Which files an ONNX graph wants to read beside itself."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from lilydesk.engines.external_data import external_locations


def external_tensor(location: str) -> TensorProto:
    tensor = numpy_helper.from_array(np.ones(4, dtype=np.float32), "weights")
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in (("location", location), ("offset", "0"), ("length", "16")):
        tensor.external_data.add(key=key, value=value)
    return tensor


def save(path, initializers=(), nodes=()):
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [4])
    graph = helper.make_graph(
        nodes or [helper.make_node("Identity", ["x"], ["y"])], "g", [x], [x], list(initializers)
    )
    path.write_bytes(helper.make_model(graph).SerializeToString())
    return path


def test_a_graph_without_external_tensors_wants_nothing(tmp_path):
    inside = numpy_helper.from_array(np.ones(4, dtype=np.float32), "weights")
    assert external_locations(save(tmp_path / "a.onnx", [inside])) == set()


def test_locations_of_initializers_are_found(tmp_path):
    path = save(tmp_path / "a.onnx", [external_tensor("../../etc/secret")])
    assert external_locations(path) == {"../../etc/secret"}


def test_locations_in_inner_graphs_are_found(tmp_path):
    constant = helper.make_node("Constant", [], ["c"], value=external_tensor("weights.bin"))
    inner = helper.make_graph([constant], "inner", [], [])
    branch = helper.make_node("If", ["x"], ["y"], then_branch=inner, else_branch=inner)
    assert external_locations(save(tmp_path / "a.onnx", nodes=[branch])) == {"weights.bin"}


@pytest.mark.parametrize("n_bytes", [0, 1, 20, 50])
def test_a_truncated_file_is_noticed(tmp_path, n_bytes):
    path = save(tmp_path / "a.onnx", [numpy_helper.from_array(np.ones(400), "weights")])
    path.write_bytes(path.read_bytes()[:n_bytes])
    with pytest.raises(ValueError, match=r"empty|too early"):
        external_locations(path)


def test_the_walk_agrees_with_the_onnx_package(tmp_path):
    path = save(tmp_path / "a.onnx", [external_tensor("b.bin")])
    model = onnx.load(path, load_external_data=False)
    assert model.graph.initializer[0].external_data[0].value in external_locations(path)
