"""What is known while a measure is being read: its parts, the state that runs along, its faults."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from lilydesk.lilylet.diagnostics import Diagnostic, diagnose
from lilydesk.lilylet.state import EntryState
from lilydesk.lilylet.suggest import nearest_name
from lilydesk.lilylet.voice_builder import Frame, VoiceBuilder
from lilydesk.notation.duration import Duration
from lilydesk.notation.event import Chord, Key, TimeSignature
from lilydesk.notation.span import Span
from lilydesk.notation.walk import takes_time

MAX_DEPTH = 32
_MAX_FAULTS = 100
_MAX_SUGGESTIONS = 5
_COMMON_TIME = Fraction(4)
_GROUP_NAMES = {"tuplet": "tuplet", "grace": "grace", "tremolo": "repeat tremolo"}


class MeasureState:
    """Mutable, for the length of one `parse_measure` only."""

    __slots__ = (
        "bar_end", "comments", "duration", "entry", "faults", "is_numeric", "key", "key_at_start",
        "partial", "parts", "placement", "skipped_groups", "text", "time", "time_at_start", "voice",
    )  # fmt: skip

    def __init__(self, text: str, entry: EntryState) -> None:
        self.text = text
        self.entry = entry
        self.duration = entry.duration
        self.key = self.key_at_start = entry.key
        self.time = self.time_at_start = entry.time
        self.is_numeric = entry.is_numeric
        self.partial: Duration | None = None
        self.placement = ""  # a ^ or _ that waits for its command
        self.skipped_groups = 0  # braces too deep to be read, still open
        self.bar_end = 0
        self.faults: list[Diagnostic] = []
        self.comments: list[str] = []
        self.voice = VoiceBuilder(0, 0, entry.base(0, 0))
        self.parts: list[list[VoiceBuilder]] = [[self.voice]]

    def fault(
        self, code: str, start: int, end: int, message: str, hint: str = "",
        replacement: str | None = None, fix: str = "",
    ) -> None:  # fmt: skip
        """Notes a fault, up to a hundred of them."""
        if len(self.faults) < _MAX_FAULTS:
            self.faults.append(diagnose(code, start, end, message, hint, replacement, fix))
        elif len(self.faults) == _MAX_FAULTS:
            self.faults.append(
                diagnose("too-many-diagnostics", start, end, "Further faults are not listed.")
            )

    def nearest(self, name: str, known: Iterable[str]) -> str | None:
        """The known name most like `name`; only for the first few faults, since it takes time."""
        if len(self.faults) >= _MAX_SUGGESTIONS:
            return None
        return nearest_name(name, known)

    # -- voices and parts

    def close_voice(self) -> None:
        """Ends the voice at hand, and groups left open in it."""
        voice = self.voice
        voice.flush()
        if voice.frames:
            self._unclosed(voice.frames[-1])
        while voice.frames:
            self._close_innermost(len(self.text))
        if voice.next_is_grace:
            voice.next_is_grace = False
        self.skipped_groups = 0
        self.placement = ""

    def next_voice(self, _position: int) -> None:
        r"""After `\\`: another voice of the same part."""
        self.close_voice()
        part = len(self.parts) - 1
        number = len(self.parts[part])
        self.voice = VoiceBuilder(part, number, self.entry.base(part, number))
        self.parts[part].append(self.voice)

    def next_part(self, _position: int) -> None:
        r"""After `\\\`: another part."""
        self.close_voice()
        part = len(self.parts)
        self.voice = VoiceBuilder(part, 0, self.entry.base(part, 0))
        self.parts.append([self.voice])

    # -- groups

    def open_group(
        self, kind: str, start: int, end: int, numerator: int = 1, denominator: int = 1
    ) -> None:
        """Opens a group whose brace ends at `end`; beyond MAX_DEPTH its braces are left out."""
        if len(self.voice.frames) < MAX_DEPTH:
            self.voice.open_group(kind, start, numerator, denominator)
            return
        if not self.skipped_groups:
            self.fault(
                "nesting-too-deep", start, end, f"Groups within groups are read {MAX_DEPTH} deep."
            )
        self.skipped_groups += 1

    def open_plain_group(self, start: int, end: int) -> None:
        """A brace that no command asked for: its notes are read as if it were not there."""
        self.fault(
            "stray-brace", start, end, "The { here belongs to no command.",
            "A group begins with \\grace {, \\tuplet 3/2 {, \\times 2/3 { or \\repeat tremolo 4 {.",
        )  # fmt: skip
        self.open_group("plain", start, end)

    def close_group(self, start: int, end: int) -> None:
        """A closing brace."""
        if self.skipped_groups:
            self.skipped_groups -= 1
        elif self.voice.frames:
            self.voice.flush()
            self._close_innermost(end)
        else:
            self.fault("stray-brace", start, end, "The } here closes nothing.", replacement="")

    def _close_innermost(self, end: int) -> None:
        voice = self.voice
        frame = voice.close_group(end)
        if frame.kind == "tremolo":
            self._close_tremolo(frame, end)
        elif frame.is_empty:
            self.fault("empty-tuplet", frame.start, end, "This tuplet has no notes.")

    def _close_tremolo(self, frame: Frame, end: int) -> None:
        timed = [e for e in self.voice.events if takes_time(e)]
        chords = [event for event in timed if isinstance(event, Chord)]
        duration: Duration | None = chords[0].duration if chords else None
        if not len(timed) == len(chords) == 2 or chords[1].duration != duration:
            self.fault(
                "bad-tremolo", frame.start, end,
                "A tremolo alternates two notes or chords of the same duration.",
                "For example \\repeat tremolo 4 { c16 e }.",
            )  # fmt: skip
            duration = None
        self.voice.close_tremolo(frame, end, duration)

    def _unclosed(self, frame: Frame) -> None:
        name = _GROUP_NAMES.get(frame.kind)
        what = f"The \\{name} group" if name else "The group"
        self.fault(
            "unclosed-group", frame.start, min(frame.start + 1 + len(name or ""), len(self.text)),
            f"{what} that begins here has no }}.", "Write } after its last note.",
        )  # fmt: skip

    # -- the whole

    def set_key(self, key: Key) -> None:
        r"""A \key: in force for the measure if no note of its voice stands before it."""
        self.key = key
        if not self.voice.has_timed:
            self.key_at_start = key

    def set_time(self, time: TimeSignature) -> None:
        r"""A \time, likewise."""
        self.time = time
        if not self.voice.has_timed:
            self.time_at_start = time

    def expected_length(self) -> Fraction:
        r"""What \partial or the time signature asks for; 4/4 where there is none."""
        if self.partial is not None:
            return self.partial.length
        return self.time_at_start.length if self.time_at_start else _COMMON_TIME

    def span(self) -> Span:
        """From the first event to the `|`, inclusive."""
        starts = [voice.start for part in self.parts for voice in part if voice.start >= 0]
        ends = [voice.end for part in self.parts for voice in part]
        start = min(starts, default=max(0, self.bar_end - 1))
        return Span(start, max(*ends, self.bar_end, start))
