"""The report of `lilydesk eval`: one HTML page with its pictures inside, readable offline."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from lilydesk.errors import EngravingError

if TYPE_CHECKING:
    from lilydesk.composing.evaluation import Sample
    from lilydesk.composing.statistics import Histograms

N_SCORES = 6  # rendered samples
_N_BARS = 14
_HEIGHT, _STEP, _BAR = 120, 44, 16  # pixels
_STYLE = """
body { font: 15px/1.5 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #222; }
table { border-collapse: collapse; } td { padding: .2em 1em .2em 0; }
figure { margin: 1.5em 0; } figcaption { color: #555; } img { max-width: 100%; background: #fff; }
.own { fill: #2a6f97; } .real { fill: #c9a227; } text { font: 11px sans-serif; fill: #444; }
"""


def report_page(
    model: str,
    figures: Mapping[str, Any],
    samples: Sequence[Sample],
    own: Histograms,
    real: Histograms,
) -> str:
    """The page for the figures of generated samples (see evaluate)."""
    kind = "constrained" if figures["constrained"] else "unconstrained"
    parts = [
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{escape(model)}</title>",
        f"<style>{_STYLE}</style><h1>What the model “{escape(model)}” writes</h1>",
        f"<p>{figures['samples']} {kind} samples of {figures['measures']} measures.</p>",
        _table(figures),
        "<p>Blue: samples. Yellow: the pieces compared with.</p>",
    ]
    reals = real.as_dict()
    for name, counts in own.as_dict().items():
        likeness = f"{name.replace('_', ' ')}: similarity {figures['similarity'][name]:.3f}"
        parts.append(_figure(_bars(counts, reals[name], name), likeness))
    parts += [_score(sample) for sample in samples[: 2 * N_SCORES : 2]]
    return "\n".join([*parts, "</html>\n"])


def _table(figures: Mapping[str, Any]) -> str:
    rows = {
        "samples that parse": f"{figures['parse_share']:.1%}",
        "voices that fill their measure exactly": f"{figures['full_voice_share']:.1%}",
        "samples with the number of measures wanted": f"{figures['measure_count_share']:.1%}",
        "difference between two seeds": f"{figures['diversity']['pair_difference']:.1%}",
    }
    if "memorised" in figures:
        for sense, found in figures["memorised"].items():
            name = f"longest run shared with a training piece, {sense.replace('_', ' ')}"
            rows[name] = f"{found['longest']} measures"
    cells = (f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in rows.items())
    return f"<table>{''.join(cells)}</table>"


def _figure(picture: str, caption: str) -> str:
    return f"<figure>{picture}<figcaption>{escape(caption)}</figcaption></figure>"


def _bars(own: Mapping[str, int], real: Mapping[str, int], name: str) -> str:
    """Pairs of bars: shares in the samples and in the pieces, as SVG."""
    labels = _labels(own, real, name)
    shares = [_shares(counts, labels) for counts in (own, real)]
    highest = max([*shares[0], *shares[1], 1e-9])
    parts = []
    for place, label in enumerate(labels):
        for side, style in enumerate(("own", "real")):
            tall = round(_HEIGHT * shares[side][place] / highest, 1)
            x = place * _STEP + 6 + side * _BAR
            parts.append(
                f'<rect class="{style}" x="{x}" y="{_HEIGHT - tall}" '
                f'width="{_BAR}" height="{tall}"/>'
            )
        x = place * _STEP + 6 + _BAR
        parts.append(
            f'<text x="{x}" y="{_HEIGHT + 14}" text-anchor="middle">{escape(label)}</text>'
        )
    width, height = len(labels) * _STEP + 8, _HEIGHT + 20
    return f'<svg width="{width}" height="{height}" role="img">{"".join(parts)}</svg>'


def _labels(own: Mapping[str, int], real: Mapping[str, int], name: str) -> list[str]:
    from lilydesk.composing.statistics import PITCH_CLASSES

    if name == "pitch_class":
        return list(PITCH_CLASSES)
    if name == "polyphony":
        return sorted({*own, *real}, key=int)
    common = sorted({*own, *real}, key=lambda label: -(own.get(label, 0) + real.get(label, 0)))
    return common[:_N_BARS]


def _shares(counts: Mapping[str, int], labels: Sequence[str]) -> list[float]:
    total = sum(counts.values()) or 1
    return [counts.get(label, 0) / total for label in labels]


def _score(sample: Sample) -> str:
    """A sample as engraved, or a line that says why not."""
    from lilydesk.codecs.mei import write_mei
    from lilydesk.engraving import render_svg
    from lilydesk.lilylet import parse_document

    words = ", ".join(line.removeprefix("%") for line in sample.prompt.lines) or "no style"
    caption = f"seed {sample.seed}: {words}"
    try:
        pages = render_svg(write_mei(parse_document(sample.text).document))
    except EngravingError as error:
        return _figure("", f"{caption}: {error}")
    data = base64.b64encode(pages[0].encode()).decode() if pages else ""
    return _figure(f'<img alt="" src="data:image/svg+xml;base64,{data}">', caption)
