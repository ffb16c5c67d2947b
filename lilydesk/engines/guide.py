"""Follows a measure token by token and says which tokens may come next.

It keeps what a reader of the text relies on: the stream marker, staff, key and time at the head of
each measure, voices and parts as the piece has them, separators outside strings and groups, one
line a voice. Bounds on tokens make every measure end. An acceptor beside it follows the time, so
that every voice fills its measure; without one the music itself is the model's alone.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np

from lilydesk.engines.acceptor import MeasureAcceptor, OpenEnds
from lilydesk.engines.vocabulary import HEADERS, PARTIALS, Choice, Mask, Vocabulary
from lilydesk.engines.voice_text import VoiceText

MAX_VOICE_TOKENS = 384  # the longest voice in the training texts has 240
MAX_MEASURE_TOKENS = 1600  # after these, only the voices and parts that the piece must have
MAX_STRING = 60  # characters
MAX_VOICES_PER_STAFF = 6
MAX_STAVES, MAX_PARTS = 4, 24  # where the piece does not say
_STAFF_AT_HEAD = re.compile(r'\s*\\staff "(\d+)"')
_SEPARATORS = ("|", "\\\\", "\\\\\\", "\n")


@dataclass(frozen=True, slots=True)
class MeasurePlan:
    """What is settled of a measure before it is written."""

    marker: str  # `[r:4/3]`
    key_text: str = ""  # `\\key g \\minor`, or the model's choice
    time_text: str = ""
    staves: tuple[int, ...] = ()  # per part, or the model's choice
    is_first: bool = False  # it may have headers before it, and be a pickup
    constrains_time: bool = False  # every voice fills the measure
    open_ends: tuple[OpenEnds, ...] = ()  # of each part, from the measures before


class MeasureGuide:
    """The state of one measure while it is written. A segment is a voice or a header line."""

    def __init__(self, vocabulary: Vocabulary, plan: MeasurePlan) -> None:
        """Stand before the measure's marker."""
        self._vocabulary = vocabulary
        self._plan = plan
        self._queue: deque[Choice] = deque()
        self._matched = 0  # tokens of the first choice in the queue
        self.is_complete = False
        self.is_segment_closed = False
        self._is_replayed = False
        self._has_bar = False
        self._n_headers = 0
        self._is_header = False
        self._staves: list[int] = [0]  # highest staff of each part; 0 = voices carry no label
        self._n_tokens = 0
        self._n_voices = 1  # on the current staff
        self._begin_voice()
        self._acceptor: MeasureAcceptor | None = None
        if plan.constrains_time:
            self._acceptor = MeasureAcceptor(plan.open_ends, is_first=plan.is_first)
        self._begin_measure()

    # What may come next

    def allowed(self) -> Mask:
        """The tokens that may be drawn now; never empty. `accepts` has the last word."""
        if self._queue:
            return self._vocabulary.next_of(self._queue[0], self._matched)
        if self._follows_time and self._voice.n_tokens > MAX_VOICE_TOKENS and not self._is_full:
            return self.way_out()
        if self._voice.in_string:
            return self._allowed_in_string()
        if self._voice.n_tokens > MAX_VOICE_TOKENS:
            return self._closing()
        return self._allowed_in_music()

    @property
    def _follows_time(self) -> bool:
        return self._acceptor is not None and self._marker_is_read and not self._is_header

    @property
    def _is_full(self) -> bool:
        return self._acceptor is None or self._acceptor.is_full

    def accepts(self, token: int) -> bool:
        """Whether an allowed token is one that leaves the voice a way to be exactly full."""
        if self._acceptor is None or self._queue or not self._follows_time:
            return True
        text = self._vocabulary.texts[token]
        return self._is_separator(text) or self._acceptor.accepts(text)

    def accepted_of(self, allowed: Mask) -> Mask:
        """The allowed tokens that are accepted; there may be none."""
        mask = np.zeros_like(allowed)
        mask[[token for token in np.flatnonzero(allowed) if self.accepts(int(token))]] = True
        return mask

    def way_out(self) -> Mask:
        """Settle how the voice ends, where the model finds no end; the first token of it."""
        text = self._acceptor.closing_text() if self._acceptor else None
        if not text:
            return self._closing()
        self._queue_text(text)
        return self._vocabulary.next_of(self._queue[0], self._matched)

    def _allowed_in_string(self) -> Mask:
        if self._voice.string_length > MAX_STRING and not self._voice.is_escaped:
            return self._vocabulary.quote
        words = self._vocabulary
        return words.in_string if self._acceptor is None else words.in_plain_string

    def _allowed_in_music(self) -> Mask:
        words, voice = self._vocabulary, self._voice
        mask = words.in_music & ~words.separators
        if voice.in_lyrics or voice.is_spelling:
            mask |= words.letters
        if voice.has_event and not voice.in_group and self._is_full:
            mask |= self._fitting_separators()
        if voice.text.endswith("["):
            mask &= ~words.starts_with_r  # `[r:` would read as a marker
        if voice.is_escaped:
            mask &= words.after_backslash
        if voice.in_chord:
            mask &= ~words.chord_start
        if not voice.n_braces:
            mask &= ~words.group_end
        if not self._is_labelled and voice.text.strip():
            mask &= ~words.staff
        return mask

    def _closing(self) -> Mask:
        words, voice = self._vocabulary, self._voice
        if voice.is_escaped:
            return words.space
        if voice.in_chord:
            return words.chord_end
        return words.group_end if voice.n_braces else self._fitting_separators()

    def _fitting_separators(self) -> Mask:
        """Those that leave the piece its parts and staves."""
        words, planned = self._vocabulary, self._plan.staves
        part = len(self._staves) - 1
        has_all_staves = self._staff >= self._n_staves
        is_long = self._n_tokens > MAX_MEASURE_TOKENS
        mask = np.zeros_like(words.separators)
        if has_all_staves and (part >= len(planned) - 1):
            mask |= words.measure_end
        if has_all_staves and part + 1 < (len(planned) or (0 if is_long else MAX_PARTS)):
            mask |= words.part_end
        if not has_all_staves or (self._n_voices < MAX_VOICES_PER_STAFF and not is_long):
            mask |= words.voice_end
        return mask

    @property
    def _staff(self) -> int:
        return self._staves[-1]

    @property
    def _n_staves(self) -> int:
        """Staves that the current part must have before it ends."""
        part = len(self._staves) - 1
        if part < len(self._plan.staves):
            planned = self._plan.staves[part]
            return planned if planned > 1 else 0
        return 2 if self._is_labelled else 0

    @property
    def _is_labelled(self) -> bool:
        """Whether voices of the current part name their staff."""
        part = len(self._staves) - 1
        if part < len(self._plan.staves):
            return self._plan.staves[part] > 1
        return self._staff > 0

    @property
    def open_ends(self) -> tuple[OpenEnds, ...]:
        """Slurs and hairpins that each part has open at the end, if the time is followed."""
        return self._acceptor.open_ends if self._acceptor else ()

    @property
    def staves(self) -> tuple[int, ...]:
        """Number of staves of each part so far."""
        return tuple(max(1, staff) for staff in self._staves)

    # What came

    def accept(self, token: int) -> None:
        """Take note of a token, drawn or given."""
        was_settled, had_event = bool(self._queue), self._voice.has_event
        self._follow_queue(token)
        self._n_tokens += 1
        text = self._vocabulary.texts[token]
        if self._is_header:
            self._read_header(text)
        elif self._marker_is_read:
            self._read_music(text, was_settled or self._is_replayed)
            self._voice.has_event &= not was_settled or had_event or self._is_timed_full
        elif not self._queue:
            self._after_first_choice()

    def _follow_queue(self, token: int) -> None:
        if not self._queue:
            return
        place = self._matched
        choice = tuple(tokens for tokens in self._queue[0] if tokens[place] == token)
        self._matched += 1
        self._chosen = choice[0]
        if len(choice[0]) == self._matched:
            self._queue.popleft()
            self._matched = 0
        else:
            self._queue[0] = choice

    def begin_segment(self) -> None:
        """Go on after a closed segment: a new line, or the next header or the first measure."""
        self.is_segment_closed = False
        if self._is_header:
            self._is_header = False
            self._begin_voice()
            self._begin_measure()
            return
        self._begin_voice()
        self._queue_text("\n")
        if self._is_labelled:
            self._queue_staff("\\staff")

    def _begin_measure(self) -> None:
        self._marker_is_read = False
        texts = [self._plan.marker]
        if self._plan.is_first and self._n_headers < len(HEADERS):
            texts += [f'[{name} "' for name in HEADERS if name != "staves" or not self._acceptor]
        self._queue.append(self._vocabulary.choice(texts))

    def _after_first_choice(self) -> None:
        if self._chosen == tuple(self._vocabulary.encode(self._plan.marker)):
            self._marker_is_read = True
            self._queue_opening()
            return
        self._is_header, self._n_headers = True, self._n_headers + 1
        self._voice.begin_string()
        if self._acceptor is not None and self._chosen == self._vocabulary.auto_beam:
            self._queue.append(self._vocabulary.choice(['auto"', 'on"', 'off"']))

    def _queue_opening(self) -> None:
        r"""`\staff "1" \key g \minor \time 3/4 `, what is not settled by the model's choice."""
        words, plan = self._vocabulary, self._plan
        if self._is_labelled:
            self._queue_text('\\staff "1" \\key')
        else:  # the training texts label single staves as well, after the first measure
            self._queue.append(words.choice(['\\staff "1" \\key', "\\key"]))
        self._queue.append(self._key_choice())
        if plan.time_text:
            texts = [plan.time_text + " "]
            if plan.time_text.endswith((" 4/4", " 2/2")):
                texts.append(f"\\numericTimeSignature {plan.time_text} ")
            self._queue.append(words.choice(texts))
        else:
            self._queue.append(words.opening_times)

    def _key_choice(self) -> Choice:
        key = self._plan.key_text.removeprefix("\\key")
        return self._vocabulary.choice([key + " "]) if key else self._vocabulary.keys

    def _time_choice(self) -> Choice:
        time = self._plan.time_text.removeprefix("\\time")
        return self._vocabulary.choice([time + " "]) if time else self._vocabulary.times

    def _partial_choice(self) -> Choice:
        acceptor = self._acceptor
        if acceptor is None:
            return self._vocabulary.partials
        return self._vocabulary.choice(filter(acceptor.may_be_partial, PARTIALS))

    def _queue_text(self, text: str) -> None:
        self._queue.append(self._vocabulary.choice([text]))

    def _queue_staff(self, command: str) -> None:
        """The staff of a voice: the one before or the next, so that staves stand in order."""
        part = len(self._staves) - 1
        planned = self._plan.staves
        last = planned[part] if part < len(planned) else MAX_STAVES
        staves = {max(1, self._staff), min(self._staff + 1, last)}
        if self._n_voices >= MAX_VOICES_PER_STAFF and self._staff < last:
            staves = {self._staff + 1}
        if not self._staff:
            staves = {1}
        self._queue.append(self._vocabulary.choice(f'{command} "{n}" ' for n in sorted(staves)))

    def _begin_voice(self) -> None:
        self._voice = VoiceText()

    def _read_header(self, text: str) -> None:
        was_in_string = self._voice.in_string
        self._voice.read(text)
        if was_in_string and not self._voice.in_string:
            self._queue_text("]\n")
        elif not self._queue and not self._voice.in_string:
            self.is_segment_closed = True

    @property
    def _is_timed_full(self) -> bool:
        return self._acceptor is not None and self._acceptor.is_full

    def _is_separator(self, text: str) -> bool:
        return text in _SEPARATORS and not self._voice.in_string

    def _read_music(self, text: str, is_given: bool) -> None:
        if self._is_separator(text):
            self._read_separator(text)
            return
        self._voice.read(text)
        if self._acceptor is not None:
            self._acceptor.read(text, is_given=is_given)
        if text.endswith('"') and not self._voice.in_string:
            self._note_staff()
        if not self._voice.in_string and not self._queue:
            self._after_word(text)

    def _read_separator(self, text: str) -> None:
        if self._acceptor is not None and text != "\n":
            self._acceptor.end_voice(text)
        if text == "|":
            self._queue_text("\n")
            self._has_bar = True
        elif text == "\n":
            self.is_complete = self.is_segment_closed = self._has_bar
        else:
            self.is_segment_closed = True
            if text == "\\\\\\":
                self._staves.append(0)
                self._n_voices = 0
            self._n_voices += 1

    def _after_word(self, text: str) -> None:
        """A command whose argument is one of a few."""
        if text == "\\staff":
            if not self._voice.text.removesuffix("\\staff").strip():
                self._queue_staff("")
            else:
                self._queue.append(
                    self._vocabulary.choice(f' "{n}" ' for n in range(1, max(2, self._staff) + 1))
                )
        elif text == "\\key":
            self._queue.append(self._key_choice())
        elif text == "\\time":
            self._queue.append(self._time_choice())
        elif text == "\\clef":
            self._queue.append(self._vocabulary.clefs)
        elif text == "\\partial":
            self._queue.append(self._partial_choice())
        elif text == "\\repeat":
            self._queue_text(" tremolo ")

    def _note_staff(self) -> None:
        match = _STAFF_AT_HEAD.fullmatch(self._voice.text)
        if match is None:
            return
        staff = int(match.group(1))
        if staff > self._staff:
            self._staves[-1] = staff
            self._n_voices = 1

    # A measure that someone began

    def replay(self, text: str) -> None:
        """Take the beginning of a measure as it stands, its marker left out.

        A voice that is left open goes on with a space, so that its last note stays as it is.
        """
        self._queue.clear()
        self._marker_is_read = True
        self._begin_voice()
        for token in self._vocabulary.encode(text):
            if self.is_segment_closed:
                self.is_segment_closed = False
                self._begin_voice()
            self._is_replayed = True
            self.accept(token)
            self._queue.clear()
        self._is_replayed = False
        if not self.is_segment_closed:
            self._queue_text(" ")


def staves_of(vocabulary: Vocabulary, measures: Sequence[str]) -> tuple[int, ...]:
    """Number of staves of each part in measures of canonical text; empty if there are none."""
    found: list[int] = []
    for measure in filter(None, measures):
        guide = MeasureGuide(vocabulary, MeasurePlan(marker="[r:0/0]"))
        guide.replay(measure)
        found = [max(pair) for pair in zip_longest(found, guide.staves, fillvalue=1)]
    return tuple(found)
