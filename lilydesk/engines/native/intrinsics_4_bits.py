"""The same as intrinsics.dot_rows for weights of 4 bits, on processors with VNNI.

For each 32 inputs a block has 1,024 bytes of numbers 0 to 15, which stand for -8 to 7, and 64
scales (float16). A register of 64 bytes holds 16 outputs of four inputs in the lower halves of its
bytes, and of the next four in the upper. Activations are signed here.
"""
# mypy: ignore-errors

from __future__ import annotations

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from lilydesk.engines.native.columns import BLOCK, GROUP, GROUP_BYTES
from lilydesk.engines.native.intrinsics import (
    FLOAT,
    I8,
    I32,
    I64,
    INSTRUCTIONS,
    dot,
    load_quad,
    pointer,
    splat,
)

HAS_4_BITS = INSTRUCTIONS in ("avx512vnni", "avxvnni")


@intrinsic(prefer_literal=True)
def dot_rows_4_bits(
    typingctx, weights, at, rows, first, stride, n_groups, totals, first_total, total_stride, sums,
    n_rows,
):  # fmt: skip
    """sums[r * 64 + j] = sum of rows[first + r * stride + i] * weight[i, j], for `n_rows` rows r.

    totals[first_total + r * total_stride + g] is the sum of row r over the inputs of group g.
    """
    if not isinstance(n_rows, types.IntegerLiteral):
        return None
    signature = types.void(
        weights, at, rows, first, stride, n_groups, totals, first_total, total_stride, sums, n_rows
    )
    count = n_rows.literal_value

    def codegen(context, builder, signature, arguments):
        if not HAS_4_BITS:  # then opening.py asks for none
            return context.get_dummy_value()
        kinds = signature.args
        weight = pointer(context, builder, kinds[0], arguments[0], arguments[1])
        weight = builder.bitcast(weight, I8.as_pointer())
        row = pointer(context, builder, kinds[2], arguments[2], arguments[3])
        total = pointer(context, builder, kinds[6], arguments[6], arguments[7])
        target = pointer(context, builder, kinds[9], arguments[9], I64(0))
        rows_at = [builder.gep(row, [builder.mul(arguments[4], I64(r))]) for r in range(count)]
        totals_at = [builder.gep(total, [builder.mul(arguments[8], I64(r))]) for r in range(count)]
        _loop(builder, weight, rows_at, totals_at, arguments[5], target)
        return context.get_dummy_value()

    return signature, codegen


def _loop(builder, weight, rows, totals, n_groups, target) -> None:
    lanes = 16 if INSTRUCTIONS == "avx512vnni" else 8
    n_vectors, floats = BLOCK // lanes, ir.VectorType(FLOAT, lanes)
    before = builder.block
    body, after = builder.append_basic_block("dot4"), builder.append_basic_block("dotted4")
    builder.branch(body)
    builder.position_at_end(body)
    index = builder.phi(I64)
    index.add_incoming(I64(0), before)
    sums = [[builder.phi(floats) for _ in range(n_vectors)] for _ in rows]
    zeros = ir.Constant(floats, [0.0] * lanes)
    for phi in (phi for row in sums for phi in row):
        phi.add_incoming(zeros, before)
    group = builder.gep(weight, [builder.mul(index, I64(GROUP_BYTES))])
    results = [
        [_group(builder, group, v, row, total, index, lanes) for v in range(n_vectors)]
        for row, total in zip(rows, totals, strict=True)
    ]
    last = []
    for row, products in zip(sums, results, strict=True):
        for v, (phi, product) in enumerate(zip(row, products, strict=True)):
            scaled = builder.fmul(product, _scales(builder, group, v, lanes))
            total = builder.fadd(phi, scaled)
            phi.add_incoming(total, builder.block)
            last.append(total)
    following = builder.add(index, I64(1))
    index.add_incoming(following, builder.block)
    builder.cbranch(builder.icmp_signed("<", following, n_groups), body, after)
    builder.position_at_end(after)
    for position, value in enumerate(last):
        place = builder.gep(target, [I64(position * lanes)])
        builder.store(value, builder.bitcast(place, floats.as_pointer()), align=4)


def _group(builder, group, v, row, total, index, lanes):
    """Products of one group of inputs with `lanes` outputs, as floats before scaling."""
    vector = ir.VectorType(I32, lanes)
    shift, mask = ir.Constant(vector, [4] * lanes), ir.Constant(vector, [0x0F0F0F0F] * lanes)
    offset = builder.mul(builder.load(builder.gep(total, [index])), I32(-8))
    result = splat(builder, offset, lanes)
    for pair in range(GROUP // 8):
        at = builder.gep(group, [I64((pair * (BLOCK // lanes) + v) * lanes * 4)])
        both = builder.load(builder.bitcast(at, vector.as_pointer()), align=4)
        halves = (builder.and_(both, mask), builder.and_(builder.lshr(both, shift), mask))
        for half, numbers in enumerate(halves):
            quad = builder.add(builder.mul(index, I64(GROUP // 4)), I64(2 * pair + half))
            signed = splat(builder, load_quad(builder, row, quad), lanes)
            result = dot(builder, result, numbers, signed)
    return builder.sitofp(result, ir.VectorType(FLOAT, lanes))


def _scales(builder, group, v, lanes):
    halves = ir.VectorType(ir.HalfType(), lanes)
    at = builder.gep(group, [I64(GROUP * BLOCK // 2 + v * lanes * 2)])
    loaded = builder.load(builder.bitcast(at, halves.as_pointer()), align=2)
    return builder.fpext(loaded, ir.VectorType(FLOAT, lanes))
