"""Dialogs that answer by themselves and remember what they were asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lilydesk.app.edit_operations import Transposition
from lilydesk.app.messages import CrashReport
from lilydesk.app.passages import MeasureRange
from lilydesk.composing.takes_use import MeasureDifference
from lilydesk.notation import Document
from lilydesk.ui.dialogs import Answer
from lilydesk.ui.regenerate_dialog import RegenerateChoices


class FakeDialogs:
    """Answers are set by the test; `asked` holds the names of the questions."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer = Answer.CANCEL
        self.write_over = False
        self.path: Path | None = None
        self.n_measures: int | None = None
        self.time: str | None = None
        self.regeneration: RegenerateChoices | None = None
        self.transposition: Transposition | None = None

    def ask_unsaved(self, name: str) -> Answer:
        self.asked.append("unsaved")
        return self.answer

    def ask_compose_over(self, name: str) -> Answer:
        self.asked.append("compose over")
        return self.answer

    def ask_changed_on_disk(self, name: str) -> bool:
        self.asked.append("changed on disk")
        return self.write_over

    def ask_open_path(self, folder: str) -> Path | None:
        self.asked.append("open")
        return self.path

    def ask_save_path(self, suggestion: str) -> Path | None:
        self.asked.append("save as")
        return self.path

    def ask_export_path(self, suggestion: str) -> Path | None:
        self.asked.append("export")
        return self.path

    def ask_transposition(self, is_whole: bool) -> Transposition | None:
        self.asked.append("transpose all" if is_whole else "transpose")
        return self.transposition

    def ask_unsaved_takes(self, name: str) -> Answer:
        self.asked.append("unsaved takes")
        return self.answer

    def ask_regeneration(
        self, document: Document, measures: MeasureRange, n_takes: int
    ) -> RegenerateChoices | None:
        self.asked.append(f"regenerate {measures.first} to {measures.last}")
        return self.regeneration

    def show_comparison(self, name: str, differences: Sequence[MeasureDifference]) -> None:
        self.asked.append(f"compare {name}: {len(differences)}")

    def ask_n_measures(self) -> int | None:
        self.asked.append("measures")
        return self.n_measures

    def ask_time(self) -> str | None:
        self.asked.append("time")
        return self.time

    def show_crash(self, report: CrashReport) -> None:
        self.asked.append("crash")

    def show_about(self, version: str) -> None:
        self.asked.append("about")
