"""Nodes and tensors of an ONNX file, read without the onnx package: its weights stay in the file.

Only what structure.py asks for. Source of the field numbers: onnx.proto3.
"""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.protobuf import fields, packed, signed

_DTYPES = {1: "<f4", 2: "u1", 3: "i1", 6: "<i4", 7: "<i8", 10: "<f2", 11: "<f8"}
_EXTERNAL = 1


@dataclass(frozen=True, slots=True)
class Node:
    """One operation; `inputs` and `outputs` are names of tensors, "" where one is left out."""

    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


class OnnxFile:
    """A graph: its nodes in order, and its constants by name."""

    def __init__(self, path: Path) -> None:
        """Read the file. Raises ValueError or OSError if it is none that we can read."""
        self._folder = path.parent
        self.nodes: list[Node] = []
        self.constants: dict[str, NDArray[Any]] = {}
        with path.open("rb") as file:
            data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        for number, value in fields(data):
            if number == 7:
                self._read_graph(_view(value))
        self._producers = {name: node for node in self.nodes for name in node.outputs if name}
        self._consumers: dict[str, list[Node]] = {}
        for node in self.nodes:
            for name in dict.fromkeys(node.inputs):
                self._consumers.setdefault(name, []).append(node)

    def producer(self, name: str) -> Node | None:
        """The node that makes a tensor; None for constants and inputs of the graph."""
        return self._producers.get(name)

    def consumers(self, name: str) -> list[Node]:
        """The nodes that read a tensor, in order."""
        return self._consumers.get(name, [])

    def _read_graph(self, data: memoryview) -> None:
        for number, value in fields(data):
            if number == 1:
                self._read_node(_view(value))
            elif number == 5:
                name, array = self._tensor(_view(value))
                self.constants[name] = array

    def _read_node(self, data: memoryview) -> None:
        parts = [(number, _view(value)) for number, value in fields(data) if number <= 5]
        inputs, outputs, ops = (
            tuple(str(value, "utf-8") for number, value in parts if number == wanted)
            for wanted in (1, 2, 4)
        )
        node = Node(ops[0], inputs, outputs)
        if node.op == "Constant":
            for value in (value for number, value in parts if number == 5):
                for number, inner in fields(value):
                    if number == 5:
                        self.constants[node.outputs[0]] = self._tensor(_view(inner))[1]
            return
        self.nodes.append(node)

    def _tensor(self, data: memoryview) -> tuple[str, NDArray[Any]]:
        shape: list[int] = []
        dtype, name, location = 0, "", 0
        content: NDArray[Any] | None = None
        external: dict[str, str] = {}
        for number, value in fields(data):
            if number == 1:
                shape += [signed(value)] if isinstance(value, int) else packed(value)
            elif number == 2:
                dtype = int(value) if isinstance(value, int) else 0
            elif number == 8:
                name = str(_view(value), "utf-8")
            elif number == 9:
                content = np.frombuffer(_view(value), dtype=_DTYPES.get(dtype, "u1"))
            elif number == 4 and not isinstance(value, int):
                content = np.frombuffer(value, dtype="<f4")
            elif number in (5, 7) and not isinstance(value, int):
                content = np.array(packed(value)).astype(_DTYPES.get(dtype, "<i8"))
            elif number == 13:
                entry = {n: str(_view(v), "utf-8") for n, v in fields(_view(value))}
                external[entry.get(1, "")] = entry.get(2, "")
            elif number == 14 and isinstance(value, int):
                location = value
        if location == _EXTERNAL:
            content = self._external(external, dtype)
        if content is None or dtype not in _DTYPES:
            content = np.zeros(0, dtype=np.float32)  # of a kind that nobody here asks for
            shape = [0]
        return name, content.reshape(shape)

    def _external(self, entry: dict[str, str], dtype: int) -> NDArray[Any]:
        """A tensor in a file beside this one; bundle.py has checked that it stays in its folder."""
        offset, length = int(entry.get("offset", "0")), int(entry.get("length", "0"))
        mapped = np.memmap(self._folder / entry["location"], dtype=np.uint8, mode="r")
        end = offset + length if length else len(mapped)
        return np.frombuffer(mapped[offset:end].data, dtype=_DTYPES[dtype])


def _view(value: int | memoryview) -> memoryview:
    if isinstance(value, int):
        raise ValueError("a number stands where the ONNX format has something else")
    return value
