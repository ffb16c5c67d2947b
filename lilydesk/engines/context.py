"""The patches that a patch decoder has seen, and the window it keeps of a long piece."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.patches import Patch
from lilydesk.engines.session import Graph


class PatchContext:
    """Prompt, measures and the measure at work, fed to the patch decoder when a state is wanted.

    Beyond the decoder's context the earlier half of the measures is given up and the rest fed
    anew, behind the prompt and with its true markers.
    """

    def __init__(self, graph: Graph, context: int, prompt: Sequence[Patch]) -> None:
        """Begin a piece; `context` counts patches."""
        self._graph = graph
        self._room = context - 1  # the last row of a trained window has nothing to foretell
        self._prompt = list(prompt)[: max(1, self._room // 2)]
        self._measures: list[list[Patch]] = []  # those in the window, the last one at work
        self._pending: list[Patch] = list(self._prompt)
        self.n_encodings = 0  # how often the window was fed anew
        graph.reset()

    def begin_measure(self) -> None:
        """What follows belongs to a new measure."""
        self._measures.append([])

    def append(self, patches: Sequence[Patch]) -> None:
        """Patches of the measure at work, or of header lines if none has begun."""
        (self._measures[-1] if self._measures else self._prompt).extend(patches)
        self._pending.extend(patches)

    def hidden(self) -> NDArray[np.float32]:
        """State that foretells the next patch, shape (1, 1, hidden)."""
        if self._graph.length + len(self._pending) > self._room:
            self._narrow()
        rows = np.array(self._pending, dtype=np.int64)[None]  # (1, L, patch_size)
        self._pending = []
        return self._graph.run(rows)[:, -1:]

    def _narrow(self) -> None:
        """Give up measures until at most the context is left, at least half of them each time."""
        self.n_encodings += 1
        self._graph.reset()
        while self._n_patches > self._room and len(self._measures) > 1:
            self._measures = self._measures[(len(self._measures) + 1) // 2 :]
        if self._n_patches > self._room:  # one endless measure, or header lines without end
            del self._prompt[self._room // 2 :]
            for measure in self._measures:
                del measure[: -max(1, (self._room - len(self._prompt)) // 2)]
        self._pending = [*self._prompt, *(patch for m in self._measures for patch in m)]

    @property
    def _n_patches(self) -> int:
        return len(self._prompt) + sum(map(len, self._measures))
