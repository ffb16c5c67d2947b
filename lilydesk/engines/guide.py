"""Follows a measure token by token and says which tokens may come next.

It keeps what a reader of the text relies on: the stream marker, staff, key and time at the head of
each measure, voices and parts as the piece has them, separators outside strings and groups, one
line a voice. Bounds on tokens make every measure end. An acceptor beside it follows the time, so
that every voice fills its measure; without one the music itself is the model's alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import zip_longest

import numpy as np

from lilydesk.engines.acceptor import OpenEnds
from lilydesk.engines.argument_choices import ArgumentChoices
from lilydesk.engines.given_script import GivenScript
from lilydesk.engines.measure_plan import MeasurePlan
from lilydesk.engines.music_masks import masks_of
from lilydesk.engines.settled import SettledText
from lilydesk.engines.token_sets import Allowed, sets_of
from lilydesk.engines.vocabulary import HEADERS, Mask, Vocabulary
from lilydesk.engines.voice_order import MEASURE_END, VoiceOrder
from lilydesk.engines.voice_text import VoiceText

MAX_VOICE_TOKENS = 384  # the longest voice in the training texts has 240
MAX_MEASURE_TOKENS = 1600  # after these, only the voices and parts that the piece must have
MAX_STRING = 60  # characters
_STAFF_AT_HEAD = re.compile(r'\s*\\staff "(\d+)"')
_SEPARATORS = frozenset(("|", "\\\\", "\\\\\\", "\n"))
_MODES = frozenset(("\\major", "\\minor"))
_NONE: frozenset[str] = frozenset()
_NO_TOKENS: frozenset[int] = frozenset()


class MeasureGuide:
    """The state of one measure while it is written. A segment is a voice or a header line."""

    def __init__(self, vocabulary: Vocabulary, plan: MeasurePlan) -> None:
        """Stand before the measure's marker."""
        self._vocabulary = vocabulary
        self._masks = masks_of(vocabulary)
        self._sets = sets_of(vocabulary)
        self._plan = plan
        self._arguments = ArgumentChoices(vocabulary, plan.key_text, plan.time_text)
        self._settled = SettledText(vocabulary)
        self._order = VoiceOrder(plan.staves, () if plan.given else plan.most_voices)
        self.is_complete = False
        self.is_segment_closed = False
        self._is_replayed = False
        self._has_bar = False
        self._n_headers = 0
        self._is_header = False
        self._n_tokens = 0
        self._voice = VoiceText()
        self._script = GivenScript(vocabulary, plan.given) if plan.given else None
        self._acceptor = plan.acceptor(self._script.voices if self._script else ())
        self._begin_measure()

    # What may come next

    @property
    def only_token(self) -> int | None:
        """The next token where there is no choice."""
        if self._settled.queue:
            return self._settled.only_token
        if self._is_unhindered:
            return None
        allowed = self.allowed()
        return int(allowed.argmax()) if np.count_nonzero(allowed) == 1 else None

    @property
    def _is_unhindered(self) -> bool:
        """Whether the model writes music with many tokens to choose from: mostly."""
        voice = self._voice
        is_free = self._script is None or self._script.hole is None
        return is_free and not voice.in_string and voice.n_tokens <= MAX_VOICE_TOKENS

    def allowed(self) -> Mask:
        """The tokens that may be drawn now; never empty. `accepts` has the last word."""
        if self._settled.queue:
            return self._settled.allowed
        if self._script is not None and self._script.hole is not None:
            return self._script.allowed
        is_long = self._voice.n_tokens > MAX_VOICE_TOKENS
        if is_long and self._follows_time and not self._is_full:
            return self.way_out()
        if self._voice.in_string:
            return self._allowed_in_string()
        return self._closing() if is_long else self._allowed_in_music()

    @property
    def _follows_time(self) -> bool:
        return self._marker_is_read and not self._is_header and self._acceptor is not None

    @property
    def _is_full(self) -> bool:
        return self._acceptor is None or self._acceptor.is_full

    def takes(self, token: int) -> bool:
        """Whether a token is allowed and accepted."""
        is_plain = self._masks.is_plain[token] and not self._voice.is_escaped
        if not (is_plain and self._is_unhindered and not self._settled.queue):
            return bool(self.allowed()[token]) and self.accepts(token)
        return self.accepts(token)

    def accepts(self, token: int) -> bool:
        """Whether an allowed token is one that leaves the voice a way to be exactly full."""
        acceptor = self._acceptor
        if acceptor is None or self._settled.queue or not self._follows_time:
            return True
        if self._script is not None and self._script.hole is not None:
            return self._script.accepts(token, acceptor.state)
        text = self._vocabulary.texts[token]
        return (text in _SEPARATORS and not self._voice.in_string) or acceptor.accepts(text)

    def sorted_allowed(self) -> Allowed:
        """The tokens that may be drawn now; within a text no separator is refused."""
        allowed = self._sets.sorted(self.allowed())
        is_text = self._settled.queue or self._voice.in_string
        return allowed._replace(ends=(), refused=_NO_TOKENS) if is_text else allowed

    def accepted_of(self, allowed: Allowed) -> Sequence[int]:
        """The allowed tokens that are accepted; there may be none."""
        acceptor = self._acceptor
        if acceptor is None or self._settled.queue or not self._follows_time:
            return allowed.tokens
        if self._script is not None and self._script.hole is not None:
            return [token for token in allowed.tokens if self.accepts(token)]
        return [*self._sets.taken(acceptor.state, allowed), *allowed.ends]

    def mask_or_way_out(self, tokens: Collection[int]) -> Mask:
        """These tokens; if there are none, the way out."""
        return self._sets.mask_of(tokens) if tokens else self.way_out()

    def way_out(self) -> Mask:
        """Settle how the voice ends, where the model finds no end; the first token of it."""
        script, acceptor = self._script, self._acceptor
        text = acceptor.closing_text() if acceptor else None
        if script is not None and acceptor is not None and script.hole is not None:
            text = script.way_out(acceptor.state)
        if not text:
            return self._closing()
        self._settled.text(text)
        return self._settled.allowed

    def _allowed_in_string(self) -> Mask:
        if self._voice.string_length > MAX_STRING and not self._voice.is_escaped:
            return self._vocabulary.quote
        words = self._vocabulary
        return words.in_string if self._acceptor is None else words.in_plain_string

    def _allowed_in_music(self) -> Mask:
        voice = self._voice
        may_end = voice.has_event and not voice.in_group and self._is_full
        is_given = self._script is not None  # which says on what staff its voices stand
        return self._masks.allowed(
            (  # in the order of Surroundings
                voice.is_spelling or voice.in_lyrics,
                voice.text[-1:] == "[",
                voice.is_escaped,
                voice.in_chord,
                voice.n_braces > 0,
                self._order.is_labelled if voice.has_words else not is_given,
                self._separators() if may_end else _NONE,
            )
        )

    def _closing(self) -> Mask:
        words, voice = self._vocabulary, self._voice
        if voice.is_escaped:
            return words.space
        if voice.in_chord:
            return words.chord_end
        return words.group_end if voice.n_braces else self._masks.separators(self._separators())

    def _separators(self) -> frozenset[str]:
        if self._script is not None:
            return self._script.separators
        return self._order.separators(is_long=self._n_tokens > MAX_MEASURE_TOKENS)

    @property
    def open_ends(self) -> tuple[OpenEnds, ...]:
        """Slurs and hairpins that each part has open at the end, if the time is followed."""
        return self._acceptor.open_ends if self._acceptor else ()

    @property
    def staves(self) -> tuple[int, ...]:
        """Number of staves of each part so far."""
        return self._order.staves

    # What came

    def accept(self, token: int) -> None:
        """Take note of a token, drawn or given."""
        in_hole = self._enter_hole(token) if self._script is not None else False
        voice, settled = self._voice, self._settled
        was_settled, had_event = bool(settled.queue), voice.has_event
        if was_settled:
            settled.follow(token)
        self._n_tokens += 1
        text = self._vocabulary.texts[token]
        if self._is_header:
            self._read_header(text)
        elif self._marker_is_read:
            self._read_music(text, was_settled or in_hole or self._is_replayed)
            if was_settled and not had_event:
                voice.has_event &= self._is_timed_full
            if self._script is not None:
                self._script.advance(settled)
        elif not settled.queue:
            self._after_first_choice()

    def _enter_hole(self, token: int) -> bool:
        """Whether the token belongs into a hole of the given rhythm."""
        script, acceptor = self._script, self._acceptor
        if script is None or acceptor is None or script.hole is None or self._settled.queue:
            return False
        script.accept(token, acceptor.state, self._settled)
        return True

    def begin_segment(self) -> None:
        """Go on after a closed segment: a new line, or the next header or the first measure."""
        self.is_segment_closed = False
        self._voice = VoiceText()
        if self._is_header:
            self._is_header = False
            self._begin_measure()
            return
        self._settled.text("\n")
        if self._script is not None and self._acceptor is not None:
            self._script.open_voice(self._settled, self._acceptor)
        elif self._order.is_labelled:
            self._settle_staff("\\staff")

    def _begin_measure(self) -> None:
        self._marker_is_read = False
        texts = [self._plan.marker]
        if self._plan.is_first and self._n_headers < len(HEADERS):
            texts += [f'[{name} "' for name in HEADERS if name != "staves" or not self._acceptor]
        self._settled.one_of(texts)

    def _after_first_choice(self) -> None:
        chosen = self._settled.chosen
        if chosen == self._vocabulary.encode(self._plan.marker):
            self._marker_is_read = True
            self._settle_opening()
            return
        self._is_header, self._n_headers = True, self._n_headers + 1
        self._voice.begin_string()
        if self._acceptor is not None and chosen == self._vocabulary.auto_beam:
            self._settled.one_of(['auto"', 'on"', 'off"'])

    def _settle_opening(self) -> None:
        r"""`\staff "1" \key g \minor \time 3/4 `, what is not settled by the model's choice."""
        settled = self._settled
        if self._script is not None and self._acceptor is not None:
            self._script.open_voice(settled, self._acceptor)
            self._script.advance(settled)
            return
        if self._order.is_labelled:
            settled.text('\\staff "1" \\key')
        else:  # the training texts label single staves as well, after the first measure
            settled.one_of(['\\staff "1" \\key', "\\key"])
        settled.choice(self._arguments.key)
        settled.choice(self._arguments.opening_time)

    def _settle_staff(self, command: str) -> None:
        self._settled.one_of(f'{command} "{n}" ' for n in self._order.staves_next())

    def _read_header(self, text: str) -> None:
        was_in_string = self._voice.in_string
        self._voice.read(text)
        if was_in_string and not self._voice.in_string:
            self._settled.text("]\n")
        elif not self._settled.queue and not self._voice.in_string:
            self.is_segment_closed = True

    @property
    def _is_timed_full(self) -> bool:
        return self._acceptor is not None and self._acceptor.is_full

    def _read_music(self, text: str, is_given: bool) -> None:
        voice = self._voice
        if text in _SEPARATORS and not voice.in_string:
            self._read_separator(text)
            return
        voice.read(text)
        if self._acceptor is not None:
            self._acceptor.read(text, is_given=is_given)
        if voice.in_string:
            return
        if text[-1:] == '"':
            self._note_staff()
        if text[:1] == "\\":
            if text in _MODES:
                self._arguments.keep_key(voice.text)
            if not self._settled.queue:
                self._after_command(text)

    def _read_separator(self, text: str) -> None:
        if self._acceptor is not None and text != "\n":
            self._acceptor.end_voice(text)
        if text == MEASURE_END:
            self._settled.text("\n")
            self._has_bar = True
        elif text == "\n":
            self.is_complete = self.is_segment_closed = self._has_bar
        else:
            self.is_segment_closed = True
            self._order.note_separator(text)
            if self._script is not None:
                self._script.close_voice()

    def _after_command(self, text: str) -> None:
        """A command whose argument is one of a few."""
        if text == "\\staff":
            self._after_staff()
            return
        acceptor = self._acceptor
        choice = self._arguments.behind(text, acceptor.may_be_partial if acceptor else bool)
        if choice is not None:
            self._settled.choice(choice)

    def _after_staff(self) -> None:
        if not self._voice.text.removesuffix("\\staff").strip():
            self._settle_staff("")
            return
        numbers = range(1, max(2, self._order.staff) + 1)
        self._settled.one_of(f' "{n}" ' for n in numbers)

    def _note_staff(self) -> None:
        match = _STAFF_AT_HEAD.fullmatch(self._voice.text)
        if match is not None:
            self._order.note_staff(int(match.group(1)))

    # A measure that someone began

    def replay(self, text: str) -> None:
        """Take the beginning of a measure as it stands, its marker left out.

        A voice that is left open goes on with a space, so that its last note stays as it is.
        """
        self._settled.clear()
        self._marker_is_read = True
        self._voice = VoiceText()
        for token in self._vocabulary.encode(text):
            if self.is_segment_closed:
                self.is_segment_closed = False
                self._voice = VoiceText()
            self._is_replayed = True
            self.accept(token)
            self._settled.clear()
        self._is_replayed = False
        if self.is_segment_closed:
            return
        if self._voice.has_words:
            self._settled.text(" ")
        elif self._order.is_labelled:  # its line is begun, and nothing more
            self._settle_staff("\\staff")


def staves_of(vocabulary: Vocabulary, measures: Sequence[str]) -> tuple[int, ...]:
    """Number of staves of each part in measures of canonical text; empty if there are none."""
    found: list[int] = []
    for measure in filter(None, measures):
        guide = MeasureGuide(vocabulary, MeasurePlan(marker="[r:0/0]"))
        guide.replay(measure)
        found = [max(pair) for pair in zip_longest(found, guide.staves, fillvalue=1)]
    return tuple(found)
