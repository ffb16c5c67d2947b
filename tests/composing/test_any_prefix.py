"""Real pieces cut anywhere, even inside a word: what is written goes on with them."""

from __future__ import annotations

import re
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lilydesk.composing import ComposeRequest, compose
from lilydesk.engines import Sampling
from tests.composing.laws import faults_of
from tests.support import shared_folder

HEADED = (
    '%Romantic\n%Schubert, Franz\n[title "Lied"] % mine\n[instrument-1 "Voice" "V."]\n\n'
    "\\key bf \\major \\time 6/8 \\partial 8 bf'8 \\addlyrics { Im } \\\\\\\n"
    '\\staff "1" r8 \\\\ \\staff "2" \\clef "bass" r8 | %1\n\n% a thought\n'
    'd\'4.~ d8 c bf \\addlyrics { Wal -- de __ _ } \\\\\\\n\\staff "1" bf8[ d f] '
    '\\grace { g16[ a] } bf[ f d] \\\\\n  % half way\n\\staff "2" bf,2.\\markup "a % b" | %2\n\n'
    '\\key g \\minor \\time 3/4 d\'4 r c \\\\\\ \\staff "1" \\tuplet 3/2 { d8\\<( ef d } '
    '<a c>4-> c\\!) \\\\ \\staff "2" \\repeat tremolo 4 { d,16 a\' } d,4:32 \\ottava #-1 d, | %3\n'
)
PIECES = {
    "song": HEADED,
    "bare": "c d8 e f4 g | a b c' d' |\n e1 \\times 2/3 { c4 d e } f2 | g1",
    "lines": "\\time 3/4\nc4\nd\ne |\nc\n% why\nd8 e\nf g | R1*3/4 |\nc2. |",
    "quartet": "\\time 5/8 c''8 d e f4 \\\\\\ g'4. a4 \\\\\\ \\clef \"alto\" c4. b4 \\\\\\ "
    "c,8 d c4 d8 | \\time 4/4 c''1 \\\\\\ g'2 a \\\\\\ c4 b c b \\\\\\ c,2. d4 |",
}


@cache
def shared_pieces() -> tuple[str, ...]:
    """The beginnings of the cases of the language, if they are there."""
    folder = shared_folder()
    paths = sorted(folder.glob("conformance/**/*.lyl")) if folder else []
    texts = (path.read_text(encoding="utf-8") for path in paths)
    return tuple(text[:1500] for text in texts)


def check(engine, prefix: str, seed: int) -> None:
    request = ComposeRequest(
        2, prefix_text=prefix, seed=seed, sampling=Sampling((0.7, 1.0, 1.5)[seed % 3])
    )
    text = "".join(measure.text for measure in compose(engine, request, lambda: False))
    assert not faults_of(prefix, prefix + text, 2)


def words_of(text: str) -> list[int]:
    """Where words end, with the space behind them."""
    return [match.end() for match in re.finditer(r"\S+\s*", text)]


@pytest.mark.parametrize("piece", PIECES)
def test_a_piece_can_be_cut_after_any_word(engine, piece):
    text = PIECES[piece]
    for seed, end in enumerate(words_of(text)[::17]):
        check(engine, text[:end], seed)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_a_piece_can_be_cut_anywhere(engine, data):
    text = data.draw(st.sampled_from([*PIECES.values(), *shared_pieces()]))
    end = data.draw(st.integers(0, len(text)), label="cut")
    check(engine, text[:end], data.draw(st.integers(0, 99), label="seed"))
