"""What the decoders of a running engine are fed, and how long they take over it."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from lilydesk.engines.asking import MAX_BATCHED_ROWS
from lilydesk.engines.drafting import Draft
from lilydesk.engines.session import Graph
from lilydesk.engines.tokenizer import EOS

_METHODS = ("run", "run_many", "draft_many")


class DecoderClock:
    """Notes calls of a class of graphs, in whichever threads, between `watching` and its end."""

    def __init__(self) -> None:
        """Begin with nothing noted."""
        self._spent_s: dict[int, float] = {}  # by thread
        self._patches: list[Any] = []
        self._n_drawn = 0
        self._wall_s = 0.0
        self._within = threading.local()

    @contextmanager
    def watching(self, graph: Graph) -> Iterator[None]:
        """Watch the graph, and all of its kind: forks come and go while an engine writes."""
        kind: Any = type(graph)
        known = {name: vars(kind)[name] for name in _METHODS if name in vars(kind)}
        for name, method in known.items():
            setattr(kind, name, self._noting(method))
        begun_s = time.perf_counter()
        try:
            yield
        finally:
            self._wall_s += time.perf_counter() - begun_s
            for name, method in known.items():
                setattr(kind, name, method)

    @property
    def share_outside(self) -> float:
        """The part of the clock's time in which the writing threads waited for no decoder: 0..1."""
        if not self._spent_s:
            return 0.0
        return 1 - sum(self._spent_s.values()) / len(self._spent_s) / self._wall_s

    @property
    def tokens_per_patch(self) -> float:
        """Tokens without eos and padding, in the mean."""
        n_tokens = sum(int((patch > EOS).sum()) for patch in self._patches)
        return n_tokens / max(1, len(self._patches))

    @property
    def draws_per_patch(self) -> float:
        """Tokens that were drawn, in the mean, if for nothing; the others were settled."""
        return self._n_drawn / max(1, len(self._patches))

    def _noting(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def noted(*arguments: Any) -> Any:
            if getattr(self._within, "is_true", False):  # run_many may call run
                return method(*arguments)
            self._within.is_true = True
            begun_s = time.perf_counter()
            try:
                outcome = method(*arguments)
            finally:
                self._within.is_true = False
            thread, spent_s = threading.get_ident(), time.perf_counter() - begun_s
            self._spent_s[thread] = self._spent_s.get(thread, 0.0) + spent_s
            self._note(arguments[2] if len(arguments) > 2 else arguments[1:], outcome)
            for feed in arguments[4] if len(arguments) > 4 else ():  # before a draft
                if feed is not None:
                    self._patches.extend(feed.rows[0])
            return outcome

        return noted

    def _note(self, fed: Sequence[Any], outcome: Sequence[Any]) -> None:
        """One take after the other: what it fed, and the output or the draft that came of it."""
        for rows, part in zip(fed, outcome, strict=True):
            if rows.dtype != np.int64:
                self._n_drawn += len(part.tokens) if isinstance(part, Draft) else 1
            elif rows.shape[1] <= MAX_BATCHED_ROWS:  # else it is a prefix
                self._patches.extend(rows[0])
