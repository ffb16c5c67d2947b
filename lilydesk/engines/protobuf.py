"""The wire format of protobuf, in which ONNX files are written: fields of a message, one by one.

Values are views into the data, so that weights stay where they are. A dependency on protobuf or
onnx would bring 20 MB to every user. Source: protobuf.dev/programming-guides/encoding.
"""

from __future__ import annotations

from collections.abc import Iterator

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_N_FIXED_BYTES = {_FIXED64: 8, _FIXED32: 4}


def fields(data: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Number and content of each field of a message; 32- and 64-bit numbers are left out.

    Raises ValueError, on the way, if the data is no complete message.
    """
    position = 0
    while position < len(data):
        key, position = _varint(data, position)
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            value, position = _varint(data, position)
            yield number, value
            continue
        if kind == _BYTES:
            length, position = _varint(data, position)
        elif kind in _N_FIXED_BYTES:
            length = _N_FIXED_BYTES[kind]
        else:
            raise ValueError(f"not an ONNX file (wire type {kind})")
        end = position + length
        if end > len(data):
            raise ValueError("the file ends too early")
        if kind == _BYTES:
            yield number, data[position:end]
        position = end


def packed(data: memoryview) -> list[int]:
    """The signed numbers of a packed field. Raises ValueError if the last one is incomplete."""
    numbers, position = [], 0
    while position < len(data):
        number, position = _varint(data, position)
        numbers.append(signed(number))
    return numbers


def signed(value: int) -> int:
    """The int32 or int64 that a varint stands for."""
    return value - (1 << 64) if value >> 63 else value


def _varint(data: memoryview, position: int) -> tuple[int, int]:
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
