"""TakesModel: the takes of the piece as a list for a view, with undo of its own.

Undo here is about the list (names, what was removed); the text has its own in the editor.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal

if TYPE_CHECKING:
    from lilydesk.composing.takes import Origin, Take, TakesBook
    from lilydesk.composing.takes_use import Use

Index = QModelIndex | QPersistentModelIndex
_MOST_STEPS = 100
ID_ROLE = Qt.ItemDataRole.UserRole + 1
SUBTITLE_ROLE = Qt.ItemDataRole.UserRole + 2
IS_ACTIVE_ROLE = Qt.ItemDataRole.UserRole + 3


class TakesModel(QAbstractListModel):
    """The newest takes first, the best of those first. GUI thread only.

    Signal: book_changed(): takes were added, changed, put to use; also when another piece opens.
    """

    book_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._book: TakesBook | None = None
        self._order: tuple[Take, ...] = ()
        self._done: list[TakesBook] = []
        self._undone: list[TakesBook] = []

    @property
    def book(self) -> TakesBook:
        """All takes, as a value."""
        from lilydesk.composing.takes import TakesBook

        if self._book is None:
            self._book = TakesBook()
        return self._book

    @property
    def can_undo(self) -> bool:
        """A change of the list can be taken back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """A change that was taken back can be done again."""
        return bool(self._undone)

    def show_book(self, book: TakesBook | None) -> None:
        """The takes of another piece, if it has some; nothing of the old ones is left to undo."""
        self._done, self._undone = [], []
        if book is not None or self._book is not None:
            from lilydesk.composing.takes import TakesBook

            self._set(book or TakesBook())

    def add(self, takes: Iterable[Take]) -> tuple[str, ...]:
        """Add takes that were written; their ids, the best first."""
        found = tuple(takes)
        ids = {take.id for take in found}
        self._set(self.book.add(found))
        return tuple(take.id for take in self._order if take.id in ids)

    def rename(self, identifier: str, name: str) -> None:
        """Give a take another name."""
        self._step(self.book.rename(identifier, name))

    def remove(self, identifiers: Iterable[str]) -> None:
        """Take these out of the list; the text stays."""
        self._step(self.book.remove(identifiers))

    def mark_used(self, identifier: str) -> None:
        """The text is that of another take now; empty: the composer's own."""
        if identifier != self.book.active:
            self._set(self.book.use(identifier))

    def on_text(self, text: str) -> None:
        """The text is this now: mark the take that it is, or that it is none any more."""
        active = self.book.active_take if self._book else None
        if active is None and not self._order:
            return
        same = next((take for take in self._order if _is_text_of(take, text)), None)
        if same is not None:
            self.mark_used(same.id)
        elif active is not None and text == active.base:
            self.mark_used(active.parent if self.book.find(active.parent) else "")

    def keep_own(self, text: str) -> str:
        """Keep a version of the composer's as a take; its name."""
        from lilydesk.composing.takes import Take, TakeKind, new_id

        n_before = sum(take.kind is TakeKind.OWN for take in self.book.takes)
        name = f"My version {n_before + 1}" if n_before else "My version"
        self.add([Take(new_id(), name, TakeKind.OWN, text, ())])
        return name

    def use(self, identifier: str, current: str) -> Use | None:
        """What to change in the current text so that a take is in use; None if it is gone."""
        from lilydesk.composing.takes_use import use_of

        take = self.book.find(identifier)
        return use_of(self.book, take, current) if take else None

    def undo(self) -> None:
        """Take back the last change of a name, or a removal."""
        if self._done:
            self._undone.append(self.book)
            self._set(self._with_new_takes(self._done.pop()))

    def redo(self) -> None:
        """Do again what was taken back."""
        if self._undone:
            self._done.append(self.book)
            self._set(self._undone.pop())

    def row_of(self, identifier: str) -> int:
        """The row of a take; -1 if there is none."""
        return next((row for row, take in enumerate(self._order) if take.id == identifier), -1)

    def take_at(self, row: int) -> Take | None:
        """The take in a row."""
        return self._order[row] if 0 <= row < len(self._order) else None

    def _with_new_takes(self, old: TakesBook) -> TakesBook:
        """An older book, with the takes that have been written since."""
        if not self._undone:
            return old
        known = {take.id for take in old.takes}
        newer = [t for t in self.book.takes if t.id not in known and not self._was_known(t.id)]
        return old.add(newer).use(self.book.active or old.active)

    def _was_known(self, identifier: str) -> bool:
        return any(book.find(identifier) for book in self._done)

    def _step(self, book: TakesBook) -> None:
        if book != self.book:
            self._done = [*self._done, self.book][-_MOST_STEPS:]
            self._undone = []
            self._set(book)

    def _set(self, book: TakesBook) -> None:
        self.beginResetModel()
        self._book = book
        self._order = book.in_order()
        self.endResetModel()
        self.book_changed.emit()

    # --- Qt

    def rowCount(self, parent: Index | None = None) -> int:
        """Qt: number of takes."""
        return 0 if parent is not None and parent.isValid() else len(self._order)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt: what a take shows."""
        take = self.take_at(index.row()) if index.isValid() else None
        if take is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return take.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return long_story(take)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            used = ", in use" if take.id == self.book.active else ""
            return f"{take.name}{used}, {self.subtitle(take)}"
        if role == ID_ROLE:
            return take.id
        if role == SUBTITLE_ROLE:
            return self.subtitle(take)
        if role == IS_ACTIVE_ROLE:
            return take.id == self.book.active
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Qt: rename a take."""
        take = self.take_at(index.row()) if index.isValid() else None
        if take is None or role != Qt.ItemDataRole.EditRole:
            return False
        self.rename(take.id, str(value))
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Qt: every take can be chosen and renamed."""
        plain = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return plain | Qt.ItemFlag.ItemIsEditable if index.isValid() else Qt.ItemFlag.NoItemFlags

    def subtitle(self, take: Take) -> str:
        """`1st of 4 · measures 5–8 · seed 7`; a take that nobody judged has no rank."""
        rank, n_takes = self.book.rank(take.id)
        words = []
        if n_takes > 1 and take.bits_per_token is not None:
            words.append(f"{_ordinal(rank)} of {n_takes}")
        words.append(measures_words(take))
        if take.origin is not None:
            words.append(f"seed {take.origin.seed}")
        return " · ".join(filter(None, words))


def _is_text_of(take: Take, text: str) -> bool:
    """Whether a take gives this text; most are told by their length."""
    grown = sum(edit.growth for edit in take.edits)
    return len(take.base) + grown == len(text) and take.text == text


def measures_words(take: Take) -> str:
    """Which measures are new: `measures 5–8`."""
    if not take.n_measures:
        return ""
    first, last = take.first_measure + 1, take.first_measure + take.n_measures
    return f"measure {first}" if first == last else f"measures {first}–{last}"


def long_story(take: Take) -> str:
    """Everything that is known of a take, line by line."""
    lines = [take.name]
    if measures_words(take):
        lines.append(f"New: {measures_words(take)}{_voices_words(take.origin)}")
    if take.bits_per_token is not None:
        what = "what follows" if take.kind.value == "regenerate" else "the take itself"
        usual = "" if take.usual_bits is None else f"; usual here are {take.usual_bits:.2f}"
        lines.append(f"The model finds {what} at {take.bits_per_token:.2f} bits a token{usual}.")
    origin = take.origin
    if origin is not None:
        sampling = f"temperature {origin.temperature:g}, top-p {origin.top_p:g}"
        sampling += f", top-k {origin.top_k}" if origin.top_k else ""
        lines += [
            f"Model: {origin.engine} ({origin.bundle_hash[:8]})",
            f"Seed {origin.seed}, {sampling}",
        ]
        asked = [*filter(None, origin.prompt), *filter(None, (origin.key, origin.time))]
        lines += [f"Asked for: {' · '.join(asked)}"] * bool(asked)
        lines += [f"Kept to: {origin.constraints}"] * bool(origin.constraints)
        lines += [f"Written {origin.date.replace('T', ' ').removesuffix('+00:00')} UTC"]
    return "\n".join([*lines, *take.hints])


def _voices_words(origin: Origin | None) -> str:
    if origin is None or origin.voices is None:
        return ""
    return ", only " + ", ".join(f"voice {v + 1} of part {p + 1}" for p, v in origin.voices)


def _ordinal(number: int) -> str:
    ends = {1: "st", 2: "nd", 3: "rd"}
    end = "th" if number % 100 in (11, 12, 13) else ends.get(number % 10, "th")
    return f"{number}{end}"
