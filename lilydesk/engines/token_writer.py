"""The token-level decoder at work: a hidden state becomes the tokens of one patch."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.asking import Ask, Asking
from lilydesk.engines.drafting import Draft, DraftLength, DraftTables, Wish
from lilydesk.engines.guide import MeasureGuide
from lilydesk.engines.patches import Patch
from lilydesk.engines.rejection import accepted_or_drawn
from lilydesk.engines.sampling import Sampling
from lilydesk.engines.session import Graph
from lilydesk.engines.tokenizer import EOS, PAD


class TokenWriter:
    """Draws the patches of one take; the guide says what may come, the model what shall.

    How far it drafts ahead depends on how much of its drafts the guide has taken; the text does
    not depend on that.
    """

    def __init__(
        self,
        graph: Graph,
        tables: DraftTables,
        patch_size: int,
        sampling: Sampling,
        rng: np.random.Generator,
    ) -> None:
        """Use the token decoder `graph`."""
        self._graph, self._tables, self._patch_size = graph, tables, patch_size
        self._sampling, self._rng = sampling, rng
        self._length = DraftLength(graph)
        self._rows_of: list[NDArray[np.float32]] = list(tables.embedding[:, None, None])  # views

    def write(
        self,
        foretell: Callable[[Ask], Asking[Draft | None]],
        begun: Sequence[int],
        guide: MeasureGuide,
    ) -> Asking[Patch | None]:
        """One patch that begins with the tokens `begun`, closed where the guide's segment closes.

        `foretell` answers the first question of a patch, whose first row is missing: the hidden
        state, of which a patch that is settled needs none. If it gives nothing, there is no patch.
        Tokens that are settled cost no run of the decoder: they wait and go in together with the
        next one that is drawn.
        """
        graph, tokens, size = self._graph, list(begun), self._patch_size
        graph.reset()
        chances = self._rng.random(size)  # for the first draw at each place
        while len(tokens) < size and not guide.is_segment_closed:
            token = guide.only_token
            if token is not None:
                tokens.append(token)
                guide.accept(token)
                continue
            place, n_fed = len(tokens), graph.length
            wish = Wish(self._tables, self._sampling, chances[place : place + self._length.best])
            if n_fed:
                draft = yield Ask(graph, self._rows(tokens[n_fed - 1 :]), wish)
            else:
                draft = yield from foretell(Ask(graph, self._rows([PAD, *tokens]), wish))
            if draft is None:
                return None
            self._read(draft, tokens, guide)
        missing = self._patch_size - len(tokens)
        return tuple(tokens + [EOS] * (missing > 0) + [PAD] * (missing - 1))

    def _read(self, draft: Draft, tokens: list[int], guide: MeasureGuide) -> None:
        """Take what the guide takes of a draft, and one token more where it takes something else.

        The decoder's cache is left with what was taken but for the last token.
        """
        n_taken = 0
        for drafted, logits in zip(draft.tokens, draft.logits, strict=True):
            token = guide.only_token
            if token is None:
                token = accepted_or_drawn(drafted, logits, guide, self._sampling, self._rng)
            tokens.append(token)
            guide.accept(token)
            if token != drafted:
                break
            n_taken += 1
            if guide.is_segment_closed:
                break
        self._graph.truncate(len(tokens))  # the hidden state, and all but the last token
        is_refused = n_taken < len(draft.tokens) and not guide.is_segment_closed
        self._length.note(n_taken, is_refused)

    def _rows(self, tokens: Sequence[int]) -> NDArray[np.float32]:
        """Tokens as the decoder is fed them, shape (1, L, hidden)."""
        if len(tokens) == 1:
            return self._rows_of[tokens[0]]
        return self._tables.embedding.take([tokens], 0)
