"""Which files beside an ONNX file it wants to read: a walk over its protobuf, values skipped.

An ONNX graph may keep tensors in other files and name them by path. A bundle from elsewhere must
not make us read outside its folder. Source of the field numbers: onnx.proto3.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path

from lilydesk.engines.protobuf import fields

# message -> {field number: message inside}. Only the ways that lead to a tensor.
_NESTED: dict[str, dict[int, str]] = {
    "model": {7: "graph", 25: "function"},
    "function": {7: "node", 11: "attribute"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "tensor": {13: "entry"},
}


def external_locations(path: Path) -> set[str]:
    """Paths, as written in the file, of its external tensors.

    Raises ValueError if the file is no complete protobuf, OSError if it cannot be read.
    """
    with path.open("rb") as file:
        try:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError as error:
            raise ValueError("the file is empty") from error
    return set(_locations(memoryview(data), "model"))  # closed with its last view


def _locations(data: memoryview, message: str) -> Iterator[str]:
    if message == "entry":
        entry = {n: bytes(value) for n, value in fields(data) if isinstance(value, memoryview)}
        if entry.get(1) == b"location":
            yield entry.get(2, b"").decode("utf-8", errors="replace")
        return
    for number, value in fields(data):
        inner = _NESTED[message].get(number)
        if inner is not None and isinstance(value, memoryview):
            yield from _locations(value, inner)
