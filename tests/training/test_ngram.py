from __future__ import annotations

import math

import numpy as np
import pytest

from lilydesk.engines.patches import PatchLayout
from lilydesk.engines.tokenizer import Tokenizer
from lilydesk.errors import LilyDeskError
from lilydesk.training.ngram import NGram, bits_per_token, token_stream
from lilydesk.training.pieces import pack_piece

LAYOUT = PatchLayout(Tokenizer.standard())


def stream(*tokens: int) -> np.ndarray:
    return np.array(tokens, dtype=np.uint8)


def test_a_unigram_is_interpolated_with_equal_shares() -> None:
    model = NGram(stream(10, 10, 11), order=1)
    # n = 3, t = 2: (2 + 2/256) / 5
    found = model.bits(stream(10), np.array([True]))
    assert found == pytest.approx(-math.log2((2 + 2 / 256) / 5))


def test_chances_of_all_tokens_make_one() -> None:
    model = NGram(stream(0, 0, 10, 11, 10, 12, 10, 11), order=3)
    is_last = np.array([False, False, True])
    bits = [model.bits(stream(11, 10, token), is_last) for token in range(1, 256)]
    bits.append(model.bits(stream(11, 10, 9), is_last))  # pad has the share of any unseen token
    assert sum(2**-b for b in bits) == pytest.approx(1)


def test_a_longer_context_foretells_better() -> None:
    piece = pack_piece("piece", "%Modern\n" + "c4 d e f |\n" * 30, LAYOUT)
    assert bits_per_token([piece], [piece], 6) < bits_per_token([piece], [piece], 2) - 0.3


def test_the_first_patch_of_a_piece_does_not_count() -> None:
    piece = pack_piece("piece", "%Modern\nc4 d e f |\n", LAYOUT)
    tokens, is_counted = token_stream([piece])
    assert len(piece.style[0]) == 1
    assert len(tokens) - is_counted.sum() == 8 + (piece.style[0] != 0).sum()


def test_an_order_that_no_key_can_hold_is_refused() -> None:
    with pytest.raises(LilyDeskError, match="between 1 and 8"):
        NGram(stream(10), order=9)
