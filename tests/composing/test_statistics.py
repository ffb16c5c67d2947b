from __future__ import annotations

from collections import Counter

import pytest

from lilydesk.composing.statistics import Histograms, similarity
from lilydesk.lilylet import parse_document


def histograms(text: str) -> Histograms:
    found = Histograms()
    found.add(parse_document(text).document)
    return found


def test_pitch_classes_and_durations_count_every_head() -> None:
    found = histograms("\\time 2/4 <c e>4 \\tuplet 3/2 { d8 d d } |")
    assert found.pitch_class == Counter({"D": 3, "C": 1, "E": 1})
    assert found.duration == Counter({"1/3": 3, "1": 2})


def test_polyphony_counts_what_sounds_at_each_new_note() -> None:
    found = histograms("\\time 2/4 <c e>4 d \\\\\nc,2 |")
    assert found.polyphony == Counter({"3": 1, "2": 1})


def test_grace_notes_take_no_time() -> None:
    found = histograms("\\time 1/4 \\grace { d8 } c4 |")
    assert found.duration == Counter({"grace": 1, "1": 1})
    assert found.polyphony == Counter({"1": 1})


def test_equal_shares_are_wholly_similar_and_strangers_not_at_all() -> None:
    assert similarity({"a": 1, "b": 1}, {"a": 5, "b": 5}) == pytest.approx(1)
    assert similarity({"a": 1}, {"b": 1}) == pytest.approx(0)
    assert 0 < similarity({"a": 3, "b": 1}, {"a": 1, "b": 3}) < 1
    assert similarity({}, {"a": 1}) == 0
