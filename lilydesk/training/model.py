"""The hierarchical decoder: a patch-level Llama and a token-level Llama.

The patch decoder turns each patch (16 token ids) into one hidden state that has seen all patches
before it; the token decoder expands that state into the tokens of the next patch.
Shapes: B rows, L patches a row, N patches in a batch without rows, T tokens a patch, H hidden.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lilydesk.engines.tokenizer import PAD

_SHORT_ROW = 32  # positions


@dataclass(frozen=True, slots=True)
class Geometry:
    """Sizes of a model; the defaults are the small bundle that ships with the program."""

    hidden: int = 256
    feed_forward: int = 768
    head_dim: int = 64
    n_patch_layers: int = 6
    n_token_layers: int = 3
    patch_size: int = 16
    vocab: int = 256
    context: int = 1024  # patches

    @property
    def n_heads(self) -> int:
        """Attention heads; as many key/value heads."""
        return self.hidden // self.head_dim

    def as_dict(self) -> dict[str, int]:
        """Plain values, for checkpoints."""
        return asdict(self)


def normed(x: Tensor, eps: float = 1e-5) -> Tensor:
    """Divide by the root mean square of the last axis, in float32."""
    wide = x.float()
    return (wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + eps)).to(x.dtype)


class RMSNorm(nn.Module):
    """Root-mean-square norm with a learned gain."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(hidden))

    def forward(self, x: Tensor) -> Tensor:
        """Norm over the last axis; any shape."""
        return normed(x) * self.weight.to(x.dtype)


def rotary_table(positions: Tensor, head_dim: int, base: float = 10000.0) -> tuple[Tensor, Tensor]:
    """Cosine and sine of shape (L, head_dim) for integer positions (L,)."""
    steps = torch.arange(0, head_dim, 2, device=positions.device, dtype=torch.float32)
    angles = positions.float()[:, None] * (base ** (-steps / head_dim))[None, :]
    angles = torch.cat((angles, angles), dim=-1)
    return angles.cos(), angles.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Apply rotary positions to x of shape (..., L, head_dim)."""
    low, high = x.chunk(2, dim=-1)
    turned = torch.cat((-high, low), dim=-1)
    return x * cos.to(x.dtype) + turned * sin.to(x.dtype)


def causal_attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Attention of each position to itself and those before; all (B, heads, L, head_dim).

    Short rows are written out: on a CPU the backward pass of the fused kernel took a third of a
    training step at L = 16 (profiled with torch 2.13), the plain products a few per cent.
    """
    L = q.shape[2]
    if L > _SHORT_ROW:
        return F.scaled_dot_product_attention(q, k, v, is_causal=True)
    scores = q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5
    is_later = torch.ones(L, L, dtype=torch.bool, device=q.device).triu(1)
    weights = scores.float().masked_fill(is_later, float("-inf")).softmax(-1)
    return weights.to(v.dtype) @ v


class Block(nn.Module):
    """One Llama layer: attention and SwiGLU, each behind a norm and beside a residual.

    Queries and keys are normed too, unlike in plain Llama; see docs/training.md for what was tried.
    """

    def __init__(self, geometry: Geometry) -> None:
        super().__init__()
        hidden, wide = geometry.hidden, geometry.feed_forward
        self.head_dim = geometry.head_dim
        self.attention_norm = RMSNorm(hidden)
        self.qkv = nn.Linear(hidden, 3 * hidden, bias=False)
        self.query_gain = nn.Parameter(torch.full((geometry.head_dim,), 1.5))
        self.out = nn.Linear(hidden, hidden, bias=False)
        self.mlp_norm = RMSNorm(hidden)
        self.gate_up = nn.Linear(hidden, 2 * wide, bias=False)
        self.down = nn.Linear(wide, hidden, bias=False)

    def heads(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Query, key and value of shape (B, heads, L, head_dim)."""
        B, L, H = x.shape
        qkv = self.qkv(self.attention_norm(x)).view(B, L, 3, H // self.head_dim, self.head_dim)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        return normed(q) * self.query_gain.to(q.dtype), normed(k), v

    def after_attention(self, x: Tensor, attended: Tensor) -> Tensor:
        """Residual, then the feed-forward half; `attended` is (B, heads, L, head_dim)."""
        B, L, H = x.shape
        x = x + self.out(attended.transpose(1, 2).reshape(B, L, H))
        gate, up = self.gate_up(self.mlp_norm(x)).chunk(2, dim=-1)
        return x + self.down(F.silu(gate) * up)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """(B, L, H) to (B, L, H), each position seeing those before it."""
        q, k, v = self.heads(x)
        attended = causal_attention(rotate(q, cos, sin), rotate(k, cos, sin), v)
        return self.after_attention(x, attended)


class Decoder(nn.Module):
    """A stack of blocks and a final norm."""

    def __init__(self, geometry: Geometry, n_layers: int) -> None:
        super().__init__()
        self.head_dim = geometry.head_dim
        self.blocks = nn.ModuleList(Block(geometry) for _ in range(n_layers))
        self.norm = RMSNorm(geometry.hidden)

    def forward(self, x: Tensor) -> Tensor:
        """(B, L, H) to (B, L, H), positions counted from 0."""
        positions = torch.arange(x.shape[1], device=x.device)
        cos, sin = rotary_table(positions, self.head_dim)
        for block in self.blocks:
            x = block(x, cos, sin)
        return self.norm(x)  # type: ignore[no-any-return]


class HierarchicalModel(nn.Module):
    """Both decoders, the patch embedding, the token embedding and the output layer."""

    def __init__(self, geometry: Geometry) -> None:
        super().__init__()
        self.geometry = geometry
        self.patch_embedding = nn.Embedding(geometry.patch_size * geometry.vocab, geometry.hidden)
        self.patch_decoder = Decoder(geometry, geometry.n_patch_layers)
        self.token_embedding = nn.Embedding(geometry.vocab, geometry.hidden)
        self.token_decoder = Decoder(geometry, geometry.n_token_layers)
        self.head = nn.Linear(geometry.hidden, geometry.vocab, bias=False)
        self.register_buffer(
            "slot_offsets", torch.arange(geometry.patch_size) * geometry.vocab, persistent=False
        )
        self._initialise()

    def _initialise(self) -> None:
        for name, parameter in self.named_parameters():
            if name.endswith(("out.weight", "down.weight")):
                nn.init.zeros_(parameter)  # every layer begins as the identity
            elif parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.02)

    def compile_decoders(self) -> None:
        """Fuse the element-wise work of both decoders (torch.compile, first steps are slow)."""
        self.hidden_states = torch.compile(self.hidden_states, dynamic=True)  # type: ignore[method-assign]
        self.token_logits = torch.compile(self.token_logits, dynamic=True)  # type: ignore[method-assign]

    def embed_patches(self, patches: Tensor) -> Tensor:
        """Patches (B, L, T) of ids to (B, L, H): one row per slot and id, summed and normed."""
        return normed(self.patch_embedding(patches + self.slot_offsets).sum(dim=2))  # type: ignore[operator]

    def hidden_states(self, patches: Tensor) -> Tensor:
        """(B, L, T) ids to (B, L, H) states; state i has seen patches 0..i."""
        return self.patch_decoder(self.embed_patches(patches))  # type: ignore[no-any-return]

    def token_logits(self, hidden: Tensor, patches: Tensor) -> Tensor:
        """States (N, H) and the patches (N, T) they shall foretell: logits (N, T, vocab)."""
        known = normed(self.token_embedding(patches[:, :-1]))
        x = torch.cat((hidden[:, None, :].to(known.dtype), known), dim=1)  # (N, T, H)
        return self.head(self.token_decoder(x))  # type: ignore[no-any-return]

    def loss(self, patches: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Summed loss in nats and the number of tokens it is over; pads do not count.

        `patches` is (B, L, T), `lengths` (B,) tells how many patches of each row are real. The
        first patch of a row has nothing before it and is not foretold.
        """
        states = self.hidden_states(patches)[:, :-1]
        is_real = torch.arange(1, patches.shape[1], device=patches.device) < lengths[:, None]
        targets = patches[:, 1:][is_real]  # (N, T)
        return self._patch_nats(states[is_real], targets), (targets != PAD).sum()

    def _patch_nats(self, hidden: Tensor, targets: Tensor) -> Tensor:
        """Summed loss of patches (N, T); those at most half full are computed at half the width.

        A quarter of all patches is, so that half of the pads cost nothing.
        """
        half = targets.shape[1] // 2
        is_short = (targets[:, half:] == PAD).all(dim=1)
        nats = hidden.new_zeros((), dtype=torch.float32)
        for chosen, width in ((is_short, half), (~is_short, targets.shape[1])):
            part = targets[chosen, :width]
            if len(part):
                logits, is_token = self.token_logits(hidden[chosen], part), part != PAD
                nats = nats + F.cross_entropy(
                    logits[is_token].float(), part[is_token], reduction="sum"
                )
        return nats
