"""Texts that nobody writes: they take no more than linear time, and never raise."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from lilydesk.lilylet import Severity, line_and_column, parse_document, write_document
from lilydesk.lilylet.measure_parser import MAX_MEASURE_LENGTH
from tests.benchmarks.fuzz_lilylet import cases_folder, fuzz, source_texts
from tests.strategies import broken_lilylet_texts


@settings(max_examples=100)
@given(text=broken_lilylet_texts())
def test_no_text_raises_and_every_fault_lies_within_it(text: str) -> None:
    parsed = parse_document(text)
    for fault in parsed.diagnostics:
        assert 0 <= fault.span.start <= fault.span.end <= len(text)
        assert fault.message
        assert line_and_column(text, fault.span.start) >= (1, 1)
    for start, measure in zip(parsed.document.starts, parsed.document.measures, strict=True):
        assert 0 <= start + measure.span.start <= start + measure.span.end <= len(text)


# A quadratic reader would need minutes of these.
@pytest.mark.parametrize(
    "piece",
    [
        "\\", "\\\\", "\\\"", "\"\\\" ", "\" \\\\\\\" ", "<", "<c ", "{", "}", "[title ",
        "\\addlyrics { ", "\\grace { ", "\\tuplet 3/2 { c ", "c \\stemUp ]", "%", "cdcd", "|",
        "c\\ottava", "((",
    ],
)  # fmt: skip
def test_a_long_line_of_one_kind_is_read(piece: str) -> None:
    parsed = parse_document((piece * 30_000)[:30_000])
    places = [fault.span for fault in parsed.diagnostics]
    assert all(0 <= span.start <= span.end <= 30_000 for span in places)
    write_document(parsed.document)


def test_a_measure_without_end_is_cut_and_said_so() -> None:
    text = "c d " * (MAX_MEASURE_LENGTH // 2) + "|"
    (fault,) = parse_document(text).diagnostics
    assert (fault.code, fault.severity) == ("text-too-long", Severity.ERROR)


def test_mutated_texts_break_no_law() -> None:
    complaints: list[str] = []
    fuzz(source_texts(cases_folder()), 300, 20261, complaints.append)
    assert "failures {}" in complaints[-1], "\n".join(complaints)
