"""The few machine instructions that numba has no words for, as LLVM code.

The heart is `dot_rows`: 64 outputs of an int8 matrix for 1, 2 or 4 rows of activations at once.
Weights lie as packing.py puts them: for each four inputs, 64 outputs of four bytes. So a 64-byte
register holds 16 outputs, the activation's four bytes go to all lanes, and nothing needs to be
summed across lanes. Three ways, by processor: AVX-512 VNNI, AVX-VNNI (256 bits), plain AVX2.
"""
# mypy: ignore-errors
# (numba infers the types)

from __future__ import annotations

import ctypes
import os
from typing import Any

import llvmlite.binding
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from lilydesk.engines.native.columns import BLOCK

I8, I32, I64, FLOAT = ir.IntType(8), ir.IntType(32), ir.IntType(64), ir.FloatType()

_YIELD = "lilydesk_yield"
_AHEAD = I64(4096)  # a page of memory: at the end of each the processor's own fetching stops


def instruction_set() -> str:
    """Which way this processor offers: "avx512vnni", "avxvnni", "avx2", or "" for none.

    LILYDESK_INSTRUCTIONS names a lesser way (or "none"), for tests and for comparing.
    """
    features = llvmlite.binding.get_host_cpu_features()
    has = {
        "avx512vnni": features.get("avx512vnni") and features.get("avx512f"),
        "avxvnni": features.get("avxvnni"),
        "avx2": features.get("avx2"),
    }
    wanted = os.environ.get("LILYDESK_INSTRUCTIONS")
    names = [name for name, there in has.items() if there and wanted in (None, name)]
    return names[0] if names else ""


INSTRUCTIONS = instruction_set()


def _register_yield() -> None:
    """Tell LLVM where the system's "let others run" is; compiled code finds it by name."""
    if os.name == "nt":
        function = ctypes.windll.kernel32.SwitchToThread  # type: ignore[attr-defined,unused-ignore]
    else:
        function = ctypes.CDLL(None).sched_yield
    address = ctypes.cast(function, ctypes.c_void_p).value
    llvmlite.binding.add_symbol(_YIELD, address)


_register_yield()


def pointer(context, builder, array_type, array, offset) -> Any:
    """Where a number of an array lies."""
    data = context.make_array(array_type)(context, builder, array).data
    return builder.gep(data, [offset])


@intrinsic
def unowned(typingctx, array):
    """The same array without a count of its owners, which each slice of it would raise and lower.

    To be used only while something else holds the array.
    """

    def codegen(context, builder, signature, arguments):
        made = context.make_array(signature.args[0])(context, builder, arguments[0])
        made.meminfo = cgutils.get_null_value(made.meminfo.type)
        made.parent = cgutils.get_null_value(made.parent.type)
        return made._getvalue()

    return array(array), codegen


@intrinsic(prefer_literal=True)
def dot_rows(typingctx, weights, at, rows, first, stride, n_quads, sums, n_rows):
    """sums[r * 64 + j] = Σ rows[first + r * stride + i] * weight[i, j], for `n_rows` rows r.

    `weights[at]` begins the block; n_quads is the number of inputs over four.
    """
    if not isinstance(n_rows, types.IntegerLiteral):
        return None
    signature = types.void(weights, at, rows, first, stride, n_quads, sums, n_rows)
    count = n_rows.literal_value

    def codegen(context, builder, signature, arguments):
        weight = pointer(context, builder, signature.args[0], arguments[0], arguments[1])
        weight = builder.bitcast(weight, I8.as_pointer())
        row = pointer(context, builder, signature.args[2], arguments[2], arguments[3])
        target = pointer(context, builder, signature.args[6], arguments[6], I64(0))
        target = builder.bitcast(target, I32.as_pointer())
        _dot_loop(builder, weight, row, arguments[4], arguments[5], target, count)
        return context.get_dummy_value()

    return signature, codegen


def _dot_loop(builder, weight, row, stride, n_quads, target, n_rows) -> None:
    lanes = 16 if INSTRUCTIONS == "avx512vnni" else 8
    n_vectors = BLOCK // lanes
    vector = ir.VectorType(I32, lanes)
    rows = [builder.gep(row, [builder.mul(stride, I64(r))]) for r in range(n_rows)]
    before = builder.block
    body, after = builder.append_basic_block("dot"), builder.append_basic_block("dotted")
    builder.branch(body)
    builder.position_at_end(body)
    index = builder.phi(I64)
    index.add_incoming(I64(0), before)
    sums = [builder.phi(vector) for _ in range(n_rows * n_vectors)]
    for phi in sums:
        phi.add_incoming(ir.Constant(vector, None), before)
    base = builder.gep(weight, [builder.mul(index, I64(BLOCK * 4))])
    quads = [_broadcast(builder, each, index, lanes) for each in rows]
    results = []
    for v in range(n_vectors):
        place = builder.gep(base, [I64(v * lanes * 4)])
        if n_rows > 1:  # with one the processor fetches early enough by itself
            fetch(builder, builder.gep(place, [_AHEAD]))
        load = _load_plain if INSTRUCTIONS != "avx2" else _load_wide
        loaded = load(builder, place, lanes)
        for r in range(n_rows):
            results.append((r * n_vectors + v, loaded, quads[r]))
    for position, loaded, quad in results:
        step = dot(builder, sums[position], quad, loaded)
        sums[position].add_incoming(step, builder.block)
    following = builder.add(index, I64(1))
    index.add_incoming(following, builder.block)
    last = [phi.incomings[1][0] for phi in sums]
    builder.cbranch(builder.icmp_signed("<", following, n_quads), body, after)
    builder.position_at_end(after)
    for position, value in enumerate(last):
        if INSTRUCTIONS == "avx2":
            order = ir.Constant(ir.VectorType(I32, 8), [0, 1, 4, 5, 2, 3, 6, 7])
            value = builder.shuffle_vector(value, value, order)
        place = builder.gep(target, [I64(position * lanes)])
        builder.store(value, builder.bitcast(place, vector.as_pointer()), align=4)


def fetch(builder, place) -> None:
    """Ask for what lies at `place` and will be read soon."""
    kind = ir.FunctionType(ir.VoidType(), [I8.as_pointer(), I32, I32, I32])
    fetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
    reads, keeps, is_data = I32(0), I32(3), I32(1)
    builder.call(fetch, [place, reads, keeps, is_data])


def load_quad(builder, row, index):
    """Four bytes of a row as one number."""
    place = builder.gep(row, [builder.mul(index, I64(4))])
    return builder.load(builder.bitcast(place, I32.as_pointer()), align=1)


def splat(builder, number, lanes, kind=I32):
    """A vector of the same number."""
    vector, order = ir.VectorType(kind, lanes), ir.VectorType(I32, lanes)
    single = builder.insert_element(ir.Constant(vector, ir.Undefined), number, I32(0))
    return builder.shuffle_vector(single, single, ir.Constant(order, None))


def _broadcast(builder, row, index, lanes):
    quad = load_quad(builder, row, index)
    if INSTRUCTIONS == "avx2":
        narrow = builder.bitcast(quad, ir.VectorType(I8, 4))
        wide = builder.zext(narrow, ir.VectorType(ir.IntType(16), 4))
        order = ir.Constant(ir.VectorType(I32, 16), [i % 4 for i in range(16)])
        return builder.shuffle_vector(wide, wide, order)
    return splat(builder, quad, lanes)


def _load_plain(builder, place, lanes):
    vector = ir.VectorType(I32, lanes)
    return builder.load(builder.bitcast(place, vector.as_pointer()), align=4)


def _load_wide(builder, place, lanes):
    """32 bytes as two vectors of sixteen 16-bit numbers, each four outputs of four inputs."""
    halves = []
    for half in range(2):
        narrow = ir.VectorType(I8, 16)
        at = builder.bitcast(builder.gep(place, [I64(16 * half)]), narrow.as_pointer())
        halves.append(builder.sext(builder.load(at, align=4), ir.VectorType(ir.IntType(16), 16)))
    return halves


def _dot_vnni(name, lanes):
    def with_vnni(builder, total, quad, weight):
        vector = ir.VectorType(I32, lanes)
        kind = ir.FunctionType(vector, [vector] * 3)
        function = cgutils.get_or_insert_function(builder.module, kind, name)
        return builder.call(function, [total, quad, weight])

    return with_vnni


def _dot_avx2(builder, total, quad, halves):
    """Products of 16-bit numbers in pairs: exact, where the 8-bit instruction would saturate."""
    narrow, wide = ir.VectorType(ir.IntType(16), 16), ir.VectorType(I32, 8)
    kind = ir.FunctionType(wide, [narrow, narrow])
    madd = cgutils.get_or_insert_function(builder.module, kind, "llvm.x86.avx2.pmadd.wd")
    low, high = (builder.call(madd, [half, quad]) for half in halves)
    even = ir.Constant(ir.VectorType(I32, 8), [0, 2, 8, 10, 4, 6, 12, 14])
    odd = ir.Constant(ir.VectorType(I32, 8), [1, 3, 9, 11, 5, 7, 13, 15])
    pairs = builder.add(
        builder.shuffle_vector(low, high, even), builder.shuffle_vector(low, high, odd)
    )
    return builder.add(total, pairs)


_DOT = {
    "avx512vnni": _dot_vnni("llvm.x86.avx512.vpdpbusd.512", 16),
    "avxvnni": _dot_vnni("llvm.x86.avx512.vpdpbusd.256", 8),
    "avx2": _dot_avx2,
}


def dot(builder, total, unsigned, signed):
    """Total + sums of four products of bytes each, on the way of this processor."""
    return _DOT[INSTRUCTIONS](builder, total, unsigned, signed)


@intrinsic
def add_atomically(typingctx, array, index, amount):
    """array[index] += amount, for all threads at once; what stood there before."""
    signature = types.int64(array, index, amount)

    def codegen(context, builder, signature, arguments):
        place = pointer(context, builder, signature.args[0], arguments[0], arguments[1])
        return builder.atomic_rmw("add", place, arguments[2], "seq_cst")

    return signature, codegen


@intrinsic
def exchange_atomically(typingctx, array, index, number):
    """Put a number into array[index], for all threads at once; what stood there before."""
    signature = types.int64(array, index, types.int64)

    def codegen(context, builder, signature, arguments):
        place = pointer(context, builder, signature.args[0], arguments[0], arguments[1])
        return builder.atomic_rmw("xchg", place, arguments[2], "seq_cst")

    return signature, codegen


@intrinsic
def replace_atomically(typingctx, array, index, expected, number):
    """As exchange_atomically, if `expected` stands there, else leave it; what stood there."""
    signature = types.int64(array, index, types.int64, types.int64)

    def codegen(context, builder, signature, arguments):
        place = pointer(context, builder, signature.args[0], arguments[0], arguments[1])
        pair = builder.cmpxchg(place, arguments[2], arguments[3], "seq_cst", "seq_cst")
        return builder.extract_value(pair, 0)

    return signature, codegen


@intrinsic
def load_atomically(typingctx, array, index):
    """array[index] as other threads left it."""
    signature = types.int64(array, index)

    def codegen(context, builder, signature, arguments):
        place = pointer(context, builder, signature.args[0], arguments[0], arguments[1])
        return builder.load_atomic(place, "seq_cst", 8)

    return signature, codegen


@intrinsic
def pause(typingctx):
    """Wait for a moment, on the processor."""
    signature = types.void()

    def codegen(context, builder, signature, arguments):
        kind = ir.FunctionType(ir.VoidType(), [])
        builder.call(
            cgutils.get_or_insert_function(builder.module, kind, "llvm.x86.sse2.pause"), []
        )
        return context.get_dummy_value()

    return signature, codegen


@intrinsic
def let_others_run(typingctx):
    """Give the core to another thread if one waits for it."""
    signature = types.int32()

    def codegen(context, builder, signature, arguments):
        kind = ir.FunctionType(I32, [])
        return builder.call(cgutils.get_or_insert_function(builder.module, kind, _YIELD), [])

    return signature, codegen


@intrinsic
def bits_of(typingctx, number):
    """The bits of a float32 as an int32."""
    signature = types.int32(types.float32)

    def codegen(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], I32)

    return signature, codegen


@intrinsic
def from_bits(typingctx, number):
    """The float32 with the bits of an int32."""
    signature = types.float32(types.int32)

    def codegen(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], FLOAT)

    return signature, codegen


@intrinsic
def nearest(typingctx, number):
    """A float32 rounded to the nearest whole number, halves to the even one."""
    signature = types.float32(types.float32)

    def codegen(context, builder, signature, arguments):
        kind = ir.FunctionType(FLOAT, [FLOAT])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.rint.f32")
        return builder.call(function, arguments)

    return signature, codegen


@intrinsic
def pointer_of(typingctx, address):
    """An address as a pointer, for carray."""
    signature = types.voidptr(types.int64)

    def codegen(context, builder, signature, arguments):
        return builder.inttoptr(arguments[0], I8.as_pointer())

    return signature, codegen
