"""The training log as a picture: bits per token over steps, as SVG."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

LOG = "log.jsonl"
_WIDTH, _HEIGHT = 720, 400  # pixels, margins included
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 16, 16, 44
_CURVES = (("train_bits", "training", "#2a6f97"), ("valid_bits", "validation", "#c1121f"))
_LARGEST_SHOWN = 3.0  # bits; the first steps would press the rest flat
Point = tuple[float, float]


def read_log(path: Path) -> list[dict[str, float]]:
    """Entries of a training log, in order; of those that a resumed run wrote again, the last."""
    entries: dict[tuple[float, bool], dict[str, float]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        entries[entry["step"], "valid_bits" in entry] = entry
    return [entries[key] for key in sorted(entries)]


def loss_plot(entries: Iterable[Mapping[str, float]]) -> str:
    """Both curves with their axes. A log without entries gives an empty frame."""
    rows = list(entries)
    curves = {name: [(r["step"], r[name]) for r in rows if name in r] for name, _, _ in _CURVES}
    points = [point for curve in curves.values() for point in curve]
    last = max((step for step, _ in points), default=1.0)
    low = min((bits for _, bits in points), default=0.0)
    high = min(_LARGEST_SHOWN, max((bits for _, bits in points), default=1.0))
    frame = _Frame(last, low // 0.2 * 0.2, max(high, low + 0.2))
    parts = [frame.axes()]
    for index, (name, label, colour) in enumerate(_CURVES):
        parts.append(frame.curve(curves[name], colour))
        parts.append(_text(_WIDTH - 110, _TOP + 18 * (index + 1), label, colour, "start"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'font-family="sans-serif" font-size="12">\n'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


class _Frame:
    """From steps and bits to pixels."""

    def __init__(self, last_step: float, low: float, high: float) -> None:
        self._last, self._low, self._high = max(last_step, 1.0), low, high

    def place(self, step: float, bits: float) -> Point:
        """Pixels of a point."""
        across = (_WIDTH - _LEFT - _RIGHT) * step / self._last
        share = (min(bits, self._high) - self._low) / (self._high - self._low)
        return _LEFT + across, _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * share

    def curve(self, points: Sequence[Point], colour: str) -> str:
        """A polyline; a point alone is a dot."""
        places = [self.place(*point) for point in points]
        dots = "".join(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2" fill="{colour}"/>' for x, y in places
        )
        lines = "".join(
            f'<path d="M{a[0]:.1f} {a[1]:.1f}L{b[0]:.1f} {b[1]:.1f}" stroke="{colour}"/>'
            for a, b in pairwise(places)
        )
        return lines + dots

    def axes(self) -> str:
        """Lines and numbers: steps below, bits per token at the left."""
        parts = []
        spacing = 0.1 if self._high - self._low < 1 else 0.2
        for index in range(1 + int((self._high - self._low) / spacing + 1e-9)):
            bits = self._low + index * spacing
            x, y = self.place(0, bits)
            parts.append(f'<path d="M{x} {y:.1f}H{_WIDTH - _RIGHT}" stroke="#dddddd"/>')
            parts.append(_text(x - 6, y + 4, f"{bits:.1f}", "#444444", "end"))
        for index in range(6):
            step = self._last * index / 5
            x, _ = self.place(step, self._low)
            parts.append(_text(x, _HEIGHT - _BOTTOM + 18, f"{step:.0f}", "#444444", "middle"))
        title = "bits per token, over training steps"
        parts.append(_text(_WIDTH / 2, _HEIGHT - 8, title, "#444444", "middle"))
        return "\n".join(parts)


def _text(x: float, y: float, words: str, colour: str, anchor: str) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} fill="{colour}">{words}</text>'
