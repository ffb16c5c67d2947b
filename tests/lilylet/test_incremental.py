from __future__ import annotations

import random

import pytest
from hypothesis import given, settings

from lilydesk.lilylet import parse_document, reparse
from tests.lilylet.cases import case_names, case_text
from tests.strategies import JUNK, WORDS, broken_lilylet_texts, edits


@settings(max_examples=120)
@given(edit=edits(broken_lilylet_texts()))
def test_incremental_equals_fresh(edit: tuple[str, str]) -> None:
    before, after = edit
    assert reparse(parse_document(before), after) == parse_document(after)


def test_measures_around_the_edit_are_the_same_objects() -> None:
    text = "\\time 4/4\n" + "".join(f"c{octave}1 |\n" for octave in ("", "'", ",", "''"))
    before = parse_document(text)
    after = reparse(before, text.replace("c'1", "c'1-."))
    kept = [
        one is other
        for one, other in zip(before.document.measures, after.document.measures, strict=True)
    ]
    assert kept == [True, False, True, True]


def test_a_voice_that_a_measure_does_not_have_does_not_hold_it_up() -> None:
    # The second voice's pitch base runs on through measures that have no second voice.
    lines = ["c1 \\\\ e2 f |", *["c1 |"] * 5, "c1 \\\\ g |"]
    before = parse_document("\n".join(lines))
    changed = "\n".join(["c1 \\\\ e2 f'' |", *lines[1:]])
    after = reparse(before, changed)
    assert after == parse_document(changed)
    assert all(
        one is other
        for one, other in zip(
            before.document.measures[2:6], after.document.measures[2:6], strict=True
        )
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('c "x | d |', 'c "x | d" |'),
        ('c "x | d" | e |', 'c "x | d | e |'),
        ("c | d", "c | d e"),
        ("c | d", "c | d | e"),
        ("c |", "%x\nc |"),
        ("%x\nc | d |", "%x\nc d |"),
        ("c | d |", "c % | d |"),
        ("c % | d |\ne |", "c  | d |\ne |"),
        ('[title "x"]\nc | d |', '[title "xy"]\nc | d |'),
        ("c | d |", ""),
        ("", "c | d |"),
        ("\\key g \\major c | d | e |", "\\key f \\major c | d | e |"),
        ("c\\( | d |\n", "c( | d |\n"),
    ],
)
def test_edits_that_move_the_ends_of_measures(before: str, after: str) -> None:
    assert reparse(parse_document(before), after) == parse_document(after)


def test_random_edits_of_the_cases_never_raise_and_equal_fresh() -> None:
    texts = [case_text(name) for name in case_names()] or ["c'4 d | e f |\n"]
    texts = [text for text in texts if len(text) < 3000]
    random_ = random.Random(20)
    for _ in range(60):
        parsed = parse_document(random_.choice(texts))
        for _ in range(4):
            text = mutated(random_, parsed.text, texts)
            parsed = reparse(parsed, text)
            assert parsed == parse_document(text)


def mutated(random_: random.Random, text: str, others: list[str]) -> str:
    """The text after one random deletion, duplication, splice or insertion."""
    start = random_.randrange(len(text) + 1)
    end = min(len(text), start + random_.randrange(1, 40))
    other = random_.choice(others)
    splice = other[(at := random_.randrange(len(other) + 1)) : at + 30]
    middle = random_.choice(
        ("", text[start:end] * 2, splice, random_.choice(WORDS), random_.choice(JUNK))
    )
    return text[:start] + middle + text[end:]
