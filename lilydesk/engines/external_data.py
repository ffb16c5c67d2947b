"""Which files beside an ONNX file it wants to read: a walk over its protobuf, values skipped.

An ONNX graph may keep tensors in other files and name them by path. A bundle from elsewhere must
not make us read outside its folder. Source of the field numbers: onnx.proto3.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
Buffer = memoryview

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


def _locations(data: Buffer, message: str) -> Iterator[str]:
    if message == "entry":
        entry = {number: bytes(value) for number, value in _fields(data)}
        if entry.get(1) == b"location":
            yield entry.get(2, b"").decode("utf-8", errors="replace")
        return
    for number, value in _fields(data):
        inner = _NESTED[message].get(number)
        if inner is not None:
            yield from _locations(value, inner)


def _fields(data: Buffer) -> Iterator[tuple[int, Buffer]]:
    """Number and content of each length-delimited field."""
    position = 0
    while position < len(data):
        key, position = _varint(data, position)
        number, kind = key >> 3, key & 7
        if kind == _BYTES:
            length, position = _varint(data, position)
            end = position + length
            if end > len(data):
                raise ValueError("the file ends too early")
            yield number, data[position:end]
        else:
            end = _end_of_scalar(data, position, kind)
        position = end


def _end_of_scalar(data: Buffer, position: int, kind: int) -> int:
    if kind == _VARINT:
        return _varint(data, position)[1]
    if kind in (_FIXED32, _FIXED64):
        return position + (4 if kind == _FIXED32 else 8)
    raise ValueError(f"not an ONNX file (wire type {kind})")


def _varint(data: Buffer, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if position >= len(data) or shift > 63:
            raise ValueError("the file ends too early")
        byte = data[position]
        value |= (byte & 0x7F) << shift
        position += 1
        if byte < 0x80:
            return value, position
        shift += 7
