"""What the decoders of a running engine are fed, and how long they take over it."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from lilydesk.engines.session import Graph
from lilydesk.engines.tokenizer import EOS

_METHODS = ("run", "run_many", "draft_many")


class DecoderClock:
    """Notes calls of a class of graphs, in whichever threads, between `watching` and its end."""

    def __init__(self) -> None:
        """Begin with nothing noted."""
        self._spent_s: dict[int, float] = {}  # by thread
        self._fed: list[Any] = []
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
        """Tokens without eos and padding, in the mean of the patches that were fed singly."""
        counts = [int((row > EOS).sum()) for rows in self._fed for row in _patches_in(rows)]
        return sum(counts) / max(1, len(counts))

    def _noting(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def noted(*arguments: Any) -> Any:
            if getattr(self._within, "is_true", False):  # run_many may call run
                return method(*arguments)
            self._within.is_true = True
            begun_s = time.perf_counter()
            try:
                return method(*arguments)
            finally:
                thread = threading.get_ident()
                spent_s = self._spent_s.get(thread, 0.0) + time.perf_counter() - begun_s
                self._spent_s[thread] = spent_s
                self._fed.append(arguments[2] if len(arguments) > 2 else arguments[1:])
                self._within.is_true = False

        return noted


def _patches_in(fed: Any) -> Iterator[Any]:
    """Of what one call was fed, the patches of those takes that fed one."""
    for rows in fed:
        if np.issubdtype(rows.dtype, np.integer) and rows.shape[1] == 1:
            yield rows[0, 0]
