from __future__ import annotations

import pytest

from lilydesk.engraving.display import Box
from lilydesk.engraving.outline import outline_box, read_outline


def test_relative_commands_become_absolute() -> None:
    assert read_outline("M10 20l5 -5h10v3z") == (
        ("M", 10, 20),
        ("L", 15, 15),
        ("L", 25, 15),
        ("L", 25, 18),
        ("Z",),
    )


def test_numbers_after_a_move_are_lines() -> None:
    assert read_outline("m1 1 2 0 0 2") == (("M", 1, 1), ("L", 3, 1), ("L", 3, 3))


def test_path_goes_on_from_its_start_after_closing() -> None:
    assert read_outline("M0 0h9v9zl1 1")[-1] == ("L", 1, 1)


def test_smooth_curve_mirrors_the_control_point_before() -> None:
    first, second = read_outline("M0 0C1 2 3 4 5 5s4 4 5 5")[1:]
    assert first == ("C", 1, 2, 3, 4, 5, 5)
    assert second == ("C", 7, 6, 9, 9, 10, 10)


def test_smooth_curve_after_a_line_starts_at_the_pen() -> None:
    assert read_outline("M0 0L4 4S6 6 8 8")[-1] == ("C", 4, 4, 6, 6, 8, 8)


def test_quadratic_curve_becomes_cubic() -> None:
    assert read_outline("M0 0q3 3 6 0")[1] == pytest.approx(("C", 2, 2, 4, 2, 6, 0))


def test_glyphs_are_turned_upright() -> None:
    assert read_outline("M0 0l5 7", flip=True) == (("M", 0, 0), ("L", 5, -7))


def test_outline_is_moved() -> None:
    assert read_outline("M1 1 L2 2", 10, 100) == (("M", 11, 101), ("L", 12, 102))


def test_numbers_need_no_space_between_them() -> None:
    assert read_outline("M.5-.5l1e1-2") == (("M", 0.5, -0.5), ("L", 10.5, -2.5))


def test_box_holds_every_control_point() -> None:
    assert outline_box(read_outline("M0 0C1 9 3 -4 5 5")) == Box(0, -4, 5, 9)


@pytest.mark.parametrize("data", ["M0 0A1 1 0 0 0 2 2", "M0", "5 5", "M0 0z 3 3"])
def test_unknown_path_data_is_refused(data: str) -> None:
    with pytest.raises(ValueError, match="unknown path data"):
        read_outline(data)
