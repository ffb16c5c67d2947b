"""ScoreView: the engraved score on a sheet of paper, as wide as the window, as long as the music.

It shows display lists; what an id means is for others to know.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QGraphicsScene, QGraphicsView, QLabel

from lilydesk.engraving import Element, EngravedScore, EngravedSystem
from lilydesk.ui.score.fonts import load_score_fonts
from lilydesk.ui.score.glide import Glide
from lilydesk.ui.score.ink import InkMaker
from lilydesk.ui.score.items import FieldItem, Lit, OverlayItem, PaperItem, SystemItem, rect_of
from lilydesk.ui.score.layout import MARGIN, Layout, lay_out
from lilydesk.ui.score.numbering import Numbering
from lilydesk.ui.score.zoom import LIFE_SIZE, ZOOMS, next_zoom, scale_of
from lilydesk.ui.theme import ACCENT, DESK, GENERATED, QUIET_INK

SOUNDING = QColor("#d2541b")
_CHOSEN_GROUND = QColor(44, 95, 138, 36)
_STEP = 1.01  # any factor near 1 asks for the neighbouring zoom
_DESK_PX = 18  # of desk visible around the paper
_NARROWEST_MM, _WIDEST_MM = 60.0, 250.0
_SETTLE_MS = 120


class ScoreView(QGraphicsView):
    """The score. Told by `show_score`, `highlight`, `select`, `tint`, `follow`.

    Signals:
        element_clicked(id): the smallest element under the mouse; a measure's id beside its notes.
        play_toggled(): the space bar.
        line_width_changed(mm): lines of this width would fill the view; settles after a resize.
        zoom_changed(percent)
    """

    element_clicked = Signal(str)
    play_toggled = Signal()
    line_width_changed = Signal(float)
    zoom_changed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        load_score_fonts()
        self._maker = InkMaker()
        self._score: EngravedScore | None = None
        self._items: list[SystemItem] = []
        self._numbering = Numbering()
        self._zoom = LIFE_SIZE  # as chosen
        self._may_overflow = False  # a zoom was chosen at which the page is wider than the view
        self._sounding_ids: tuple[str, ...] = ()
        self._sounding_item: SystemItem | None = None
        self._chosen_ids: tuple[str, ...] = ()
        self._tinted = range(0)
        self.follows_end = False  # each new score is shown at its end: while music is written
        self._told_width_mm = 0.0
        self._fill_scene()
        self._set_up_view()
        self._set_up_timing()
        self._apply_zoom()

    @property
    def line_width_mm(self) -> float:
        """Width of lines that fill the view at this zoom."""
        width_mm = (self._room_px / self.transform().m11() - 2 * MARGIN) // 100
        return float(min(max(width_mm, _NARROWEST_MM), _WIDEST_MM))

    def first_in_sight(self) -> int:
        """The measure, from 0, with which the topmost system in the view begins."""
        anchor = self._anchor()
        return self._numbering.index_of(anchor[0]) if anchor else 0

    @property
    def zoom_percent(self) -> int:
        """100 is life size: staves 7 mm high."""
        return round(100 * ZOOMS[self._zoom] / ZOOMS[LIFE_SIZE])

    def show_score(self, score: EngravedScore | None) -> None:
        """Show a score in place of the one before; None for none.

        Systems that are the same objects as before stay as they are, and the measure at the top of
        the view stays there; while the end is followed, the last system comes into view instead.
        """
        anchor = self._anchor()
        self._score = score
        self._replace_items(score.systems if score else ())
        self._place_items()
        self._empty_label.setVisible(not self._items)
        self._show_overlays()
        if self.follows_end and self._items:
            self._bring_into_view(self._items[-1])
        else:
            self._restore(anchor)

    def highlight(self, ids: Iterable[str]) -> None:
        """Light the elements that sound now, and no others; unknown ids are passed over.

        When the music enters another system, that one is brought into view.
        """
        wanted = tuple(ids)
        if wanted == self._sounding_ids:
            return
        self._sounding_ids = wanted
        self._sounding.show_lit(self._lit(wanted))
        found = next(filter(None, map(self._find, wanted)), None)
        if found is not None and found[0] is not self._sounding_item:
            self._sounding_item = found[0]
            self._bring_into_view(found[0])

    def select(self, ids: str | Iterable[str] | None) -> None:
        """Mark the elements at the text cursor; None for none."""
        self._chosen_ids = (ids,) if isinstance(ids, str) else tuple(ids or ())
        self._chosen.show_lit(self._lit(self._chosen_ids))

    def tint(self, measures: range) -> None:
        """Put the colour of what a model wrote behind these measures (from 0), and no others."""
        self._tinted = measures
        self._show_tint()

    def follow(self, identifier: str) -> None:
        """Scroll, if needed, until the system that holds this element is in view."""
        found = self._find(identifier)
        if found is not None:
            self._bring_into_view(found[0])

    def zoom_by(self, factor: float) -> None:
        """The step nearest to this many times the present size, and another one at any rate."""
        self._zoom_around(QPointF(self.viewport().rect().center()), factor)

    def reset_zoom(self) -> None:
        """Life size."""
        self.zoom_by(ZOOMS[LIFE_SIZE] / ZOOMS[self._shown_zoom])

    # ---- building

    def _fill_scene(self) -> None:
        self._scene = QGraphicsScene(self)
        self._paper, self._tint = PaperItem(), FieldItem(GENERATED)
        self._chosen = OverlayItem(ACCENT, _CHOSEN_GROUND)
        self._sounding = OverlayItem(SOUNDING)
        self._chosen.setZValue(1)
        self._sounding.setZValue(2)
        for item in (self._paper, self._tint, self._chosen, self._sounding):
            self._scene.addItem(item)
        self.setScene(self._scene)

    def _set_up_view(self) -> None:
        self.setAccessibleName("Score")
        self.setAccessibleDescription("The engraved score. Space plays it; a click finds the text.")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setBackgroundBrush(DESK)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.viewport().setMouseTracking(True)
        self._empty_label = QLabel("The score appears here as you write.", self.viewport())
        self._empty_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty_label.setStyleSheet(f"color: {QUIET_INK.name()}; font-size: 15px;")
        self._empty_label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def _set_up_timing(self) -> None:
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._tell_width)
        self._glide = Glide(self.verticalScrollBar())

    # ---- the page

    def _replace_items(self, systems: Iterable[EngravedSystem]) -> None:
        """Keep the items of systems that stay, make those of new ones, drop the rest."""
        if self._score is not None:
            self._maker.learn(self._score.glyphs)
        systems = tuple(systems)
        self._numbering = Numbering(systems)
        spare = {id(item.system): item for item in self._items}
        self._items = []
        for system in systems:
            item = spare.pop(id(system), None)
            if item is None:
                item = SystemItem(system, self._maker)
                self._scene.addItem(item)
            item.show_number(self._numbering.number_of(system))
            self._items.append(item)
        for item in spare.values():
            self._scene.removeItem(item)

    def _place_items(self) -> None:
        layout = self._layout()
        # Staff lines fall on the middle of a pixel.
        scale = self.transform().m11() * self.devicePixelRatioF()
        for item, top in zip(self._items, layout.tops, strict=True):
            item.place((round(top * scale) + 0.5) / scale)
        self._paper.setRect(rect_of(layout.paper))
        self._paper.setVisible(bool(self._items))
        desk = _DESK_PX / self.transform().m11()
        self.setSceneRect(rect_of(layout.paper, desk) if self._items else QRectF(0, 0, 1, 1))

    def _layout(self) -> Layout:
        scale = self.transform().m11()
        least = (self.viewport().height() - 2 * _DESK_PX - 2) / scale
        width = self._score.width if self._score else 0
        return lay_out([item.system for item in self._items], width, least)

    # ---- overlays

    def _show_overlays(self) -> None:
        self._sounding.show_lit(self._lit(self._sounding_ids))
        self._chosen.show_lit(self._lit(self._chosen_ids))
        self._show_tint()

    def _show_tint(self) -> None:
        names = self._numbering.drawn_measures(self._tinted)
        items = self._items if names else ()
        self._tint.show_fields(filter(None, (item.field_of(names) for item in items)))

    def _lit(self, ids: Iterable[str]) -> list[Lit]:
        lit = []
        for identifier in ids:
            found = self._find(identifier)
            if found is not None and found[1].kind != "measure":
                item, element = found
                marks = item.system.marks[element.first : element.last]
                lit.append(Lit(self._maker.make(marks), element.box, item.top))
        return lit

    def _find(self, identifier: str) -> tuple[SystemItem, Element] | None:
        drawn = self._numbering.drawn(identifier)
        for item in self._items:
            element = item.element(drawn)
            if element is not None:
                return item, element
        return None

    # ---- scrolling

    def _anchor(self) -> tuple[str, int] | None:
        """A measure of the first system in view, and how far below the view's top it stands."""
        top = self.mapToScene(0, 0).y()
        for item in self._items:
            if item.system.measures and item.bottom > top:
                return item.system.measures[0], self._view_y(item)
        return None

    def _restore(self, anchor: tuple[str, int] | None) -> None:
        if anchor is None or self.verticalScrollBar().value() == 0:
            return
        measure, y = anchor
        for item in self._items:
            if measure in item.system.measures:
                bar = self.verticalScrollBar()
                bar.setValue(bar.value() + self._view_y(item) - y)
                return

    def _view_y(self, item: SystemItem) -> int:
        return self.mapFromScene(0, item.top).y()

    def _bring_into_view(self, item: SystemItem) -> None:
        """Scroll so that the system is in the upper third, unless all of it can be seen."""
        rect = self.mapFromScene(item.sceneBoundingRect()).boundingRect()
        height, to_go = self.viewport().height(), self._glide.to_go
        if rect.top() >= to_go and rect.bottom() <= height + to_go:  # where it will come to rest
            return
        bar = self.verticalScrollBar()
        room = max(_DESK_PX, min(height // 4, height - rect.height()))
        self._glide.go_to(min(bar.value() + rect.top() - room, bar.maximum()))

    # ---- zoom and width

    def _zoom_around(self, spot: QPointF, factor: float) -> None:
        """Zoom so that the music under a spot of the view stays there."""
        zoom = next_zoom(self._shown_zoom, factor)
        if zoom == self._shown_zoom:
            return
        kept = self.mapToScene(spot.toPoint())
        self._zoom, self._may_overflow = zoom, not self._fits(zoom)
        self._apply_zoom()
        self._place_items()
        self._show_overlays()
        moved = self.mapFromScene(kept) - spot.toPoint()
        for bar, delta in (
            (self.horizontalScrollBar(), moved.x()),
            (self.verticalScrollBar(), moved.y()),
        ):
            bar.setValue(bar.value() + delta)
        self._settle.start()
        self.zoom_changed.emit(self.zoom_percent)

    def _apply_zoom(self) -> None:
        scale = scale_of(self._shown_zoom, self.devicePixelRatioF())
        self.setTransform(QTransform.fromScale(scale, scale))

    @property
    def _shown_zoom(self) -> int:
        """The zoom as chosen, or the largest one at which the narrowest page fits the view."""
        if self._may_overflow:
            return self._zoom
        return max(filter(self._fits, range(self._zoom + 1)), default=0)

    def _fits(self, zoom: int) -> bool:
        narrowest = 100 * _NARROWEST_MM + 2 * MARGIN
        return narrowest * scale_of(zoom, self.devicePixelRatioF()) <= self._room_px

    @property
    def _room_px(self) -> float:
        """Room for the paper from left to right."""
        bar = self.verticalScrollBar().sizeHint().width()
        return self.width() - bar - 2 * self.frameWidth() - 2 * _DESK_PX

    def _tell_width(self) -> None:
        if self.line_width_mm != self._told_width_mm:
            self._told_width_mm = self.line_width_mm
            self.line_width_changed.emit(self._told_width_mm)

    # ---- Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the paper keeps filling the view; new lines come when the size has settled."""
        super().resizeEvent(event)
        self._empty_label.setGeometry(self.viewport().rect())
        self._apply_zoom()
        self._place_items()
        self._show_overlays()
        self._settle.start()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt: with Ctrl the wheel zooms around the mouse, otherwise it scrolls."""
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._glide.stop()
            super().wheelEvent(event)
            return
        if event.angleDelta().y():
            factor = _STEP if event.angleDelta().y() > 0 else 1 / _STEP
            self._zoom_around(event.position(), factor)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: space plays; Ctrl with +, - and 0 zooms; the rest scrolls."""
        with_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        key = event.key()
        if key == Qt.Key.Key_Space and not with_ctrl:
            if not event.isAutoRepeat():
                self.play_toggled.emit()
        elif with_ctrl and key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(_STEP)
        elif with_ctrl and key == Qt.Key.Key_Minus:
            self.zoom_by(1 / _STEP)
        elif with_ctrl and key == Qt.Key.Key_0:
            self.reset_zoom()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: a click on an element."""
        element = self._element_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and element is not None:
            self.element_clicked.emit(self._numbering.meant(element.id))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: what began here ends here."""
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: a hand over what can be clicked."""
        super().mouseMoveEvent(event)
        element = self._element_at(event.position())
        is_target = element is not None and element.kind != "measure"
        shape = Qt.CursorShape.PointingHandCursor if is_target else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def _element_at(self, position: QPointF) -> Element | None:
        point = self.mapToScene(position.toPoint())
        for item in self._items:
            if item.sceneBoundingRect().contains(point):
                element = item.element_at(point.x(), point.y() - item.top)
                if element is not None:
                    return element
        return None
