from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lilydesk.engines import Sampling, read_bundle
from lilydesk.engines.free_sampling import FreeSampler
from lilydesk.engines.session import Graphs
from lilydesk.engines.tokenizer import BOS, EOS, PAD, Tokenizer
from tests.support import TINY_BUNDLE

BUNDLE = read_bundle(TINY_BUNDLE)
ENCODE = Tokenizer.standard().encode


class ScriptedPatches:
    """Stands for the patch decoder: notes what it is fed."""

    def __init__(self) -> None:
        self.fed: list[list[int]] = []

    @property
    def length(self) -> int:
        return len(self.fed)

    def reset(self) -> None:
        self.fed = []

    def run(self, rows: np.ndarray) -> np.ndarray:
        self.fed += rows[0].tolist()
        return np.zeros((1, rows.shape[1], BUNDLE.geometry.hidden), dtype=np.float32)


class ScriptedTokens:
    """Stands for the token decoder: writes one scripted text after the other."""

    def __init__(self, *patches: list[int]) -> None:
        self.patches = list(patches)
        self.rest: list[int] = []
        self.length = 0

    def reset(self) -> None:
        self.rest = self.patches.pop(0) if self.patches else [EOS]

    def run(self, rows: np.ndarray) -> np.ndarray:
        logits = np.zeros((1, rows.shape[1], BUNDLE.geometry.vocab), dtype=np.float32)
        logits[0, -1, self.rest.pop(0)] = 100
        return logits


def write(*patches: list[int], context: int = 64) -> tuple[object, list[list[int]]]:
    geometry = replace(BUNDLE.geometry, context=context)
    decoder = ScriptedPatches()
    sampler = FreeSampler(
        replace(BUNDLE, geometry=geometry), Graphs(decoder, ScriptedTokens(*patches))
    )
    return sampler.write(("%Modern",), 12, Sampling(), seed=0), decoder.fed


def test_the_first_marker_is_drawn_anew_with_the_measures_wanted() -> None:
    music = ENCODE("c4 |\n")
    begun = [*ENCODE("[r:0/5]"), *music, EOS]
    sample, fed = write(begun, [*music, EOS], [BOS, EOS])
    assert sample.text == "[r:0/11]c4 |\n"
    assert sample.is_ended
    assert fed[-1][: len(ENCODE("[r:0/11]"))] == ENCODE("[r:0/11]")


def test_later_markers_are_the_models_own() -> None:
    later = [*ENCODE("[r:7/7]c4 |\n"), EOS]
    sample, _ = write([*ENCODE("[r:"), EOS], [*ENCODE("c4 |\n"), EOS], later, [BOS, EOS])
    assert sample.text == "[r:0/11]c4 |\n[r:7/7]c4 |\n"


def test_what_follows_an_eos_is_pad() -> None:
    _, fed = write([*ENCODE("c"), EOS], [BOS, EOS])
    assert fed[-1] == [*ENCODE("c"), EOS] + [PAD] * 14


@pytest.mark.parametrize("context", [5, 9])
def test_a_piece_without_end_fills_the_context(context: int) -> None:
    sample, fed = write(context=context)
    assert not sample.is_ended
    assert len(fed) == context
