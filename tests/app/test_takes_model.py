"""The list of takes, without a view."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from lilydesk.app.takes_model import ID_ROLE, IS_ACTIVE_ROLE, SUBTITLE_ROLE, TakesModel
from lilydesk.composing.takes import Origin, Take, TakeKind, TakesBook
from lilydesk.lilylet.edits import TextEdit
from lilydesk.notation.span import Span

TEXT = "c4 d | e f |\n"
ORIGIN = Origin("default", "lilynota", "abcdef0123456789", 7, 1.0, 0.9, 0, ("Romantic", "", ""))


def take(identifier: str, bits: float | None) -> Take:
    return Take(
        identifier, "", TakeKind.REGENERATE, TEXT, (TextEdit(Span(7, 10), "g g"),),
        batch="1", first_measure=1, n_measures=1, origin=ORIGIN, bits_per_token=bits,
    )  # fmt: skip


@pytest.fixture
def model(qapp: object) -> TakesModel:
    model = TakesModel()
    model.add([take("a", 1.0), take("b", 0.5)])
    return model


def shown(model: TakesModel, role: int = Qt.ItemDataRole.DisplayRole) -> list[object]:
    return [model.data(model.index(row), role) for row in range(model.rowCount())]


def test_the_best_take_stands_first_and_says_what_it_is(model: TakesModel) -> None:
    assert shown(model, ID_ROLE) == ["b", "a"]
    assert shown(model) == ["Take 2", "Take 1"]
    assert shown(model, SUBTITLE_ROLE)[0] == "1st of 2 · measure 2 · seed 7"
    story = str(shown(model, Qt.ItemDataRole.ToolTipRole)[0])
    assert "default (abcdef01)" in story
    assert "0.50 bits" in story
    assert "Romantic" in story


def test_takes_that_nobody_judged_have_no_rank(qapp: object) -> None:
    model = TakesModel()
    model.add([take("a", None), take("b", None)])
    assert shown(model, SUBTITLE_ROLE)[0] == "measure 2 · seed 7"


def test_a_name_is_edited_in_the_list(model: TakesModel) -> None:
    assert model.setData(model.index(0), "the quiet one")
    assert shown(model)[0] == "the quiet one"
    assert not model.setData(model.index(9), "nobody")


def test_what_was_removed_or_renamed_comes_back(model: TakesModel) -> None:
    model.remove(["b"])
    model.rename("a", "mine")
    assert shown(model) == ["mine"]
    model.undo()
    model.undo()
    assert shown(model) == ["Take 2", "Take 1"]
    assert not model.can_undo
    model.redo()
    model.redo()
    assert shown(model) == ["mine"]


def test_undo_does_not_take_new_takes_away(model: TakesModel) -> None:
    model.remove(["b"])
    model.add([take("c", 0.1)])
    model.undo()
    assert sorted(map(str, shown(model, ID_ROLE))) == ["a", "b", "c"]


def test_the_take_in_use_is_marked(model: TakesModel) -> None:
    model.mark_used("a")
    assert shown(model, IS_ACTIVE_ROLE) == [False, True]
    assert "in use" in str(shown(model, Qt.ItemDataRole.AccessibleTextRole)[1])
    use = model.use("b", TEXT)
    assert use is not None
    assert model.use("nobody", TEXT) is None


def test_another_piece_brings_other_takes_and_nothing_to_undo(model: TakesModel) -> None:
    model.remove(["a"])
    model.show_book(TakesBook())
    assert model.rowCount() == 0
    assert not model.can_undo
