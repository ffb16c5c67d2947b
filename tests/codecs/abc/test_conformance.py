"""The public ABC cases, through verovio, as the collection's own comparer reads them."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

from lilydesk.codecs.abc import read_abc
from lilydesk.codecs.mei import write_mei
from lilydesk.lilylet import parse_document, write_document
from tests.lilylet.meaning import meaning
from tests.support import need_shared

# A case without another reading in which the standard is followed, not the reference (docs/abc.md).
BY_THE_STANDARD = {"barline-types.abc"}
LONGEST = 8_000  # characters; verovio takes long over the longer ones


def cases() -> list[Path]:
    files = sorted(need_shared("conformance", "expected").glob("*.abc.json"))
    return [file for file in files if len(source_of(file)) < LONGEST]


def source_of(expected: Path) -> str:
    name = expected.name.removesuffix(".json")
    return (expected.parent.parent / "abc" / name).read_text(encoding="utf-8")


def test_every_case_sounds_right(comparer: ModuleType) -> None:
    wrong = set()
    for file in cases():
        expected = json.loads(file.read_text(encoding="utf-8"))
        table = comparer.Table(write_mei(read_abc(source_of(file)).document)).build()
        rows, _ = comparer.judge(expected, table)
        if not rows["notes"] or (expected["trusted"] and not rows["staff"]):
            wrong.add(expected["case"])
    assert wrong == BY_THE_STANDARD


def test_every_case_means_the_same_as_lilylet() -> None:
    for file in cases():
        document = read_abc(source_of(file)).document
        again = parse_document(write_document(document)).document
        assert meaning(again) == meaning(document), file.name
