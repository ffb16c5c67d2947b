"""Tokenizer and patch layout against the published vectors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lilydesk.engines.patches import PatchLayout
from lilydesk.engines.tokenizer import Tokenizer

VECTORS = json.loads((Path(__file__).parents[1] / "fixtures/patch-vectors.json").read_text())
LAYOUT = PatchLayout(Tokenizer.standard())


@pytest.mark.parametrize("vector", VECTORS, ids=[v["name"] for v in VECTORS])
def test_layout_equals_the_published_vectors(vector):
    patches = LAYOUT.piece(vector["text"], vector.get("total_measures"))
    assert [list(patch) for patch in patches] == vector["patches"]


def test_decoding_gives_the_text_back():
    text = '\\staff "1" \\key bf \\minor <c e\'>4\\sfz~ \\\\\n\\times 2/3 { é } |'
    tokenizer = Tokenizer.standard()
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_a_foreign_character_becomes_one_unknown():
    assert Tokenizer.standard().encode("–") == [3]


def test_percent_in_a_string_is_no_comment():
    piece = 'c4\\markup "50%" d | % end\n'
    assert "50%" in LAYOUT.tokenizer.decode(t for p in LAYOUT.piece(piece) for t in p)
