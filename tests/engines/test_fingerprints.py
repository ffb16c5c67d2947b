from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lilydesk.engines.fingerprints import (
    Fingerprints,
    MeasureIndex,
    SharedRun,
    longest_runs,
    notes_alone,
    word_for_word,
)
from lilydesk.errors import BundleError


def piece(*measures: str) -> str:
    return "%Modern\n\n" + "".join(f"\\key c \\major {measure} |\n" for measure in measures)


CORPUS = {
    "first": piece("c4 d", "e f", "g a", "b c"),
    "second": piece("c4 d", "R2.", "g a"),
}


def run_of(text: str) -> SharedRun:
    return longest_runs([text], CORPUS, word_for_word)[0]


def test_a_copied_passage_is_found_with_its_place() -> None:
    assert run_of(piece("a4", "e f", "g a", "b c", "d")) == SharedRun(3, "first", 3, 3, 3)


def test_a_run_does_not_pass_from_one_piece_to_the_next() -> None:
    assert run_of(piece("b c", "c4 d", "R2.")) == SharedRun(1, "first", 3, 0, 1)


def test_fingerprints_come_back_from_their_file(tmp_path: Path) -> None:
    path = tmp_path / "fingerprints.npz"
    path.write_bytes(Fingerprints.of(CORPUS, word_for_word).to_bytes())
    index = MeasureIndex(Fingerprints.read(path), word_for_word)
    assert index.longest_run(piece("e f", "g a")) == SharedRun(2, "first", 2, 1, 2)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"x" * 100])
def test_damaged_fingerprints_are_said_to_be_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "fingerprints.npz"
    path.write_bytes(content)
    with pytest.raises(BundleError, match="cannot be read"):
        Fingerprints.read(path)


def test_damaged_bytes_of_fingerprints_are_said_to_be_so(tmp_path: Path) -> None:
    path = tmp_path / "fingerprints.npz"
    texts = {str(number): piece(f"c{number}") for number in range(200)}
    content = Fingerprints.of(texts, word_for_word).to_bytes()
    for place in range(30, len(content) - 30, 97):
        path.write_bytes(content[:place] + bytes(20) + content[place + 20 :])
        with pytest.raises(BundleError, match="cannot be read"):
            Fingerprints.read(path)


@pytest.mark.parametrize("starts", [[0, 9], [3, 1], [-1, 2], [0], [0.0, 1.0], [[0, 1]]])
def test_a_list_of_pieces_that_are_not_there_is_damaged(tmp_path: Path, starts: list[int]) -> None:
    whole = Fingerprints.of(CORPUS, word_for_word)
    path = tmp_path / "fingerprints.npz"
    path.write_bytes(replace(whole, starts=np.array(starts)).to_bytes())
    with pytest.raises(BundleError, match="cannot be read"):
        Fingerprints.read(path)


def test_measures_in_another_order_are_no_run() -> None:
    assert run_of(piece("g a", "e f")).n_measures == 1
    assert run_of(piece("d4")) == SharedRun()


def test_rests_neither_count_nor_end_a_run() -> None:
    assert run_of(piece("R2.")).n_measures == 0
    run = run_of(piece("c4 d", "R2.", "g a"))
    assert (run.n_measures, run.n_spanned) == (2, 3)
    assert run_of(piece("R2.", "g a")).n_spanned == 1


def test_spacing_and_the_label_of_the_first_staff_make_no_difference() -> None:
    text = '\\staff "1"  \\key c \\major c4  d |\n\\staff "1" \\key c \\major e f |\n'
    assert run_of(text) == SharedRun(2, "first", 1, 1, 2)


def test_other_dynamics_and_stems_hide_no_copy() -> None:
    text = '\\key d \\minor \\stemUp e->\\ff( f)^\\markup "dolce" |\n\\key d \\minor g-.[ a]\\p |\n'
    assert run_of(text).n_measures == 0
    assert longest_runs([text], CORPUS, notes_alone)[0].n_measures == 2


def test_chords_and_tuplets_stay_notes() -> None:
    measure = (
        '\\staff "1" \\key c \\major \\tuplet 3/2 { <c e>8\\<[ d-> e] } \\\\\n\\staff "2" R1 |\n'
    )
    assert notes_alone(measure) == "\\tuplet 3/2 { <c e>8 d e } \\\\ R1 |"
