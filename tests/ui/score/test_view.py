from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lilydesk.engraving import EngravedScore, EngravingRequest, Workshop
from lilydesk.engraving.display import Glyph
from lilydesk.engraving.parcel import Packer, Unpacker
from lilydesk.ui.score import ScoreView
from lilydesk.ui.score.glide import Glide
from lilydesk.ui.score.view import SOUNDING
from lilydesk.ui.score.zoom import next_zoom
from lilydesk.ui.theme import ACCENT, GENERATED
from tests.engraving.scores import measure, plain_score, score, titled_score


class Desk:
    """Engraves in place, and hands out systems that stay the same object while they are equal."""

    def __init__(self) -> None:
        self._workshop, self._packer, self._unpacker = Workshop(), Packer(), Unpacker()
        self._number = 0

    def engrave(self, mei: str, width_mm: float = 100) -> EngravedScore:
        self._number += 1
        engraved = self._workshop.engrave(EngravingRequest(self._number, mei, width_mm))
        return self._unpacker.unpack(self._packer.pack(engraved))


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk()


@pytest.fixture
def view(qtbot: QtBot) -> ScoreView:
    view = ScoreView()
    qtbot.addWidget(view)
    view.resize(600, 500)
    with qtbot.waitExposed(view):
        view.show()
    return view


def place_of(view: ScoreView, identifier: str) -> QPoint:
    """Where the middle of an element is in the view."""
    for item in view._items:
        element = item.element(identifier)
        if element is not None:
            box = element.box
            middle = QPointF((box.left + box.right) / 2, (box.top + box.bottom) / 2 + item.y())
            return view.mapFromScene(middle)
    raise AssertionError(f"{identifier} is not on the page")


def has_colour(image: QImage, colour: object) -> bool:
    return any(
        image.pixelColor(x, y) == colour
        for y in range(image.height())
        for x in range(0, image.width())
    )


def picture(view: ScoreView) -> QImage:
    return view.viewport().grab().toImage()


def press_wheel(view: ScoreView, up: bool, modifiers: Qt.KeyboardModifier) -> None:
    event = QWheelEvent(
        QPointF(200, 200), view.mapToGlobal(QPointF(200, 200)), QPoint(),
        QPoint(0, 120 if up else -120), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), event)


def test_empty_view_says_what_it_is_for(view: ScoreView, desk: Desk) -> None:
    assert view._empty_label.isVisible()
    assert view.accessibleName() == "Score"
    view.show_score(desk.engrave(plain_score(2)))
    assert not view._empty_label.isVisible()
    view.show_score(None)
    assert view._empty_label.isVisible()


def test_notes_are_painted_on_white_paper(view: ScoreView, desk: Desk) -> None:
    view.show_score(desk.engrave(plain_score(2)))
    image, note = picture(view), place_of(view, "m0-n0")
    assert image.pixelColor(note.x(), place_of(view, "m0").y() - 40).name() == "#ffffff"
    around = [
        image.pixelColor(note.x() + dx, note.y() + dy) for dx in (-4, 0, 4) for dy in range(-20, 21)
    ]
    assert min(colour.lightness() for colour in around) < 90


def test_click_tells_the_smallest_element(qtbot: QtBot, view: ScoreView, desk: Desk) -> None:
    view.show_score(desk.engrave(plain_score(4)))
    for identifier in ("m0-n0", "m1-n2"):
        with qtbot.waitSignal(view.element_clicked) as caught:
            qtbot.mouseClick(
                view.viewport(), Qt.MouseButton.LeftButton, pos=place_of(view, identifier)
            )
        assert caught.args == [identifier]


def test_click_beside_the_notes_tells_the_measure(
    qtbot: QtBot, view: ScoreView, desk: Desk
) -> None:
    view.show_score(desk.engrave(plain_score(1)))
    first, second = place_of(view, "m0-n0"), place_of(view, "m0-n1")
    with qtbot.waitSignal(view.element_clicked) as caught:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=(first + second) / 2)
    assert caught.args == ["m0"]


def test_click_on_bare_paper_tells_nothing(qtbot: QtBot, view: ScoreView, desk: Desk) -> None:
    view.show_score(desk.engrave(plain_score(1)))
    with qtbot.assertNotEmitted(view.element_clicked):
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, 30))


def test_hand_over_a_note_arrow_elsewhere(qtbot: QtBot, view: ScoreView, desk: Desk) -> None:
    view.show_score(desk.engrave(plain_score(1)))
    qtbot.mouseMove(view.viewport(), place_of(view, "m0-n0"))
    assert view.viewport().cursor().shape() == Qt.CursorShape.PointingHandCursor
    qtbot.mouseMove(view.viewport(), QPoint(60, 30))
    assert view.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor


def test_space_bar_asks_to_play(qtbot: QtBot, view: ScoreView) -> None:
    with qtbot.waitSignal(view.play_toggled):
        qtbot.keyClick(view, Qt.Key.Key_Space)


def test_sounding_notes_are_lit_and_put_out(view: ScoreView, desk: Desk) -> None:
    view.show_score(desk.engrave(plain_score(2)))
    view.highlight(["m0-n1", "nobody"])
    assert has_colour(picture(view), SOUNDING)
    view.highlight([])
    assert not has_colour(picture(view), SOUNDING)


def test_lighting_notes_does_not_paint_the_page_again(
    view: ScoreView, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    view.show_score(desk.engrave(plain_score(2)))
    picture(view)
    painted: list[object] = []
    item = view._items[0]
    monkeypatch.setattr(type(item), "paint", lambda self, *_: painted.append(self))
    view.highlight(["m0-n1"])
    picture(view)
    assert painted == []


def test_lit_notes_stay_lit_when_the_score_changes(view: ScoreView, desk: Desk) -> None:
    view.show_score(desk.engrave(plain_score(2)))
    view.highlight(["m0-n1"])
    view.show_score(desk.engrave(plain_score(3)))
    assert has_colour(picture(view), SOUNDING)


def test_chosen_element_is_marked(view: ScoreView, desk: Desk) -> None:
    view.show_score(desk.engrave(plain_score(2)))
    view.select("m0-n1")
    assert has_colour(picture(view), ACCENT)
    view.select(["m0-n1", "m0-n2"])
    assert has_colour(picture(view), ACCENT)
    view.select(None)
    assert not has_colour(picture(view), ACCENT)


def test_tinted_measures_have_a_colour_behind_them(view: ScoreView, desk: Desk) -> None:
    view.show_score(desk.engrave(plain_score(3), width_mm=200))
    view.tint(range(1, 2))
    image = picture(view)
    first, third = place_of(view, "m0"), place_of(view, "m2")
    assert has_colour(image, GENERATED)
    assert not has_colour(image.copy(0, 0, first.x(), image.height()), GENERATED)
    assert not has_colour(image.copy(third.x(), 0, image.width(), image.height()), GENERATED)
    view.tint(range(4, 5))  # is not there yet
    assert not has_colour(picture(view), GENERATED)
    view.show_score(desk.engrave(plain_score(60)))
    assert has_colour(picture(view), GENERATED)
    view.tint(range(0))
    assert not has_colour(picture(view), GENERATED)


def test_a_tint_ends_where_the_next_measure_begins(view: ScoreView, desk: Desk) -> None:
    slur = '<slur xml:id="m0-x1" startid="#m0-n0" endid="#m1-n0"/>'
    view.show_score(desk.engrave(score([measure(0, extra=slur), measure(1)])))
    system = next(item for item in view._items if item.system.measures)
    first, second = (system.element(name) for name in ("m0", "m1"))
    assert first is not None
    assert second is not None
    assert first.box.right > second.box.left
    field = system.field_of(["m0"])
    assert field is not None
    assert field.right() == second.box.left


def test_only_changed_systems_are_replaced(view: ScoreView, desk: Desk) -> None:
    view.show_score(desk.engrave(plain_score(20)))
    before = list(view._items)
    edited = [measure(index) for index in range(20)]
    edited[-1] = measure(19).replace('oct="5"', 'oct="4"')
    view.show_score(desk.engrave(score(edited)))
    assert [a is b for a, b in zip(before, view._items, strict=True)] == [True] * (
        len(before) - 1
    ) + [False]
    assert before[-1].scene() is None


def test_reading_place_stays_when_music_above_it_grows(view: ScoreView, desk: Desk) -> None:
    view.show_score(desk.engrave(plain_score(60)))
    bar = view.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    measure_id = view._anchor()[0]  # type: ignore[index]
    assert measure_id == f"m{view.first_in_sight()}"
    before = place_of(view, measure_id).y()
    view.show_score(desk.engrave(plain_score(60).replace('oct="5"', 'oct="9"', 1)))
    assert abs(place_of(view, measure_id).y() - before) <= 1


def test_end_comes_into_view_while_it_is_followed(
    qtbot: QtBot, view: ScoreView, desk: Desk
) -> None:
    view.follows_end = True
    view.show_score(desk.engrave(plain_score(60)))
    qtbot.waitUntil(lambda: view.viewport().rect().contains(place_of(view, "m59-n3")))


def test_playing_brings_its_system_into_view(qtbot: QtBot, view: ScoreView, desk: Desk) -> None:
    view.show_score(desk.engrave(plain_score(60)))
    view.highlight(["m40-n0"])
    qtbot.waitUntil(lambda: view.viewport().rect().contains(place_of(view, "m40-n0")))


def test_following_an_element_brings_it_into_view(
    qtbot: QtBot, view: ScoreView, desk: Desk
) -> None:
    view.show_score(desk.engrave(plain_score(60)))
    view.follow("m59-n0")
    qtbot.waitUntil(lambda: view.viewport().rect().contains(place_of(view, "m59-n0")))
    view.follow("nobody")


def test_the_element_that_was_followed_last_is_in_view(
    qtbot: QtBot, view: ScoreView, desk: Desk
) -> None:
    view.show_score(desk.engrave(plain_score(60)))
    view.follow("m59-n0")
    view.follow("m0-n0")  # in view still, but not for long
    qtbot.waitUntil(lambda: view._glide.state() == Glide.State.Stopped)
    assert view.viewport().rect().contains(place_of(view, "m0-n0"))


def test_zoom_by_keys_and_wheel(qtbot: QtBot, view: ScoreView, desk: Desk) -> None:
    view.show_score(desk.engrave(plain_score(8)))
    ctrl = Qt.KeyboardModifier.ControlModifier
    assert view.zoom_percent == 100
    qtbot.keyClick(view, Qt.Key.Key_Plus, ctrl)
    larger = view.zoom_percent
    assert larger > 100
    press_wheel(view, up=True, modifiers=ctrl)
    assert view.zoom_percent > larger
    qtbot.keyClick(view, Qt.Key.Key_0, ctrl)
    assert view.zoom_percent == 100
    qtbot.keyClick(view, Qt.Key.Key_Minus, ctrl)
    assert view.zoom_percent < 100
    press_wheel(view, up=False, modifiers=Qt.KeyboardModifier.NoModifier)
    assert view.zoom_percent < 100


def test_zoom_has_ends() -> None:
    assert next_zoom(0, 0.5) == 0
    assert next_zoom(next_zoom(0, 1000), 1000) == next_zoom(0, 1000)
    assert next_zoom(4, 1.2) == 5
    assert next_zoom(4, 1) == 4


def test_line_width_follows_the_window_and_the_zoom(
    qtbot: QtBot, view: ScoreView, desk: Desk
) -> None:
    with qtbot.waitSignal(view.line_width_changed):
        view.resize(900, 500)
    wide = view.line_width_mm
    with qtbot.waitSignal(view.line_width_changed) as caught:
        view.zoom_by(1.3)
    assert caught.args[0] == view.line_width_mm < wide


def test_in_a_narrow_view_the_page_is_smaller_until_somebody_zooms(
    qtbot: QtBot, view: ScoreView, desk: Desk
) -> None:
    view.resize(300, 500)
    view.show_score(desk.engrave(plain_score(60), view.line_width_mm))
    bar = view.horizontalScrollBar()
    assert bar.maximum() == bar.minimum()
    assert view.zoom_percent == 100  # in a wider view it is as before
    view.reset_zoom()
    assert bar.maximum() > bar.minimum()


def test_lines_of_that_width_need_no_horizontal_scrolling(
    qtbot: QtBot, view: ScoreView, desk: Desk
) -> None:
    view.resize(900, 500)
    view.show_score(desk.engrave(plain_score(60), view.line_width_mm))
    qtbot.waitUntil(view.verticalScrollBar().isVisible)
    assert view.horizontalScrollBar().maximum() == view.horizontalScrollBar().minimum()


def test_glyph_without_outline_does_not_stop_the_painting(view: ScoreView, desk: Desk) -> None:
    engraved = desk.engrave(titled_score("Lied"))
    used = {m.name for s in engraved.systems for m in s.marks if isinstance(m, Glyph)}
    poor = EngravedScore(99, engraved.width, engraved.systems, {}, ())
    assert used
    view.show_score(poor)
    view.highlight(["m0-n0"])
    assert not picture(view).isNull()
