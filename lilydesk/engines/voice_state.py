"""Where a voice stands while it is written, as a value: time, groups, what is open.

All lengths are whole numbers of 128th notes: the smallest note value that a model may write.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from lilydesk.engines.voice_limits import FREE, Limits, Sounding
from lilydesk.engines.voice_pitch import ANYWHERE, PitchRule

WHOLE = 128  # a whole note, in 128ths
DIVISIONS = (1, 2, 4, 8, 16, 32, 64, 128)
NONE: frozenset[str] = frozenset()
MIDDLE_C = 28  # diatonic steps from C of octave 0


Pitches = tuple[tuple[int, int], ...]  # of a note or chord: place and alteration of each head


class Group(NamedTuple):
    """An open tuplet, grace group or double tremolo."""

    kind: str  # "tuplet", "grace" or "tremolo"
    n: int = 1  # a tuplet's n in the time of m, in lowest terms; the repetitions of a tremolo
    m: int = 1
    used: int = 0  # length inside; of one note of a tremolo
    n_events: int = 0  # notes, chords and rests inside
    is_beamed: bool = False  # grace notes have beams of their own


class VoiceState(NamedTuple):
    """What decides on the next character. `mode` and `word` are what is being spelled."""

    left: int  # until the voice is full; what is in an open group still counts as left
    full: int
    mode: str = "gap"
    word: str = ""
    duration: int = 0  # the last one given in this line; 0 = none, so one must be written
    groups: tuple[Group, ...] = ()
    is_beamed: bool = False
    slurs: int = 0
    hairpins: int = 0
    kind: str = ""  # the event at hand: "note", "chord" or "rest"
    n_marks: int = 0  # at the event at hand
    has_beam_sign: bool = False  # the event at hand begins or ends a beam
    idle: frozenset[str] = NONE  # commands since the last event, by what they are or a number
    base: int = MIDDLE_C  # the pitch that the next one relates to
    first_head: int = -1  # of the chord at hand
    n_heads: int = 0
    command: str = ""  # whose arguments are being spelled
    back: str = ""  # the mode after it
    may_be_partial: bool = False  # nothing has sounded in the piece yet
    has_grace: bool = False  # grace notes lead to the event that comes next
    rule: PitchRule = ANYWHERE  # which follows from limits, staff and key
    limits: Limits = FREE
    staff: int = 1
    fifths: int | None = None
    sounded: tuple[Sounding, ...] = ()  # the notes so far, if limits want them counted
    kept: tuple[Pitches, ...] | None = None  # notes and chords that must still come; None = any
    n_kept: int = 0  # how many there were at the beginning
    must_sound: bool = False  # no rest may last the whole measure

    @property
    def is_full(self) -> bool:
        """Whether the voice may end here."""
        return self.is_between and not (self.left or self.groups)

    @property
    def is_between(self) -> bool:
        """Whether a word has just ended; after a tempo a metronome mark may still come."""
        return self.mode == "gap" or (self.command == "tempo" and self.word.endswith('" '))

    @property
    def group(self) -> Group | None:
        """The innermost open group."""
        return self.groups[-1] if self.groups else None

    @property
    def room(self) -> int:
        """The longest length that the next rest may have."""
        if self.must_sound and self.left == self.full and self.group is None:
            return self.left - 1
        return self._room(self.left - self.reserve * len(self.kept) if self.kept else self.left)

    @property
    def last_length(self) -> int:
        """The length that fills the voice, where the last of the notes that must come has it."""
        is_last = self.kept is not None and len(self.kept) == 1 and not self.groups
        return self.left if is_last and is_single(self.left) else 0

    def note_room(self, n_notes: int) -> int:
        """The longest length that the next note, or chord of so many notes, may have."""
        if self.kept is not None:
            if not self.kept:
                return 0
            return self._room(self.left - self.reserve * (len(self.kept) - 1))
        room, group = self._room(self.left), self.group
        if not self.limits.most or (group is not None and group.kind == "tremolo"):
            return room
        clear = self.limits.clear(self.staff, self.position, n_notes)
        if group is not None and group.kind == "grace":
            return room if clear else 0
        return min(room, int(clear * group.n / group.m if group else clear))

    def _room(self, left: int) -> int:
        group = self.group
        if group is None:
            return left
        if group.kind == "grace":
            return WHOLE
        if group.kind == "tremolo":
            return group.used or left // (2 * group.n)
        return left // group.m * group.n - group.used

    @property
    def group_room(self) -> int:
        """The time that a tuplet or tremolo may take."""
        if not self.kept:
            return self.left
        return self.left - self.reserve * (len(self.kept) - 1)

    @property
    def reserve(self) -> int:
        """The time that is held free for each note that must still come."""
        return reserve_of(self.full, self.n_kept)

    @property
    def position(self) -> Fraction:
        """Where in the measure the voice is."""
        group = next((group for group in self.groups[::-1] if group.kind != "grace"), None)
        inside = Fraction(group.used * group.m, group.n) if group else Fraction(0)
        return self.full - self.left + inside

    @property
    def is_at_end(self) -> bool:
        """Whether no time is left once the open group closes."""
        group = self.group
        if group is None:
            return not self.left
        if group.kind == "tuplet":
            return group.used * group.m == self.left * group.n
        return group.n_events == 2 and 2 * group.n * group.used == self.left

    def with_group(self, group: Group) -> VoiceState:
        """The same with the innermost group replaced."""
        return self.but(groups=(*self.groups[:-1], group))

    def spelling(self, mode: str, word: str) -> VoiceState:
        """The same with another mode and word: what most characters change, as fast as can be."""
        return tuple.__new__(VoiceState, (*self[:2], mode, word, *self[4:]))

    def but(self, **changes: Any) -> VoiceState:
        """The same with these fields changed: _replace in half its time, for each character."""
        values = [*self]
        for name, value in changes.items():
            values[_PLACES[name]] = value
        return tuple.__new__(VoiceState, values)


_PLACES = {name: place for place, name in enumerate(VoiceState._fields)}


@lru_cache(maxsize=256)
def is_single(length: int) -> bool:
    """Whether one note value, with two dots at most, has this length."""
    return any(length_of(str(d), n_dots) == length for d in DIVISIONS for n_dots in range(3))


@lru_cache(maxsize=256)
def reserve_of(full: int, n_notes: int) -> int:
    """Half the longest plain value that each of `n_notes` might have; 0 if they never fit."""
    fitting = [WHOLE // d for d in DIVISIONS if WHOLE // d * n_notes <= full]
    return max(1, max(fitting) // 2) if fitting else 0


def new_voice(full: int, slurs: int = 0, hairpins: int = 0) -> VoiceState:
    """The start of a voice in a measure of `full` 128ths, with what is open from before."""
    return VoiceState(left=full, full=full, slurs=slurs, hairpins=hairpins)


@lru_cache(maxsize=1024)
def length_of(digits: str, n_dots: int) -> int:
    """Length of a written duration; 0 if it is none, or finer than a 128th."""
    division = int(digits)
    if division not in DIVISIONS:
        return 0
    plain = WHOLE // division
    length, rest = divmod(plain * (2 ** (n_dots + 1) - 1), 2**n_dots)
    return 0 if rest else length


@lru_cache(maxsize=4096)
def may_become_duration(digits: str, room: int) -> bool:
    """Whether these digits begin a note value that fits."""
    return any(str(d).startswith(digits) and WHOLE // d <= room for d in DIVISIONS)
