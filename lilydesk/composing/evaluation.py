"""How good is what a model writes? Samples are drawn, read, and compared with real pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lilydesk.composing.compose import compose
from lilydesk.composing.request import ComposeRequest, StylePrompt
from lilydesk.composing.statistics import Histograms, similarity
from lilydesk.engines import Engine, Sampling
from lilydesk.engines.fingerprints import word_for_word
from lilydesk.engines.free_sampling import FreeSampler
from lilydesk.engines.patches import split_piece, without_markers
from lilydesk.lilylet import parse_document
from lilydesk.notation import Document


@dataclass(frozen=True, slots=True)
class Sample:
    """One generated piece."""

    prompt: StylePrompt
    seed: int
    text: str  # style lines first, markers removed
    is_ended: bool  # by the model itself


Writer = Callable[[StylePrompt, int], Sample]
"""Writes a sample for a prompt and a seed."""


def free_writer(sampler: FreeSampler, n_measures: int, sampling: Sampling) -> Writer:
    """The model alone: no guide, no repair."""

    def write(prompt: StylePrompt, seed: int) -> Sample:
        raw = sampler.write(prompt.lines, n_measures, sampling, seed)
        head = "".join(f"{line}\n" for line in prompt.lines)
        return Sample(prompt, seed, head + without_markers(raw.text), raw.is_ended)

    return write


def guided_writer(engine: Engine, n_measures: int, sampling: Sampling) -> Writer:
    """As composers have it: guided, every measure checked."""

    def write(prompt: StylePrompt, seed: int) -> Sample:
        request = ComposeRequest(n_measures, prompt, sampling=sampling, seed=seed)
        measures = compose(engine, request, lambda: False)
        return Sample(prompt, seed, "".join(measure.text for measure in measures), True)

    return write


def draw_samples(
    write: Writer, prompts: Sequence[StylePrompt], n_samples: int, seed: int
) -> list[Sample]:
    """Samples with seeds from `seed` on; each two neighbours share a prompt, drawn at random."""
    rng = np.random.default_rng(seed)
    drawn = [prompts[int(rng.integers(len(prompts)))] for _ in range((n_samples + 1) // 2)]
    return [write(drawn[index // 2], seed + index) for index in range(n_samples)]


@dataclass(frozen=True, slots=True)
class Soundness:
    """Whether pieces are music, counted."""

    pieces: int
    parsing: int  # without an error
    voices: int
    full_voices: int  # those that fill their measure exactly
    counted: int  # with the number of measures wanted

    def as_dict(self) -> dict[str, Any]:
        """Shares, for the JSON."""
        return {
            "samples": self.pieces,
            "parse_share": _share(self.parsing, self.pieces),
            "voices": self.voices,
            "full_voice_share": _share(self.full_voices, self.voices),
            "measure_count_share": _share(self.counted, self.pieces),
        }


def soundness(samples: Iterable[Sample], n_measures: int) -> Soundness:
    """Read the samples and count. One that the model did not end has not honoured the number."""
    pieces = parsing = voices = full = counted = 0
    for sample in samples:
        parsed = parse_document(sample.text)
        pieces += 1
        parsing += not parsed.errors
        counted += sample.is_ended and len(parsed.document.measures) == n_measures
        n_voices, n_full = full_voices(parsed.document)
        voices, full = voices + n_voices, full + n_full
    return Soundness(pieces, parsing, voices, full, counted)


def full_voices(document: Document) -> tuple[int, int]:
    """How many voices there are in all measures, and how many fill their measure exactly."""
    fits = [
        voice.length == measure.expected
        for measure in document.measures
        for voice in measure.voices
    ]
    return len(fits), sum(fits)


def diversity(samples: Sequence[Sample]) -> dict[str, float]:
    """How much seeds change: between two samples of one prompt, and over all.

    `pair_difference` is 1 minus the share of distinct measures that the two have in common.
    """
    measures = [[word_for_word(m) for m in split_piece(sample.text).measures] for sample in samples]
    sets = [set(piece) for piece in measures]
    pairs = [_difference(*sets[i : i + 2]) for i in range(0, len(sets) - 1, 2)]
    everything = [measure for piece in measures for measure in piece]
    return {
        "pair_difference": sum(pairs) / len(pairs) if pairs else 0.0,
        "distinct_samples": _share(len({tuple(piece) for piece in measures}), len(samples)),
        "distinct_measures": _share(len(set(everything)), len(everything)),
    }


def _difference(one: set[str], other: set[str]) -> float:
    both = one | other
    return 1 - len(one & other) / len(both) if both else 0.0


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def histograms_of(texts: Iterable[str]) -> Histograms:
    """What the pieces are made of."""
    histograms = Histograms()
    for text in texts:
        histograms.add(parse_document(text).document)
    return histograms


def similarities(one: Histograms, other: Histograms) -> dict[str, float]:
    """Jensen–Shannon similarity of each histogram."""
    others = other.as_dict()
    return {name: similarity(counts, others[name]) for name, counts in one.as_dict().items()}
