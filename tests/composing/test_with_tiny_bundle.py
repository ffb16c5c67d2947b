"""From request to text with a real engine whose weights are random: noise, but always music."""

from __future__ import annotations

import itertools

import pytest

from lilydesk.composing import ComposeRequest, StylePrompt, compose
from lilydesk.engines import Sampling
from lilydesk.lilylet import parse_document
from tests.composing.events import assert_untouched, document_of

MELODY = (
    '\\staff "1" \\key g \\minor \\time 3/4 g\'4 bf8[ a] g4 \\\\\n'
    '\\staff "2" \\clef "bass" g2. | %1\n'
)


def texts(engine, request: ComposeRequest) -> list[str]:
    return [measure.text for measure in compose(engine, request, lambda: False)]


@pytest.mark.parametrize("temperature", [0.7, 1.0, 1.5])
@pytest.mark.parametrize("prefix", ["", MELODY, MELODY + '\n\\staff "1" d\'4 \\tuplet 3/2 { c8 bf'])
def test_random_weights_write_what_can_be_read(engine, prefix, temperature):
    request = ComposeRequest(
        2, StylePrompt("Romantic"), prefix, "g minor", "3/4", Sampling(temperature), seed=11
    )
    whole = prefix + "".join(texts(engine, request))
    parsed = parse_document(whole)
    assert len(parsed.document.measures) == len(document_of(prefix).measures) + 2
    assert parsed.errors == ()
    assert_untouched(prefix, whole)
    assert {m.key.fifths for m in parsed.document.measures if m.key} == {-2}


def test_a_seed_gives_the_same_piece_again(engine):
    request = ComposeRequest(2, prefix_text=MELODY, seed=5)
    first = texts(engine, request)
    assert texts(engine, request) == first
    assert texts(engine, ComposeRequest(2, prefix_text=MELODY, seed=6)) != first


def test_staves_go_on_as_they_were(engine):
    whole = MELODY + "".join(texts(engine, ComposeRequest(3, prefix_text=MELODY, seed=2)))
    for measure in document_of(whole).measures:
        assert len(measure.parts) == 1
        assert {voice.staff for voice in measure.parts[0].voices} == {1, 2}


def test_stop_ends_within_a_patch_and_keeps_whole_measures(engine):
    asked = itertools.count()
    measures = list(compose(engine, ComposeRequest(50, seed=1), lambda: next(asked) >= 60))
    assert next(asked) == 61
    parsed = parse_document("".join(measure.text for measure in measures))
    assert len(parsed.document.measures) == len(measures)
