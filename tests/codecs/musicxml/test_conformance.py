"""The public MusicXML cases and a corpus of songs and quartets, if they are at hand."""

from __future__ import annotations

import json
from types import ModuleType

from lilydesk.codecs.mei import write_mei
from lilydesk.codecs.musicxml import read_musicxml
from lilydesk.lilylet import parse_document, write_document
from tests.support import need_shared

# Rows in which a difference from the reference is meant; docs/musicxml.md says why.
MEANT = {
    "counts.octave", "texts.octave", "counts.dir", "texts.dir", "texts.tempo", "texts.tempo_mark",
}  # fmt: skip
N_OF_CORPUS = 3


def test_cases_sound_right_and_objects_are_complete(comparer: ModuleType) -> None:
    wrong = set()
    for file in sorted(need_shared("conformance", "expected").glob("*.xml.json")):
        expected = json.loads(file.read_text(encoding="utf-8"))
        data = need_shared("conformance", "musicxml", expected["case"]).read_bytes()
        document = parse_document(write_document(read_musicxml(data).document)).document
        rows, _ = comparer.judge(expected, comparer.Table(write_mei(document)).build())
        assert rows["notes"] or not expected["trusted"], file.name
        wrong |= {row for row, is_right in rows.items() if is_right is False}
    assert wrong <= MEANT


def test_scores_of_the_corpus_become_texts_without_errors() -> None:
    files = sorted(need_shared("corpus", "musicxml").glob("*.mxl"), key=lambda f: f.stat().st_size)
    for file in files[:: max(1, len(files) // N_OF_CORPUS)][:N_OF_CORPUS]:
        document = read_musicxml(file.read_bytes()).document
        text = write_document(document)
        parsed = parse_document(text)
        assert parsed.errors == (), file.name
        assert len(parsed.document.measures) == len(document.measures)
        assert write_document(parsed.document) == text
