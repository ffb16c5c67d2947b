from __future__ import annotations

from lilydesk.codecs.losses import Losses


def test_a_loss_is_told_once_with_its_first_place_and_how_often_it_came() -> None:
    losses = Losses("measure", 0)
    losses.add("A slur was left out", 6)
    losses.add("A slur was left out", 2)
    losses.add("Words were left out")
    losses.add("A clef was left out", 0)
    assert losses.sentences() == (
        "A slur was left out (2 times, first in measure 3).",
        "Words were left out.",
        "A clef was left out (measure 1).",
    )


def test_lines_count_from_one_and_none_is_no_place() -> None:
    losses = Losses("line", 1)
    losses.add("A field was left out", 0)
    losses.add("A field was left out", 0)
    losses.add("A sign was left out", 1)
    assert losses.sentences() == (
        "A field was left out (2 times).", "A sign was left out (line 1).",
    )  # fmt: skip


def test_a_broken_file_does_not_fill_the_window() -> None:
    losses = Losses("line", 1)
    for number in range(1000):
        losses.add(f"Number {number} was left out", number)
    assert len(losses.sentences()) == 61
    assert "more" in losses.sentences()[-1]
