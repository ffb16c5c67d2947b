from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from lilydesk.app.document_runner import DocumentRunner, EditOrder, edit, encoder, perform
from lilydesk.app.edit_operations import run_operation
from lilydesk.codecs.mei import AccidentalStyle, write_mei
from lilydesk.engraving.cuts import cut_score
from lilydesk.engraving.pieces import Cut
from lilydesk.lilylet import parse_document
from lilydesk.notation import Document
from lilydesk.notation.span import Span

FRAGMENTS = (
    "c'4( d | ",
    "e) \\key d \\major f | ",
    '\\bar ":|." g | ',
    '[measures "2*[1]{2,3}"]\n',
    '[measures "2*[1..2]{3..4,5}"]\n',
    '\\staff "2" c\'4 d \\\\\ne4 f |\n',
)


def piece(n_measures: int) -> Document:
    return parse_document("c4 d e f |\n" * n_measures).document


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[DocumentRunner]:
    runner = DocumentRunner(encoder())
    yield runner
    runner.shutdown()


def test_a_document_becomes_mei(runner: DocumentRunner, qtbot: QtBot) -> None:
    with qtbot.waitSignal(runner.done) as encoded:
        runner.request(piece(3))
    assert len(encoded.args[0].cuts) == 3


def renamed(cuts: Sequence[Cut]) -> list[Cut]:
    """Measures named by their places: a measure that comes later keeps its name elsewhere."""
    names = [re.findall(r'<measure xml:id="m(\d+)"', cut.text)[0] for cut in cuts]
    assert len(set(names)) == len(names)  # ui.score.numbering finds measures by them
    places = {name: str(place) for place, name in enumerate(names)}

    def named(text: str) -> str:
        text = re.sub(r'(<measure [^>]*?) n="\d+"', r"\1", text)
        return re.sub(r'(?<=["#])m(\d+)(?=["-])', lambda m: f"m{places[m[1]]}", text)

    return [cut._replace(text=named(cut.text)) for cut in cuts]


@example([["c4 | ", "c4 | ", "c4 | "], ["g | ", "c4 | "]])
@given(st.lists(st.lists(st.sampled_from(FRAGMENTS), max_size=6), min_size=1, max_size=3))
@settings(max_examples=40)
def test_pieces_are_those_of_the_whole_text(states: list[list[str]]) -> None:
    encode = encoder()
    for state in states:
        document = parse_document("".join(state)).document
        whole = cut_score(write_mei(document, AccidentalStyle.CONVENTIONAL))
        found = encode(document)
        assert whole is not None
        assert (found.head, found.definition) == (whole.head, whole.definition)
        assert renamed(found.cuts) == renamed(whole.cuts)


def test_measures_far_from_an_edit_are_the_same_objects() -> None:
    encode = encoder()
    before = encode(parse_document("c4 d | e f | g a |").document)
    after = encode(parse_document("c4 d | e f | g b |").document)
    assert [old is new for old, new in zip(before.cuts, after.cuts, strict=True)] == [
        True, True, False,
    ]  # fmt: skip


def test_only_the_newest_document_is_answered(runner: DocumentRunner, qtbot: QtBot) -> None:
    counts: list[int] = []
    runner.done.connect(lambda mei: counts.append(len(mei.cuts)))
    runner.request(piece(20))
    runner.request(piece(5))
    with qtbot.waitSignal(runner.done):
        runner.request(piece(2))
    assert counts == [2]


def test_what_was_forgotten_is_not_answered(runner: DocumentRunner, qtbot: QtBot) -> None:
    runner.request(piece(20))
    runner.forget()
    with qtbot.waitSignal(runner.done) as encoded:
        runner.request(piece(1))
    assert len(encoded.args[0].cuts) == 1


def test_a_document_becomes_a_performance(qtbot: QtBot) -> None:
    runner = DocumentRunner(perform)
    with qtbot.waitSignal(runner.done) as done:
        runner.request(piece(2))
    runner.shutdown()
    performance, plan = done.args[0]
    assert [note.midi for note in performance.notes][:4] == [60, 62, 64, 65]
    assert plan.length_s == performance.length_s


def test_an_edit_is_worked_out_with_the_text_that_it_gives(qtbot: QtBot) -> None:
    runner = DocumentRunner(edit)
    parsed = parse_document("c4 d |\ne f |\n")
    with qtbot.waitSignal(runner.done) as done:
        runner.request(EditOrder(parsed, Span(0, 6), partial(run_operation, "octave_up")))
    runner.shutdown()
    (outcome,) = done.args
    assert outcome.parsed.text == "c'4 d |\ne f |\n"
    assert outcome.parsed.document == parse_document(outcome.parsed.text).document
