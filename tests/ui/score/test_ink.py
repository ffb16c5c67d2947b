from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter, QTransform
from pytestqt.qtbot import QtBot

from lilydesk.engraving.display import (
    Curve,
    Ellipse,
    Glyph,
    Line,
    Mark,
    Polygon,
    Polyline,
    Rectangle,
    Run,
    Words,
)
from lilydesk.ui.score.fonts import load_score_fonts, shape_of
from lilydesk.ui.score.ink import Ink, InkMaker, Rules, join_rules

SQUARE = (("M", 0, 0), ("L", 10, 0), ("L", 10, 10), ("L", 0, 10), ("Z",))
BLACK = QColor("black")


@pytest.fixture(autouse=True)
def application(qapp: object) -> None:
    load_score_fonts()


def make(*marks: Mark) -> Ink:
    maker = InkMaker()
    maker.learn({"E0A4": SQUARE})
    return maker.make(marks)


def painted(ink: Ink, scale: float = 1) -> QImage:
    image = QImage(60, 60, QImage.Format.Format_ARGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.scale(scale, scale)
    ink.paint(painter, BLACK)
    painter.end()
    return image


def is_dark(image: QImage, x: int, y: int) -> bool:
    return image.pixelColor(x, y).lightness() < 128


def test_glyph_is_scaled_and_moved() -> None:
    image = painted(make(Glyph("E0A4", 20, 30, 2, 1)))
    assert is_dark(image, 38, 38)
    assert not is_dark(image, 42, 35)
    assert not is_dark(image, 30, 42)


def test_glyph_is_turned_before_it_is_moved() -> None:
    image = painted(make(Glyph("E0A4", 30, 30, 1, 1, -90)))
    assert is_dark(image, 35, 25)
    assert not is_dark(image, 35, 35)


def test_unknown_glyph_is_left_out_and_the_rest_is_painted() -> None:
    ink = make(Glyph("F999", 5, 5, 1, 1), Glyph("E0A4", 30, 30, 1, 1))
    assert len(ink.glyphs) == 1
    assert is_dark(painted(ink), 35, 35)


def test_all_kinds_of_marks_are_painted() -> None:
    marks: list[tuple[Mark, int, int]] = [
        (Line(0, 20, 50, 20, 4), 25, 20),
        (Line(0, 0, 50, 50, 4), 25, 25),
        (Line(10, 25, 50, 25, 4, "square", (30, 2)), 20, 25),
        (Curve(SQUARE, 2), 5, 5),
        (Polygon(((0, 0), (40, 0), (40, 9), (0, 9))), 30, 5),
        (Polyline(((0, 10), (40, 10), (40, 40)), 4), 40, 30),
        (Rectangle(10, 10, 20, 20), 20, 20),
        (Rectangle(10, 10, 20, 20, 4), 30, 20),
        (Ellipse(30, 30, 8, 8), 30, 30),
    ]
    for mark, x, y in marks:
        assert is_dark(painted(make(mark)), x, y), mark


def test_frames_and_polylines_are_not_filled() -> None:
    assert not is_dark(painted(make(Rectangle(10, 10, 20, 20, 4))), 20, 20)
    assert not is_dark(painted(make(Polyline(((0, 10), (40, 10), (40, 40)), 4))), 32, 18)


def test_words_are_set_at_their_anchor() -> None:
    run = Run("MMM", "Times", 20, True, False)
    _, width = shape_of(run)
    start = make(Words(100, 50, "start", (run,))).glyphs[0]
    middle = make(Words(100, 50, "middle", (run,))).glyphs[0]
    end = make(Words(100, 50, "end", (run,))).glyphs[0]
    assert (start[0], middle[0], end[0]) == (100, 100 - width / 2, 100 - width)


def test_runs_follow_each_other_with_their_spaces() -> None:
    word = Run("dolce ", "Times", 400, False, True)
    tight = Run("dolce", "Times", 400, False, True)
    second = Run("largo", "Times", 400, True, True)
    with_space = make(Words(0, 0, "start", (word, second))).glyphs[1][0]
    without = make(Words(0, 0, "start", (tight, second))).glyphs[1][0]
    assert with_space - without == pytest.approx(100, abs=2)  # a space of Times: a quarter


def test_text_font_has_the_widths_of_times() -> None:
    _, width = shape_of(Run("Allegro con brio", "Times", 1000, False, False))
    assert width == pytest.approx(6609, rel=0.01)


def test_music_signs_in_words_have_a_shape() -> None:
    path, _ = shape_of(Run("\ue1d5", "Leipzig", 720, False, False))
    missing, _ = shape_of(Run("\U000f1234", "Leipzig", 720, False, False))
    assert not path.isEmpty()
    assert path != missing


def test_touching_rules_become_one() -> None:
    assert join_rules([(5, 10, 20), (0, 0, 4), (5, 0, 10), (5, 21, 30)]) == [
        (0, 0, 4),
        (5, 0, 20),
        (5, 21, 30),
    ]


def test_staff_lines_fall_on_whole_pixels() -> None:
    rules = Rules(13, level=[(180 * n, 0, 100) for n in range(5)], upright=[(33, 0, 720)])
    scale = 7 / 180
    bars = rules.bars(QTransform(scale, 0, 0, scale, 0.3, 0.4), 1)
    assert all(bar.top() == int(bar.top()) and bar.height() == 1 for bar in bars[:5])
    assert {round(b.top() - a.top()) for a, b in pairwise(bars[:5])} == {7}
    assert bars[5].left() == int(bars[5].left())


def test_staff_lines_fall_on_pixels_of_fine_screens() -> None:
    (bar,) = Rules(13, level=[(180, 0, 100)]).bars(QTransform.fromScale(0.1, 0.1), 2)
    assert bar.top() * 2 == int(bar.top() * 2)
    assert bar.height() * 2 == round(13 * 0.1 * 2)


def test_equal_glyphs_share_one_shape(qtbot: QtBot) -> None:
    ink = make(Glyph("E0A4", 0, 0, 0.72, 0.72), Glyph("E0A4", 9, 9, 0.72, 0.72))
    assert ink.glyphs[0][2] is ink.glyphs[1][2]
    assert ink.glyphs[0][2].contains(QPointF(5, 5))
