"""Arguments of commands that are one of a few: of keys, times, clefs, staves."""

from __future__ import annotations

from collections.abc import Callable

from lilydesk.engines.vocabulary import PARTIALS, Choice, Vocabulary


class ArgumentChoices:
    """What may be chosen from in a measure whose key and time may be settled."""

    def __init__(self, vocabulary: Vocabulary, key_text: str, time_text: str) -> None:
        r"""Key and time as they are written, `\time 3/4`; empty if the model has the choice."""
        self._vocabulary = vocabulary
        self._time_text = time_text
        self._is_key_settled = bool(key_text)
        key, time = key_text.removeprefix("\\key"), time_text.removeprefix("\\time")
        self.key = vocabulary.choice([f"{key} "]) if key else vocabulary.keys
        self._time = vocabulary.choice([f"{time} "]) if time else vocabulary.times

    def keep_key(self, text: str) -> None:
        """The model has chosen the key that `text` ends in: it holds for the whole measure."""
        if not self._is_key_settled:
            key = text.rpartition("\\key")[2]
            self.key = self._vocabulary.choice([f"{key} "])

    @property
    def opening_time(self) -> Choice:
        """The time signature at the head of the measure, and the way it is shown."""
        time = self._time_text
        if not time:
            return self._vocabulary.opening_times
        is_numeric = time.endswith((" 4/4", " 2/2"))
        texts = [f"{time} ", f"\\numericTimeSignature {time} "]
        return self._vocabulary.choice(texts if is_numeric else texts[:1])

    def behind(self, command: str, may_be_partial: Callable[[str], bool]) -> Choice | None:
        """What may come behind a command; None if nothing is settled."""
        words = self._vocabulary
        if command == "\\key":
            return self.key
        if command == "\\time":
            return self._time
        if command == "\\clef":
            return words.clefs
        if command == "\\partial":
            return words.choice(filter(may_be_partial, PARTIALS))
        return words.choice([" tremolo "]) if command == "\\repeat" else None
