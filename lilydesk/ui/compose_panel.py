"""The compose panel: what to ask the model for, and how far it has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QStyledItemDelegate,
    QVBoxLayout,
    QWidget,
)

from lilydesk.app.bundles import BundleEntry, Style
from lilydesk.app.compose_runner import ComposeChoices
from lilydesk.app.seeds import LARGEST_SEED
from lilydesk.app.settings import Settings
from lilydesk.app.style_lists import composers_of, genres_of, period_of, periods_of, style_hint
from lilydesk.ui.form_area import FormArea
from lilydesk.ui.regenerate_dialog import MOST_TAKES
from lilydesk.ui.theme import (
    GAP,
    MARGIN,
    field_label,
    heading,
    number_field,
    primary_button,
    quiet_label,
)

_TONICS = ["c", "g", "d", "a", "e", "b", "fs", "cs", "f", "bf", "ef", "af", "df", "gf"]
_KEYS = [f"{tonic} {mode}" for mode in ("major", "minor") for tonic in _TONICS]
_TIMES = ["4/4", "3/4", "2/4", "2/2", "3/8", "6/8", "9/8", "12/8", "3/2", "6/4", "5/4"]
_ANY = "any"
_RANGE_TIP = "Lowest and highest note: G3-C6; or for some staves: 1:G3-C6, 2:C2-E4 (middle C is C4)"
_NO_WIDER = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon


class ComposePanel(QWidget):
    """Asks for compositions and shows their progress.

    Signals: compose_requested, continue_requested, stop_requested;
    model_chosen(str): by its name, for which styles are to be shown.
    """

    compose_requested = Signal()
    continue_requested = Signal()
    stop_requested = Signal()
    model_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._styles: Sequence[Style] = ()
        self._make_fields()
        self._make_buttons()
        self._lay_out()
        self.period.currentTextChanged.connect(self._on_period_changed)
        self.composer.currentTextChanged.connect(self._on_composer_changed)
        self.genre.currentTextChanged.connect(self._fill_lists)
        for field in (self.period, self.composer, self.genre):
            line = field.lineEdit()
            assert line is not None  # they can be written into
            line.editingFinished.connect(self._show_style_hint)
            field.currentTextChanged.connect(self._on_style_changed)
        self.is_seed_random.toggled.connect(self.seed.setDisabled)
        self.bundle.currentTextChanged.connect(self.model_chosen)

    # --- what it shows

    def show_styles(self, styles: Sequence[Style]) -> None:
        """Offer these styles; words typed in stay."""
        self._styles = styles
        self._fill_lists()
        self._on_style_changed()

    def show_bundles(self, bundles: Sequence[BundleEntry]) -> None:
        """Offer these models; a choice of one is not shown."""
        self.bundle.clear()
        for entry in bundles:
            self.bundle.addItem(entry.name, str(entry.path))
        self._form.setRowVisible(self.bundle, self.bundle.count() > 1)

    def show_choices(self, settings: Settings) -> None:
        """Show what was asked for last time."""
        for name in ("period", "composer", "genre", "key", "time"):
            getattr(self, name).setCurrentText(settings.text(name))
        self.n_measures.setValue(settings.count("n_measures"))
        self.takes.setValue(settings.count("n_takes"))
        self.key_only.setChecked(settings.is_on("key_only"))
        self.max_notes.setValue(settings.count("max_notes"))
        self.ranges.setText(settings.text("ranges"))
        self.temperature.setValue(settings.number("temperature"))
        self.top_p.setValue(settings.number("top_p"))
        self.top_k.setValue(settings.count("top_k"))
        self.seed.setValue(settings.count("seed"))
        self.is_seed_random.setChecked(settings.is_on("is_seed_random"))
        bundle = settings.text("bundle")
        if bundle and self.bundle.findText(bundle) < 0:  # a folder that the settings name
            self.bundle.addItem(bundle)
        self.bundle.setCurrentIndex(max(0, self.bundle.findText(bundle)))
        self._form.setRowVisible(self.bundle, self.bundle.count() > 1)

    def keep_choices(self, settings: Settings) -> None:
        """Remember what is asked for now."""
        for name in ("period", "composer", "genre", "key", "time", "bundle"):
            settings.put(name, getattr(self, name).currentText().strip())
        settings.put("n_measures", self.n_measures.value())
        settings.put("n_takes", self.takes.value())
        settings.put("key_only", self.key_only.isChecked())
        settings.put("max_notes", self.max_notes.value())
        settings.put("ranges", self.ranges.text().strip())
        settings.put("temperature", self.temperature.value())
        settings.put("top_p", self.top_p.value())
        settings.put("top_k", self.top_k.value())
        settings.put("seed", self.seed.value())
        settings.put("is_seed_random", self.is_seed_random.isChecked())

    @property
    def choices(self) -> ComposeChoices:
        """What is asked for now."""
        return ComposeChoices(
            period=self.period.currentText().strip(),
            composer=self.composer.currentText().strip(),
            genre=self.genre.currentText().strip(),
            key=self.key.currentText().strip(),
            time=self.time.currentText().strip(),
            n_measures=self.n_measures.value(),
            temperature=self.temperature.value(),
            top_p=self.top_p.value(),
            top_k=self.top_k.value(),
            seed=None if self.is_seed_random.isChecked() else self.seed.value(),
            bundle=self.bundle.currentText(),
            key_only=self.key_only.isChecked(),
            max_notes=self.max_notes.value(),
            ranges=self.ranges.text().strip(),
        )

    @property
    def n_takes(self) -> int:
        """Alternatives to write at once; 1 goes straight into the text."""
        return int(self.takes.value())

    @property
    def choices_to_continue(self) -> ComposeChoices:
        """The same without key and time signature, which are those of the text."""
        return replace(self.choices, key="", time="")

    def follow_actions(self, compose: QAction, continue_: QAction, is_composing: bool) -> None:
        """Enable the buttons as the actions are, with the same tips."""
        for button, action in ((self.compose_button, compose), (self.continue_button, continue_)):
            button.setEnabled(action.isEnabled())
            button.setToolTip(action.toolTip())
        self.stop_button.setEnabled(is_composing)
        self.stop_button.setToolTip("Stop and keep what is there (Esc)")

    def show_start(self, seed: int) -> None:
        """A job has begun with this seed; the model may have to be loaded first."""
        self.seed.setValue(seed)
        self._show_style_hint()
        self._progress.setRange(0, 0)
        self._progress.show()
        self._state.setText("Preparing the model…")

    def show_progress(self, n_done: int, n_total: int) -> None:
        """A measure has come."""
        self._progress.setRange(0, n_total)
        self._progress.setValue(n_done)
        self._state.setText(f"measure {n_done} of {n_total}")

    def show_end(self, sentence: str) -> None:
        """The job has ended."""
        self._progress.hide()
        self._state.setText(sentence)

    @property
    def style_hint_text(self) -> str:
        """What of the style the model does not know; empty if it knows all."""
        return str(self._style_hint.text())

    @property
    def state_text(self) -> str:
        """The line under the buttons."""
        return str(self._state.text())

    # --- inside

    def _make_fields(self) -> None:
        self.period = _combo("Period", "Period of the style, e.g. Romantic")
        self.composer = _combo("Composer", "Composer to write like: “Last, First”")
        self.genre = _combo("Genre", "Genre, e.g. Keyboard")
        self.key = _combo("Key", "Key of a new piece, e.g. g minor", ["", *_KEYS])
        self.time = _combo("Time signature", "Time signature of a new piece", ["", *_TIMES])
        self.n_measures = number_field(QSpinBox(minimum=1, maximum=999, value=16))
        self.takes = number_field(QSpinBox(minimum=1, maximum=MOST_TAKES, value=1))
        self.key_only = QCheckBox("Only notes of the key")
        self.max_notes = number_field(QSpinBox(minimum=0, maximum=16))
        self.max_notes.setSpecialValueText(_ANY)
        self.ranges = QLineEdit(placeholderText=_ANY)
        self.temperature = number_field(
            QDoubleSpinBox(minimum=0.05, maximum=3.0, singleStep=0.05, value=1.0)
        )
        self.top_p = number_field(
            QDoubleSpinBox(minimum=0.05, maximum=1.0, singleStep=0.05, value=0.9)
        )
        self.top_k = number_field(QSpinBox(minimum=0, maximum=256))
        self.top_k.setSpecialValueText("off")
        self.seed = number_field(QSpinBox(minimum=0, maximum=LARGEST_SEED))
        self.is_seed_random = QCheckBox("Random")
        self.bundle = QComboBox(minimumContentsLength=10)
        self.bundle.setSizeAdjustPolicy(_NO_WIDER)
        for field, name, tip in (
            (self.n_measures, "Measures", "How many measures to write"),
            (self.takes, "Takes", "Alternatives to choose from; one goes straight into the text"),
            (self.key_only, "Only notes of the key", "No notes outside the key signature"),
            (self.max_notes, "Notes at once", "How many notes may sound together on a staff"),
            (self.ranges, "Range", _RANGE_TIP),
            (self.temperature, "Temperature", "Lower is safer, higher is wilder"),
            (self.top_p, "Top-p", "Draw from the likeliest tokens with this share together"),
            (self.top_k, "Top-k", "Draw from this many of the likeliest tokens"),
            (self.seed, "Seed", "The same seed and choices give the same piece again"),
            (self.is_seed_random, "Random seed", "Draw a new seed for each piece"),
            (self.bundle, "Model", "The model that writes"),
        ):
            field.setAccessibleName(name)
            field.setToolTip(tip)

    def _make_buttons(self) -> None:
        self.compose_button = primary_button("Compose")
        self.continue_button = QPushButton("Continue")
        self.stop_button = QPushButton("Stop")
        self.compose_button.clicked.connect(self.compose_requested)
        self.continue_button.clicked.connect(self.continue_requested)
        self.stop_button.clicked.connect(self.stop_requested)
        self._progress = QProgressBar(textVisible=False)
        self._progress.setAccessibleName("Progress of the composition")
        policy = self._progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # or the buttons would move under the mouse
        self._progress.setSizePolicy(policy)
        self._progress.hide()
        self._style_hint = quiet_label()
        self._style_hint.setWordWrap(True)
        self._style_hint.setTextFormat(Qt.TextFormat.PlainText)
        self._style_hint.hide()
        self._state = quiet_label()
        self._state.setWordWrap(True)
        self._state.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def _lay_out(self) -> None:
        self._form = QFormLayout()
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._form.setHorizontalSpacing(10)
        self._form.setVerticalSpacing(7)
        seed = QHBoxLayout()
        seed.setSpacing(GAP)
        seed.addWidget(self.seed, 1)
        seed.addWidget(self.is_seed_random)
        self._heading("Style", first=True)
        self._rows(("&Period", self.period), ("Compose&r", self.composer), ("&Genre", self.genre))
        self._form.addRow(self._style_hint)
        self._heading("Music")
        self._rows(("Ke&y", self.key), ("&Time", self.time), ("Mea&sures", self.n_measures))
        self._rows(("Ta&kes", self.takes))
        self._heading("Limits")
        self._form.addRow(self.key_only)
        self._rows(("&Notes at once", self.max_notes), ("R&ange", self.ranges))
        self._heading("Sampling")
        self._rows(("Temperat&ure", self.temperature), ("Top-p", self.top_p))
        self._rows(("Top-k", self.top_k))
        self._form.addRow(field_label("See&d", self.seed), seed)
        self._rows(("Mode&l", self.bundle))
        self._form.setRowVisible(self.bundle, False)
        pair = QHBoxLayout()
        pair.addWidget(self.continue_button, 1)
        pair.addWidget(self.stop_button)
        area = FormArea(self._form)
        below = QVBoxLayout()
        below.setContentsMargins(0, GAP, area.bar_px, 0)
        below.setSpacing(GAP)
        below.addWidget(self.compose_button)
        below.addLayout(pair)
        below.addWidget(self._progress)
        below.addWidget(self._state)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, 0, MARGIN)
        layout.setSpacing(GAP)
        layout.addWidget(area)
        layout.addLayout(below)
        layout.addStretch(1)
        self.setFixedWidth(MARGIN + area.width())

    def _heading(self, text: str, first: bool = False) -> None:
        label = heading(text)
        label.setContentsMargins(0, 0 if first else 8, 0, 0)
        self._form.addRow(label)

    def _rows(self, *rows: tuple[str, QWidget]) -> None:
        for text, field in rows:
            self._form.addRow(field_label(text, field), field)

    def _on_period_changed(self, period: str) -> None:
        known = period in periods_of(self._styles)
        if known and self.composer.currentText() not in ("", *composers_of(self._styles, period)):
            self.composer.setCurrentText("")
        self._fill_lists()

    def _on_composer_changed(self, composer: str) -> None:
        period = period_of(self._styles, composer)
        if period:
            self.period.setCurrentText(period)
        self._fill_lists()

    def _show_style_hint(self) -> None:
        """Say what the model does not know once a word is complete, not while it is typed."""
        words = (field.currentText().strip() for field in (self.period, self.composer, self.genre))
        self._style_hint.setText(style_hint(self._styles, *words))
        self._style_hint.setVisible(bool(self.style_hint_text))

    def _on_style_changed(self) -> None:
        if self.style_hint_text:
            self._show_style_hint()

    def _fill_lists(self) -> None:
        period, composer = self.period.currentText(), self.composer.currentText()
        genre = self.genre.currentText()
        _refill(self.period, periods_of(self._styles))
        _refill(self.composer, composers_of(self._styles, period, genre))
        _refill(self.genre, genres_of(self._styles, period, composer))


class _AnyDelegate(QStyledItemDelegate):
    """Shows the empty word in a list for what it means."""

    def displayText(self, value: object, locale: object) -> str:
        """What a line of the list shows."""
        return str(value) or _ANY


def _combo(name: str, tip: str, items: Sequence[str] = ("",)) -> QComboBox:
    combo = QComboBox(editable=True, insertPolicy=QComboBox.InsertPolicy.NoInsert)
    combo.setAccessibleName(name)
    combo.setToolTip(tip)
    combo.setItemDelegate(_AnyDelegate(combo))
    combo.addItems(list(items))
    combo.setMinimumContentsLength(10)
    combo.setSizeAdjustPolicy(_NO_WIDER)
    line = combo.lineEdit()
    assert line is not None
    line.setPlaceholderText(_ANY)
    return combo


def _refill(combo: QComboBox, items: Sequence[str]) -> None:
    """Offer other items; the text in the field and its cursor stay."""
    if [combo.itemText(i) for i in range(combo.count())] == ["", *items]:
        return
    line = combo.lineEdit()
    assert line is not None
    text, cursor = combo.currentText(), line.cursorPosition()
    combo.blockSignals(True)
    combo.clear()
    combo.addItems(["", *items])
    combo.setCurrentIndex(max(0, combo.findText(text)))
    combo.setEditText(text)
    line.setCursorPosition(cursor)
    combo.blockSignals(False)
