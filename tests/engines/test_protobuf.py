"""Fields of protobuf messages."""

from __future__ import annotations

import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto

from lilydesk.engines.protobuf import fields, packed, signed


@given(numbers=st.lists(st.integers(-(2**63), 2**63 - 1)), raw=st.binary())
def test_what_the_library_wrote_is_read(numbers, raw):
    tensor = TensorProto(int64_data=numbers, raw_data=raw, data_type=7)
    found = dict(fields(memoryview(tensor.SerializeToString())))
    assert packed(found.get(7, memoryview(b""))) == numbers
    assert found[9] == raw
    assert found[2] == 7


def test_negative_numbers_are_told_from_lengths():
    tensor = onnx.AttributeProto(i=-5)
    ((_, value),) = fields(memoryview(tensor.SerializeToString()))
    assert signed(value) == -5


@pytest.mark.parametrize(
    "data",
    [
        b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
        b"\x0a\x05abc",
        b"\x0d\x00",
        b"\x80",
        b"\x0b",
    ],
)
def test_incomplete_and_impossible_messages_are_refused(data):
    with pytest.raises(ValueError, match=r"too early|not an ONNX file"):
        list(fields(memoryview(data)))
