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
from lilydesk.engines.native.intrinsics import FLOAT, I32, I64, pointer, splat

_VECTOR = ir.VectorType(FLOAT, LANES)
_CHAINS = 4  # sums at once: the processor begins one while others are under way


@intrinsic(prefer_literal=True)
def score_blocks(typingctx, query, first, address, n, scores, at, n_blocks):
    """scores[at + j] = dot product of query[first : first + n] and key j of 16 * n_blocks.

    The blocks of keys lie one behind the other from `address`; `n` is a multiple of 4.
    """
    if not isinstance(n_blocks, types.IntegerLiteral):
        return None
    signature = types.void(query, first, address, n, scores, at, n_blocks)
    count = n_blocks.literal_value

    def codegen(context, builder, signature, arguments):
        wanted = pointer(context, builder, signature.args[0], arguments[0], arguments[1])
        keys, n = _floats_at(builder, arguments[2]), arguments[3]
        target = pointer(context, builder, signature.args[4], arguments[4], arguments[5])

        def add(index, sums):
            results = []
            for chain in range(_CHAINS):
                step = builder.add(index, I64(chain))
                number = _number(builder, wanted, step)
                for block in range(count):
                    key = _load(builder, keys, builder.add(step, builder.mul(n, I64(block))))
                    results.append(_fma(builder, number, key, sums[len(results)]))
            return results

        sums = _summed(builder, I64(0), n, _CHAINS, _zeros(_CHAINS * count), add)
        for block in range(count):
            _store(builder, _joined(builder, sums[block::count]), target, I64(block))
        return context.get_dummy_value()

    return signature, codegen


@intrinsic
def keep_key(typingctx, key, n, address, lane):
    """Put key[:n], n a multiple of 16, into one lane of the block at `address`.

    Number by number: the processor's way to scatter a vector takes longer.
    """
    signature = types.void(key, n, address, lane)

    def codegen(context, builder, signature, arguments):
        numbers = pointer(context, builder, signature.args[0], arguments[0], I64(0))
        block = builder.gep(_floats_at(builder, arguments[2]), [arguments[3]])

        def store(index, nothing):
            vector = _load(builder, numbers, index)
            first = builder.mul(index, I64(LANES))
            for i in range(LANES):
                place = builder.mul(builder.add(first, I64(i)), I64(LANES))
                number = builder.extract_element(vector, I32(i))
                builder.store(number, builder.gep(block, [place]))
            return nothing

        _summed(builder, I64(0), builder.sdiv(arguments[1], I64(LANES)), 1, [], store)
        return context.get_dummy_value()

    return signature, codegen


@intrinsic
def highest_of(typingctx, scores, n):
    """The greatest of scores[:n], where `n` > 0 is a multiple of 16."""
    signature = types.float32(scores, n)

    def codegen(context, builder, signature, arguments):
        numbers = pointer(context, builder, signature.args[0], arguments[0], I64(0))
        end = builder.sdiv(arguments[1], I64(LANES))

        def add(index, highest):
            vector = _load(builder, numbers, index)
            is_higher = builder.fcmp_ordered(">", vector, highest[0])
            return [builder.select(is_higher, vector, highest[0])]

        (highest,) = _summed(builder, I64(0), end, 1, [_load(builder, numbers, I64(0))], add)
        n_left = LANES
        while n_left > 1:
            n_left //= 2
            order = ir.Constant(ir.VectorType(I32, LANES), [i ^ n_left for i in range(LANES)])
            other = builder.shuffle_vector(highest, highest, order)
            is_higher = builder.fcmp_ordered(">", other, highest)
            highest = builder.select(is_higher, other, highest)
        return builder.extract_element(highest, I32(0))

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
        values, n = _floats_at(builder, arguments[2]), arguments[4]
        target = pointer(context, builder, signature.args[5], arguments[5], arguments[6])

        def adding(n_chains):
            def add(index, sums):
                results = []
                for chain in range(n_chains):
                    step = builder.add(index, I64(chain))
                    value = builder.gep(values, [builder.mul(step, n)])
                    factor = _number(builder, factors, step)
                    for v in range(count):
                        vector = _load(builder, value, I64(v))
                        results.append(_fma(builder, factor, vector, sums[len(results)]))
                return results

            return add

        before = [_load(builder, target, I64(v)) for v in range(count)]
        zeros = _zeros((_CHAINS - 1) * count)
        whole = builder.and_(arguments[3], I64(-_CHAINS))
        sums = _summed(builder, I64(0), whole, _CHAINS, before + zeros, adding(_CHAINS))
        sums = [_joined(builder, sums[v::count]) for v in range(count)]
        for v, total in enumerate(_summed(builder, whole, arguments[3], 1, sums, adding(1))):
            _store(builder, total, target, I64(v))
        return context.get_dummy_value()

    return signature, codegen


def _zeros(count):
    return [ir.Constant(_VECTOR, [0.0] * LANES)] * count


def _joined(builder, chains):
    """The sum of the sums that were taken side by side."""
    even, odd, third, last = chains
    return builder.fadd(builder.fadd(even, third), builder.fadd(odd, last))


def _summed(builder, begin, end, stride, start, add):
    """What `add` makes of the sums when it has seen begin, begin + stride ... below `end`."""
    before = builder.block
    head, body, after = (builder.append_basic_block(name) for name in ("ask", "add", "added"))
    builder.branch(head)
    builder.position_at_end(head)
    index = builder.phi(I64)
    index.add_incoming(begin, before)
    sums = [builder.phi(_VECTOR) for _ in start]
    for phi, value in zip(sums, start, strict=True):
        phi.add_incoming(value, before)
    builder.cbranch(builder.icmp_signed("<", index, end), body, after)
    builder.position_at_end(body)
    results = add(index, sums)
    for phi, value in zip(sums, results, strict=True):
        phi.add_incoming(value, builder.block)
    index.add_incoming(builder.add(index, I64(stride)), builder.block)
    builder.branch(head)
    builder.position_at_end(after)
    return sums


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
