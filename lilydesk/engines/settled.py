"""Text that is settled before the model is asked: one of a few choices, token by token."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import numpy as np

from lilydesk.engines.vocabulary import Choice, Mask, Vocabulary


class SettledText:
    """Choices that must come next, one after the other."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Begin with nothing settled."""
        self._vocabulary = vocabulary
        self.queue: deque[Choice] = deque()  # empty where nothing is settled
        self._matched = 0  # tokens of the first choice
        self.chosen: tuple[int, ...] = ()  # the choice that came last, or is coming

    def text(self, text: str) -> None:
        """Settle a text."""
        self.one_of([text])

    def one_of(self, texts: Iterable[str]) -> None:
        """Settle that one of these texts comes."""
        self.choice(self._vocabulary.choice(texts))

    def choice(self, choice: Choice) -> None:
        """Settle that one of these sequences of tokens comes."""
        self.queue.append(choice)

    def clear(self) -> None:
        """Forget what was settled."""
        self.queue.clear()
        self._matched = 0

    @property
    def only_token(self) -> int | None:
        """The next token where there is no choice."""
        if not self.queue:
            return None
        choice, place = self.queue[0], self._matched
        token = choice[0][place]
        is_alone = len(choice) == 1 or all(tokens[place] == token for tokens in choice)
        return token if is_alone else None

    @property
    def allowed(self) -> Mask:
        """The tokens that may come next."""
        mask = np.zeros(len(self._vocabulary.texts), dtype=np.bool_)
        mask[[tokens[self._matched] for tokens in self.queue[0]]] = True
        return mask

    def follow(self, token: int) -> None:
        """Take note of a token that has come."""
        if not self.queue:
            return
        place = self._matched
        choice = self.queue[0]
        if len(choice) > 1:
            choice = tuple(tokens for tokens in choice if tokens[place] == token)
            self.queue[0] = choice
        self._matched += 1
        self.chosen = choice[0]
        if len(self.chosen) == self._matched:
            self.queue.popleft()
            self._matched = 0
