from __future__ import annotations

from lilydesk.composing.familiar import familiar_passage
from lilydesk.engines.fingerprints import Fingerprints, MeasureIndex, notes_alone
from lilydesk.lilylet import parse_document, write_document

TUNE = ("c4 d e f", "g a b c", "R1", "d4 c b a", "g1")


def canonical(*measures: str) -> str:
    return write_document(parse_document("\\time 4/4 " + " |\n".join(measures) + " |\n").document)


def index() -> MeasureIndex:
    corpus = {"Schubert, a song": canonical("e1", *TUNE)}
    return MeasureIndex(Fingerprints.of(corpus, notes_alone), notes_alone)


def test_a_passage_of_a_known_piece_is_named_with_its_measures() -> None:
    document = parse_document(canonical("f1", "a1", *TUNE, "b1")).document
    found = familiar_passage(index(), document, 2, 6)
    assert found is not None
    assert found.sentence == (
        "Measures 3 to 7 follow Schubert, a song for 4 measures, up to its measure 6."
    )


def test_the_composers_own_measures_are_not_looked_at() -> None:
    document = parse_document(canonical(*TUNE, "b1", "f1")).document
    assert familiar_passage(index(), document, 5, 2) is None


def test_two_measures_alike_are_not_worth_a_word() -> None:
    document = parse_document(canonical("f1", "d4 c b a", "g1")).document
    assert familiar_passage(index(), document, 1, 2) is None
