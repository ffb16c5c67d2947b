"""Ways back and forth between the nodes of a graph: to matrices, norms, caches, the stream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.bundle import LevelGeometry
from lilydesk.engines.native.onnx_file import Node, OnnxFile

Floats = NDArray[np.float32]

RESHAPING = {
    "Reshape", "Transpose", "Slice", "Squeeze", "Unsqueeze", "Split", "Cast", "Identity", "Flatten",
}  # fmt: skip


class UnrecognisedError(Exception):
    """A graph that this package cannot run."""


@dataclass(frozen=True, slots=True)
class Linear:
    """A quantised matrix: y = (float(x_q @ weight)) * x_scale * scale + bias."""

    weight: NDArray[np.int8]  # (n_in, n_out)
    scale: Floats  # (n_out,)
    bias: Floats | None
    source: str  # name of the float tensor that it reads
    result: str  # name of the float tensor that it makes


@dataclass(frozen=True, slots=True)
class Norm:
    """x / sqrt(mean(x²) + epsilon) * gain; without a norm, epsilon is negative."""

    gain: Floats
    epsilon: float
    source: str = ""


class Tracer:
    """A graph and its quantised matrices by the names of their results."""

    def __init__(self, file: OnnxFile, level: LevelGeometry) -> None:
        self._file, self._level = file, level
        linears = [self._linear(node) for node in file.nodes if node.op == "MatMulInteger"]
        self._linears = {linear.result: linear for linear in linears}
        self._frequencies: Floats | None = None

    def _linear(self, node: Node) -> Linear:
        constants = self._file.constants
        weight = constants[node.inputs[1]]
        quantised = self._file.producer(node.inputs[0])
        if quantised is None or quantised.op != "DynamicQuantizeLinear" or weight.ndim != 2:
            raise UnrecognisedError("a matrix that is not quantised dynamically")
        zero = constants[node.inputs[3]] if len(node.inputs) > 3 else np.zeros(1, np.int8)
        if weight.dtype == np.uint8:
            require(bool((zero == 128).all()), "zero points of the weights")
            weight = (weight.astype(np.int16) - 128).astype(np.int8)
        else:
            require(bool((zero == 0).all()), "zero points of the weights")
        (cast,) = self._file.consumers(node.outputs[0])
        (scaled,) = self._file.consumers(cast.outputs[0])
        scales = self._file.producer(self._other(scaled, cast.outputs[0]))
        if cast.op != "Cast" or scaled.op != "Mul" or scales is None or scales.op != "Mul":
            raise UnrecognisedError("a matrix without its scales")
        scale = next(constants[name] for name in scales.inputs if name in constants)
        scale = np.broadcast_to(scale.astype(np.float32).reshape(-1), weight.shape[1:])
        result, bias = scaled.outputs[0], None
        after = self._file.consumers(result)
        if len(after) == 1 and after[0].op == "Add":
            constant = constants.get(self._other(after[0], result))
            if constant is not None and constant.size == weight.shape[1]:
                bias, result = constant.astype(np.float32).reshape(-1), after[0].outputs[0]
        return Linear(weight, scale, bias, quantised.inputs[0], result)

    def _norm(self, name: str) -> Norm:
        norm = self._norm_or_none(name)
        if norm is None:
            raise UnrecognisedError(f"no norm makes {name}")
        return norm

    def _norm_or_none(self, name: str) -> Norm | None:
        """The norm that makes a tensor: the product, in any order, of source, root and gain."""
        node = self._uncast(name)
        inner = [self._uncast(factor) for factor in node.inputs] if node else []
        for product in (node, *inner):
            if product is None or product.op not in ("Mul", "Div"):
                continue
            for root in product.inputs:
                found = self._root(root)
                if found is not None:
                    return self._norm_with(name, root, *found)
        return None

    def _norm_with(self, name: str, root: str, source: str, epsilon: float) -> Norm | None:
        factors = list(self._factors_of(name, {root, source}))
        gains = [self._file.constants[f] for f in factors if f in self._file.constants]
        if sorted(f for f in factors if f not in self._file.constants) != sorted((root, source)):
            return None
        if not gains:
            return Norm(np.ones(0, np.float32), epsilon, source)
        return Norm(gains[0].astype(np.float32).reshape(-1), epsilon, source)

    def _factors_of(self, name: str, known: set[str]) -> Iterator[str]:
        name = name if name in known else self._uncast_name(name)
        node = self._file.producer(name)
        if name in known or node is None or node.op not in ("Mul", "Div"):
            yield name
            return
        for factor in node.inputs:
            yield from self._factors_of(factor, known)

    def _root(self, name: str) -> tuple[str, float] | None:
        """Of what a tensor is the root of the mean square [inverted], and the epsilon in it."""
        node = self._file.producer(name)
        if node is not None and node.op == "Reciprocal":
            node = self._file.producer(node.inputs[0])
        added = self._file.producer(node.inputs[0]) if node is not None else None
        if node is None or node.op != "Sqrt" or added is None or added.op != "Add":
            return None
        epsilon = next(float(c) for name in added.inputs for c in self._scalars(name))
        means = [self._file.producer(name) for name in added.inputs]
        mean = next(node for node in means if node is not None and node.op == "ReduceMean")
        squares = self._file.producer(mean.inputs[0])
        if squares is None or squares.op not in ("Pow", "Mul"):
            return None
        return self._uncast_name(squares.inputs[0]), epsilon

    def _scalars(self, name: str) -> Iterator[Any]:
        constant = self._file.constants.get(name)
        if constant is not None and constant.size == 1:
            yield constant.reshape(())

    def _head_norm(self, rotated: str) -> tuple[Linear, Norm]:
        """The matrix behind rotated queries or keys, and the norm of each head between."""
        head_dim = self._level.head_dim
        results: dict[str, Linear] = {}
        gain, epsilon = np.ones(0, np.float32), -1.0
        for node in self._behind(rotated):
            for name in node.inputs:
                if name in self._linears:
                    results[name] = self._linears[name]
                constant = self._file.constants.get(name)
                if constant is None or constant.dtype != np.float32:
                    continue
                if constant.size == head_dim // 2 and node.op in ("Mul", "MatMul", "Expand"):
                    self._frequencies = constant.reshape(-1)
                elif constant.size == head_dim and node.op == "Mul":
                    gain = constant.reshape(-1)
            if node.op == "Sqrt":
                found = self._root(node.outputs[0])
                epsilon = found[1] if found else epsilon
        require(len(results) == 1, "heads that mix matrices")
        return next(iter(results.values())), Norm(gain, epsilon)

    def _behind(self, name: str) -> Iterator[Node]:
        """The nodes that lead to a tensor, back to the nearest matrices."""
        seen: set[str] = set()
        waiting = [name]
        while waiting:
            current = waiting.pop()
            node = self._file.producer(current)
            if current in seen or current in self._linears or node is None:
                continue
            seen.add(current)
            yield node
            waiting += node.inputs

    def _leads_from(self, name: str, origin: str) -> bool:
        """Whether a tensor is another one reshaped or scaled."""
        while name != origin:
            node = self._file.producer(name)
            if node is None or node.op not in RESHAPING | {"Mul"}:
                return False
            name = node.inputs[0]
        return True

    def _appended(self, present: str, past: str) -> str:
        """What is put behind the cache."""
        node = self._file.producer(present)
        if node is None or node.op != "Concat" or node.inputs[0] != past or len(node.inputs) != 2:
            raise UnrecognisedError(f"{present} is not {past} and more")
        return node.inputs[1]

    def _unshaped(self, name: str) -> str:
        while name not in self._linears:
            node = self._file.producer(name)
            if node is None or node.op not in RESHAPING:
                raise UnrecognisedError(f"{name} comes from no matrix")
            name = node.inputs[0]
        return name

    def _forward(self, name: str, ops: set[str]) -> Node:
        """The next node of certain kinds that reads a tensor, reshaped or scaled at most."""
        for node in self._file.consumers(name):
            if node.op in ops:
                return node
            if node.op in RESHAPING | {"Mul"}:
                return self._forward(node.outputs[0], ops)
        raise UnrecognisedError(f"no {ops} reads {name}")

    def _matrix_after(self, name: str) -> Linear:
        while True:
            (node,) = self._file.consumers(name)
            if node.op == "DynamicQuantizeLinear":
                return next(m for m in self._linears.values() if m.source == name)
            require(node.op in RESHAPING, f"{node.op} behind the attention")
            name = node.outputs[0]

    def _residual(self, name: str, stream: str) -> str:
        """The stream after a result was added to it."""
        for node in self._file.consumers(name):
            if node.op == "Add" and self._other(node, name) == stream:
                return node.outputs[0]
        raise UnrecognisedError("a result that is not added to the stream")

    def _uncast_name(self, name: str) -> str:
        node = self._file.producer(name)
        while node is not None and node.op in ("Cast", "Identity"):
            name = node.inputs[0]
            node = self._file.producer(name)
        return name

    def _uncast(self, name: str) -> Node | None:
        return self._file.producer(self._uncast_name(name))

    @staticmethod
    def _other(node: Node, name: str) -> str:
        return node.inputs[1] if node.inputs[0] == name else node.inputs[0]


def require(condition: bool, reason: str) -> None:
    """Raise UnrecognisedError with a reason unless a condition holds."""
    if not condition:
        raise UnrecognisedError(reason)
