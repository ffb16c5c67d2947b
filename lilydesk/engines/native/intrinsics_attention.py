"""Attention over one page of keys or values, in vectors of 16 floats.

Keys lie in blocks of 16 positions: for each number of a key, that number of all 16. So the scores
of a block are summed side by side, and nothing is summed across lanes. Values lie one behind the
other. The order of the sums is written down here; so a row gives the same bits in any call.
"""
# mypy: ignore-errors

from __future__ import annotations

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from lilydesk.engines.native.columns import LANES
from lilydesk.engines.native.intrinsics import FLOAT, I64, pointer, splat

_VECTOR = ir.VectorType(FLOAT, LANES)
_CHAINS = 4  # sums at once: the processor begins one while others are under way


@intrinsic
def score_block(typingctx, query, first, address, n, scores, at):
    """scores[at + j] = dot product of query[first : first + n] and key j of 16 at `address`.

    `n` is a multiple of 4.
    """
    signature = types.void(query, first, address, n, scores, at)

    def codegen(context, builder, signature, arguments):
        wanted = pointer(context, builder, signature.args[0], arguments[0], arguments[1])
        keys = _floats_at(builder, arguments[2])
        target = pointer(context, builder, signature.args[4], arguments[4], arguments[5])

        def add(index, sums):
            steps = [builder.add(index, I64(chain)) for chain in range(_CHAINS)]
            return [
                _fma(builder, _number(builder, wanted, step), _load(builder, keys, step), total)
                for step, total in zip(steps, sums, strict=True)
            ]

        zeros = [ir.Constant(_VECTOR, [0.0] * LANES)] * _CHAINS
        even, odd, third, last = _summed(builder, arguments[3], _CHAINS, zeros, add)
        total = builder.fadd(builder.fadd(even, third), builder.fadd(odd, last))
        _store(builder, total, target, I64(0))
        return context.get_dummy_value()

    return signature, codegen


@intrinsic(prefer_literal=True)
def add_values(typingctx, weights, at, address, n_positions, n, out, first, n_vectors):
    """out[first + i] += sum of weights[at + t] * value[t, i], for 16 * n_vectors numbers i.

    Values of `n` numbers lie one behind the other from `address`; n_positions >= 1.
    """
    if not isinstance(n_vectors, types.IntegerLiteral):
        return None
    signature = types.void(weights, at, address, n_positions, n, out, first, n_vectors)
    count = n_vectors.literal_value

    def codegen(context, builder, signature, arguments):
        factors = pointer(context, builder, signature.args[0], arguments[0], arguments[1])
        values = _floats_at(builder, arguments[2])
        target = pointer(context, builder, signature.args[5], arguments[5], arguments[6])

        def add(index, sums):
            value = builder.gep(values, [builder.mul(index, arguments[4])])
            factor = _number(builder, factors, index)
            return [
                _fma(builder, factor, _load(builder, value, I64(v)), total)
                for v, total in enumerate(sums)
            ]

        before = [_load(builder, target, I64(v)) for v in range(count)]
        for v, total in enumerate(_summed(builder, arguments[3], 1, before, add)):
            _store(builder, total, target, I64(v))
        return context.get_dummy_value()

    return signature, codegen


def _summed(builder, n, stride, start, add):
    """What `add` makes of the sums when it has seen 0, stride, 2 * stride ... below n > 0."""
    before = builder.block
    body, after = builder.append_basic_block("attend"), builder.append_basic_block("attended")
    builder.branch(body)
    builder.position_at_end(body)
    index = builder.phi(I64)
    index.add_incoming(I64(0), before)
    sums = [builder.phi(_VECTOR) for _ in start]
    for phi, value in zip(sums, start, strict=True):
        phi.add_incoming(value, before)
    results = add(index, sums)
    for phi, value in zip(sums, results, strict=True):
        phi.add_incoming(value, builder.block)
    following = builder.add(index, I64(stride))
    index.add_incoming(following, builder.block)
    builder.cbranch(builder.icmp_signed("<", following, n), body, after)
    builder.position_at_end(after)
    return results


def _floats_at(builder, address):
    return builder.inttoptr(address, FLOAT.as_pointer())


def _number(builder, floats, index):
    """One float of many, in all lanes."""
    single = builder.load(builder.gep(floats, [index]))
    return splat(builder, single, LANES, FLOAT)


def _load(builder, floats, index):
    """The vector number `index`."""
    return builder.load(_place(builder, floats, index), align=4)


def _store(builder, vector, floats, index) -> None:
    builder.store(vector, _place(builder, floats, index), align=4)


def _place(builder, floats, index):
    at = builder.gep(floats, [builder.mul(index, I64(LANES))])
    return builder.bitcast(at, _VECTOR.as_pointer())


def _fma(builder, factor, vector, total):
    kind = ir.FunctionType(_VECTOR, [_VECTOR] * 3)
    name = f"llvm.fmuladd.v{LANES}f32"
    return builder.call(
        cgutils.get_or_insert_function(builder.module, kind, name), [factor, vector, total]
    )
