from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from lilydesk.app.bundles import BundleEntry, Style, default_bundle_folder
from lilydesk.app.settings import Settings
from lilydesk.ui.compose_panel import ComposePanel
from lilydesk.ui.theme import ACCENT, STYLE

STYLES = [
    Style("Baroque", "Bach, Johann Sebastian", "Keyboard"),
    Style("Romantic", "Schubert, Franz", "Art Song"),
    Style("Romantic", "Chopin, Frédéric", "Keyboard"),
]


@pytest.fixture
def panel(qtbot: QtBot) -> ComposePanel:
    widget = ComposePanel()
    qtbot.addWidget(widget)
    widget.show_styles(STYLES)
    return widget


def items(combo: QComboBox) -> list[str]:
    return [combo.itemText(i) for i in range(combo.count())]


def test_the_lists_narrow_each_other(panel: ComposePanel) -> None:
    panel.period.setCurrentText("Romantic")
    assert items(panel.composer) == ["", "Chopin, Frédéric", "Schubert, Franz"]
    panel.genre.setCurrentText("Keyboard")
    assert items(panel.composer) == ["", "Chopin, Frédéric"]
    panel.composer.setCurrentText("Chopin, Frédéric")
    assert items(panel.genre) == ["", "Keyboard"]


def test_a_composer_of_another_period_brings_that_period(panel: ComposePanel) -> None:
    panel.composer.setCurrentText("Bach, Johann Sebastian")
    assert panel.period.currentText() == "Baroque"
    panel.period.setCurrentText("Romantic")
    assert panel.composer.currentText() == ""


def test_numbers_and_words_stand_in_one_line(panel: ComposePanel, qtbot: QtBot) -> None:
    panel.setStyleSheet(STYLE)
    with qtbot.waitExposed(panel):
        panel.show()
    starts = set()
    for field in (panel.period, panel.n_measures, panel.temperature, panel.seed):
        line = field.lineEdit()
        assert line is not None
        starts.add(line.mapTo(field, QPoint(line.textMargins().left(), 0)).x())
    assert len(starts) == 1
    assert panel.n_measures.height() == panel.ranges.height()


def turn_wheel(field: QWidget) -> bool:
    """Down over a field; whether that was for the field alone."""
    at = QPointF(field.rect().center())
    turn = QWheelEvent(
        at, field.mapToGlobal(at), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(field, turn)
    return turn.isAccepted()


def test_the_wheel_changes_only_the_field_that_somebody_is_in(
    panel: ComposePanel, qtbot: QtBot
) -> None:
    with qtbot.waitActive(panel):
        panel.show()
    before = panel.choices
    for field in (panel.n_measures, panel.key):
        assert not turn_wheel(field)
    assert panel.choices == before
    panel.n_measures.setFocus()
    assert turn_wheel(panel.n_measures)
    assert panel.n_measures.value() == before.n_measures - 1


def test_words_of_ones_own_are_asked_for_as_they_are(panel: ComposePanel) -> None:
    panel.period.setCurrentText("Medieval")
    panel.composer.setEditText("Bingen, Hildegard von")
    assert (panel.choices.period, panel.choices.composer) == ("Medieval", "Bingen, Hildegard von")


def test_a_style_that_nobody_knows_is_told_with_what_is_near(panel: ComposePanel) -> None:
    panel.composer.setEditText("Schubart, Franz")
    assert panel.style_hint_text == ""  # somebody may be typing yet
    panel.composer.lineEdit().editingFinished.emit()
    assert "“Schubert, Franz”?" in panel.style_hint_text
    panel.composer.setCurrentText("Schubert, Franz")
    assert panel.style_hint_text == ""
    panel.genre.setEditText("Nothing")
    panel.show_start(7)
    assert "no genre “Nothing”" in panel.style_hint_text


def test_choices_are_remembered(panel: ComposePanel, qtbot: QtBot) -> None:
    settings = Settings()
    panel.key.setCurrentText("g minor")
    panel.n_measures.setValue(24)
    panel.is_seed_random.setChecked(False)
    panel.seed.setValue(99)
    panel.keep_choices(settings)
    other = ComposePanel()
    qtbot.addWidget(other)
    other.show_choices(settings)
    assert other.choices == panel.choices
    assert other.choices.seed == 99


def test_the_seed_used_stays_in_sight_for_the_same_piece_again(panel: ComposePanel) -> None:
    panel.is_seed_random.setChecked(True)
    assert panel.choices.seed is None
    panel.show_start(4711)
    panel.is_seed_random.setChecked(False)
    assert panel.choices.seed == 4711


def test_progress_counts_measures(panel: ComposePanel) -> None:
    panel.show_start(1)
    panel.show_progress(5, 16)
    assert panel.state_text == "measure 5 of 16"


def test_key_and_time_are_those_of_the_text_when_continuing(panel: ComposePanel) -> None:
    panel.key.setCurrentText("g minor")
    panel.time.setCurrentText("3/4")
    assert (panel.choices_to_continue.key, panel.choices_to_continue.time) == ("", "")


def test_one_model_is_no_choice(panel: ComposePanel) -> None:
    built_in = BundleEntry("default", default_bundle_folder())
    panel.show_bundles([built_in])
    assert panel.bundle.isHidden()
    panel.show_bundles([built_in, BundleEntry("LilyNota", default_bundle_folder())])
    assert not panel.bundle.isHidden()


def test_every_field_has_a_name_for_screen_readers(panel: ComposePanel) -> None:
    fields = [child for child in panel.findChildren(QWidget) if child.toolTip()]
    assert len(fields) > 10
    assert all(field.accessibleName() or field.property("text") for field in fields)


def test_a_field_that_one_types_into_is_marked(panel: ComposePanel, qtbot: QtBot) -> None:
    panel.setStyleSheet(STYLE)
    panel.show()
    panel.ranges.setFocus()
    qtbot.waitUntil(panel.ranges.hasFocus)
    image = panel.ranges.grab().toImage()
    assert image.pixelColor(image.width() // 2, 0) == ACCENT
