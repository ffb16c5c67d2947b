"""What a decoder graph computes: its matrices, norms and positions, traced through its nodes.

Known are Llama layers behind int8 matrices from onnxruntime's dynamic quantisation: projections
apart or packed, queries and keys normed or not, patches embedded by a table or a one-hot matrix.
Anything else is Unrecognised and stays with onnxruntime. What cannot be read off with certainty
(the order inside packed projections, say) is settled by comparing outputs; see opening.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lilydesk.engines.bundle import LevelGeometry
from lilydesk.engines.native.onnx_file import Node, OnnxFile
from lilydesk.engines.native.tracing import (
    RESHAPING,
    Floats,
    Linear,
    Norm,
    Tracer,
    UnrecognisedError,
    require,
)


@dataclass(frozen=True, slots=True)
class Layer:
    """One Llama layer; the matrices of queries, keys and values and of gate and up side by side."""

    attention_norm: Norm
    query_norm: Norm
    key_norm: Norm
    qkv: tuple[Linear, ...]
    out: Linear
    mlp_norm: Norm
    gate_up: tuple[Linear, ...]
    down: Linear


@dataclass(frozen=True, slots=True)
class Decoder:
    """A whole graph. A patch decoder has an embedding, a token decoder a head."""

    level: LevelGeometry
    layers: tuple[Layer, ...]
    final_norm: Norm
    frequencies: Floats  # (head_dim / 2,), radians a position
    table: Floats | None  # (patch_size * vocab, hidden), with
    table_epsilon: float  # the epsilon of the norm behind it, negative without one
    one_hot: Linear | None
    head: Linear | None


def read_decoder(path: Path, level: LevelGeometry, output: str) -> Decoder:
    """Read a graph whose output is called `hidden` or `logits`. Raises UnrecognisedError."""
    try:
        return _Reader(OnnxFile(path), level).decoder(output)
    except (UnrecognisedError, MemoryError):
        raise
    except Exception as error:  # another kind of graph may break any expectation
        raise UnrecognisedError(f"{path.name}: {error!r}") from error


class _Reader(Tracer):
    def decoder(self, output: str) -> Decoder:
        head = self._linears.get(output)
        final_norm = self._norm(head.source if head else output)
        stream = self._begin()
        first = stream
        layers = []
        for index in range(self._level.n_layers):
            layer, stream = self._layer(index, stream)
            layers.append(layer)
        require(final_norm.source == stream, "the final norm reads something else")
        require(len(self._used(layers)) == len(self._linears), "there are other matrices")
        table, epsilon, one_hot = self._embedding(first)
        if self._frequencies is None:
            raise UnrecognisedError("no rotary positions")
        return Decoder(
            self._level, tuple(layers), final_norm, self._frequencies, table, epsilon, one_hot, head
        )

    def _used(self, layers: list[Layer]) -> list[str]:
        used = [m.result for a in layers for m in (*a.qkv, a.out, *a.gate_up, a.down)]
        outer = [name for name in self._linears if name not in used]
        known = {"logits", self._begin()}
        return used + [name for name in outer if name in known]

    # --- pieces of a layer ---

    def _begin(self) -> str:
        """The residual stream where it enters the first layer."""
        value = self._appended("new_v_0", "past_v_0")
        return self._norm(self._linears[self._unshaped(value)].source).source

    def _layer(self, index: int, stream: str) -> tuple[Layer, str]:
        value = self._linears[self._unshaped(self._appended(f"new_v_{index}", f"past_v_{index}"))]
        rotated_key = self._appended(f"new_k_{index}", f"past_k_{index}")
        key, key_norm = self._head_norm(rotated_key)
        scores = self._forward(f"new_k_{index}", {"MatMul"})
        rotated_query = next(
            name for name in scores.inputs if self._leads_from(name, f"new_k_{index}") is False
        )
        query, query_norm = self._head_norm(rotated_query)
        self._check_scale(scores, rotated_query, f"new_k_{index}")
        attention_norm = self._norm(value.source)
        require(attention_norm.source == stream, "a layer reads beside the stream")
        require(key.source == query.source == value.source, "heads read different tensors")
        mixed = self._forward(f"new_v_{index}", {"MatMul"})
        out = self._matrix_after(mixed.outputs[0])
        middle = self._residual(out.result, stream)
        gate_up, down, mlp_norm = self._feed_forward(middle)
        packed = tuple({linear.result: linear for linear in (query, key, value)}.values())
        layer = Layer(attention_norm, query_norm, key_norm, packed, out, mlp_norm, gate_up, down)
        return layer, self._residual(down.result, middle)

    def _check_scale(self, scores: Node, query: str, key: str) -> None:
        """Scores are divided by the root of the heads' size, wherever that is done."""
        factor = 1.0
        for behind in self._behind(query):
            factor *= self._factor(behind)
        name = next(other for other in scores.inputs if other != query)
        while name != key:
            node = self._file.producer(name)
            assert node is not None
            factor *= self._factor(node)
            name = node.inputs[0]
        (after,) = self._file.consumers(scores.outputs[0])
        while after.op != "Softmax":
            factor *= self._factor(after)
            (after,) = self._file.consumers(after.outputs[0])
        require(abs(factor * self._level.head_dim**0.5 - 1) < 1e-3, f"scores times {factor}")

    def _factor(self, node: Node) -> float:
        constants = [c for name in node.inputs for c in self._scalars(name)]
        if node.op not in ("Mul", "Div") or len(constants) != 1:
            return 1.0
        return float(constants[0]) if node.op == "Mul" else 1 / float(constants[0])

    def _feed_forward(self, stream: str) -> tuple[tuple[Linear, ...], Linear, Norm]:
        norms = {name: self._norm_or_none(m.source) for name, m in self._linears.items()}
        readers = [
            self._linears[name]
            for name, norm in norms.items()
            if norm is not None and norm.source == stream
        ]
        require(len(readers) in (1, 2), "the feed-forward half has other matrices")
        gates = [m for m in readers if self._reaches_sigmoid(m.result)]
        require(len(gates) == 1, "no gate")
        gate_up = (gates[0], *(m for m in readers if m is not gates[0]))
        down = self._linears[self._product_reader(gates[0].result)]
        norm = norms[gates[0].result]
        assert norm is not None
        return gate_up, down, norm

    def _product_reader(self, gate: str) -> str:
        for name, linear in self._linears.items():
            ancestors = set(self._behind(linear.source))
            if any(gate in node.inputs for node in ancestors):
                return name
        raise UnrecognisedError("nothing reads the gate")

    def _reaches_sigmoid(self, name: str) -> bool:
        for node in self._file.consumers(name):
            if node.op == "Sigmoid":
                return True
            if node.op in RESHAPING and any(map(self._reaches_sigmoid, node.outputs)):
                return True
        return False

    def _embedding(self, stream: str) -> tuple[Floats | None, float, Linear | None]:
        if stream == "inputs_embeds":
            return None, -1.0, None
        if stream in self._linears:
            linear = self._linears[stream]
            # A one-hot may be made by various nodes: what it does, opening.py compares.
            reads_patches = any("patches" in node.inputs for node in self._behind(linear.source))
            require(reads_patches, "an unknown embedding")
            return None, -1.0, linear
        norm = self._norm_or_none(stream)
        behind = list(self._behind(norm.source if norm else stream))
        require({node.op for node in behind} >= {"Gather", "ReduceSum"}, "an unknown embedding")
        gather = next(node for node in behind if node.op == "Gather")
        table = np.asarray(self._file.constants[gather.inputs[0]], dtype=np.float32)
        plain = norm is None or bool((norm.gain == 1).all())
        require(plain, "the norm of the embedding has a gain")
        return table, norm.epsilon if norm else -1.0, None
