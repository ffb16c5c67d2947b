"""The public cases and the corpus: read as the reference reads them, written and read again."""

from __future__ import annotations

import pytest

from lilydesk.lilylet import parse_document, write_document
from tests.lilylet.cases import case_names, case_text, case_tree, corpus_pieces
from tests.lilylet.meaning import meaning
from tests.lilylet.reference_tree import our_measures, their_measures

NAMES = case_names() or [pytest.param("", marks=pytest.mark.skip(reason="no shared folder"))]


@pytest.mark.parametrize("name", NAMES)
def test_a_case_is_read_as_the_reference_reads_it(name: str) -> None:
    document = parse_document(case_text(name)).document
    assert our_measures(document) == their_measures(case_tree(name))


@pytest.mark.parametrize("name", NAMES)
def test_a_case_has_no_errors_and_survives_writing(name: str) -> None:
    parsed = parse_document(case_text(name))
    assert parsed.errors == ()
    written = write_document(parsed.document)
    again = parse_document(written).document
    assert meaning(again) == meaning(parsed.document)
    assert write_document(again) == written


def test_pieces_of_the_corpus_have_no_errors_and_are_written_as_they_are() -> None:
    for name, text in corpus_pieces(6).items():
        parsed = parse_document(text)
        assert parsed.errors == (), name
        written = write_document(parsed.document, measure_numbers=False)
        equal = sum(
            one == other for one, other in zip(text.split("\n"), written.split("\n"), strict=True)
        )
        assert equal >= 0.99 * text.count("\n"), name
