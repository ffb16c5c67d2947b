from __future__ import annotations

from lilydesk.composing.memorisation import (
    SharedRun,
    longest_runs,
    notes_alone,
    word_for_word,
)


def piece(*measures: str) -> str:
    return "%Modern\n\n" + "".join(f"\\key c \\major {measure} |\n" for measure in measures)


CORPUS = {
    "first": piece("c4 d", "e f", "g a", "b c"),
    "second": piece("c4 d", "R2.", "g a"),
}


def run_of(text: str) -> SharedRun:
    return longest_runs([text], CORPUS, word_for_word)[0]


def test_a_copied_passage_is_found_with_its_place() -> None:
    assert run_of(piece("a4", "e f", "g a", "b c", "d")) == SharedRun(3, "first", 3, 3)


def test_measures_in_another_order_are_no_run() -> None:
    assert run_of(piece("g a", "e f")).n_measures == 1
    assert run_of(piece("d4")) == SharedRun()


def test_rests_neither_count_nor_end_a_run() -> None:
    assert run_of(piece("R2.")).n_measures == 0
    assert run_of(piece("c4 d", "R2.", "g a")).n_measures == 2


def test_spacing_and_the_label_of_the_first_staff_make_no_difference() -> None:
    text = '\\staff "1"  \\key c \\major c4  d |\n\\staff "1" \\key c \\major e f |\n'
    assert run_of(text) == SharedRun(2, "first", 1, 1)


def test_other_dynamics_and_stems_hide_no_copy() -> None:
    text = '\\key d \\minor \\stemUp e->\\ff( f)^\\markup "dolce" |\n\\key d \\minor g-.[ a]\\p |\n'
    assert run_of(text).n_measures == 0
    assert longest_runs([text], CORPUS, notes_alone)[0].n_measures == 2


def test_chords_and_tuplets_stay_notes() -> None:
    measure = (
        '\\staff "1" \\key c \\major \\tuplet 3/2 { <c e>8\\<[ d-> e] } \\\\\n\\staff "2" R1 |\n'
    )
    assert notes_alone(measure) == "\\tuplet 3/2 { <c e>8 d e } \\\\ R1 |"
