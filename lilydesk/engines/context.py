"""The patches that a patch decoder has seen, and the window it keeps of a long piece."""

from __future__ import annotations

from collections.abc import Sequence

from lilydesk.engines.asking import MAX_BATCHED_ROWS, Ask, Asking
from lilydesk.engines.drafting import Draft
from lilydesk.engines.engine import Cancelled
from lilydesk.engines.patch_memory import PatchMemory, calls_of
from lilydesk.engines.patches import Patch
from lilydesk.engines.window_ahead import WindowAhead

LEAD = 96
"""How many patches before the window is full the next one is begun; feeding it takes as long as
writing a few dozen."""


class PatchContext:
    """Prompt, measures and the measure at work, fed to the patch decoder when a state is wanted.

    Beyond the decoder's context the earlier half of the measures is given up and the rest fed
    anew, behind the prompt and with its true markers. That takes a moment; so it begins in a
    thread before the window is full. What is fed, and in which calls, depends on the patches and
    never on time. Only a prefix longer than the context has to wait.
    """

    def __init__(self, memory: PatchMemory, context: int, prompt: Sequence[Patch]) -> None:
        """Begin a piece; `context` counts patches."""
        self._memory = memory
        self._room = context - 1  # the last row of a trained window has nothing to foretell
        self._lead = min(LEAD, self._room // 4)
        self._prompt = list(prompt)[: max(1, self._room // 2)]
        self._measures: list[list[Patch]] = []  # those in the window, the last one at work
        self._pending: list[Patch] = list(self._prompt)
        self._is_fed = False  # the memory holds this window, up to what is pending
        self._ahead: WindowAhead | None = None
        self._n_ahead = 0  # measures at the window's head that the next one gives up
        self.n_encodings = 0  # how often the window was fed anew

    def begin_measure(self) -> None:
        """What follows belongs to a new measure."""
        if self._ahead is not None:
            self._ahead.add(calls_of(self._measures[-1]))
        self._measures.append([])

    def append(self, patches: Sequence[Patch]) -> None:
        """Patches of the measure at work, or of header lines if none has begun."""
        (self._measures[-1] if self._measures else self._prompt).extend(patches)
        self._pending.extend(patches)

    def foretell(self, cancelled: Cancelled, ask: Ask) -> Asking[Draft | None]:
        """The draft that is asked for, with the state behind all patches as its first row.

        None if cancelled.
        """
        if self._is_fed and self._memory.length + len(self._pending) > self._room:
            self._slide()
        if not self._is_fed and len(self._pending) > self._room:
            self._narrow()
        pending, self._pending = self._pending, []
        if self._is_fed and 0 < len(pending) <= MAX_BATCHED_ROWS:
            draft = yield from self._memory.foretell(tuple(pending), ask)
        else:
            calls = calls_of(pending)
            if not self._is_fed:
                calls = calls[self._memory.rewind(calls) :]
            for index, call in enumerate(calls):
                if index and cancelled():
                    return None
                yield from self._memory.feed(call)
            self._is_fed = True
            draft = yield ask.behind(self._memory.state)
        if self._ahead is None and self._memory.length > self._room - self._lead:
            self._look_ahead()
        return draft

    def close(self) -> None:
        """Leave no thread alive."""
        if self._ahead is not None:
            self._ahead.close()
            self._ahead = None

    def _look_ahead(self) -> None:
        """Begin the window that is wanted when this one is full, with its later half."""
        *measures, _ = self._measures or [[]]
        self._n_ahead = (len(measures) + 1) // 2
        kept = [patch for measure in measures[self._n_ahead :] for patch in measure]
        self._ahead = WindowAhead(self._memory, calls_of([*self._prompt, *kept]))

    def _slide(self) -> None:
        """Go over to the window that was begun ahead; without one all is pending again."""
        self.n_encodings += 1
        self._is_fed = False
        if self._ahead is not None:
            self._measures = self._measures[self._n_ahead :]
            self._memory, self._ahead = self._ahead.finished(), None
            self._pending = list(self._measures[-1])
            self._is_fed = self._memory.length + len(self._pending) <= self._room
        if not self._is_fed:
            self._pending = self._window()

    def _narrow(self) -> None:
        """Give up measures until at most the context is left, at least half of them each time."""
        while len(self._window()) > self._room and len(self._measures) > 1:
            self._measures = self._measures[(len(self._measures) + 1) // 2 :]
        if len(self._window()) > self._room:  # one endless measure, or header lines without end
            del self._prompt[self._room // 2 :]
            for measure in self._measures:
                del measure[: -max(1, (self._room - len(self._prompt)) // 2)]
        self._pending = self._window()

    def _window(self) -> list[Patch]:
        return [*self._prompt, *(patch for measure in self._measures for patch in measure)]
