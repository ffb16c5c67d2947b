"""What holds for every test: nothing is left running, nothing is logged that nobody asked for."""

from __future__ import annotations

import inspect
import logging
import multiprocessing
import os
import threading
import time
import weakref
from collections.abc import Callable, Iterator

import hypothesis
import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

# A slow machine is no fault of the code: a claim of speed is a benchmark, not a test.
# CI runs the same examples every time: what it finds must be what the change did.
hypothesis.settings.register_profile("lilydesk", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("lilydesk")

# What a signal may need on a machine that does other things as well.
PATIENCE_MS = 60_000

# A QThread or a worker may need a moment to end after it was told to.
GRACE_S = 5.0

_started_qthreads: weakref.WeakSet[QThread] = weakref.WeakSet()


class PatientQtBot(QtBot):
    """Waits long enough for a busy machine; a test that passes takes no longer for it."""

    def waitSignal(self, signal, *, timeout=PATIENCE_MS, **options):
        """Qt: as in pytest-qt."""
        return super().waitSignal(signal, timeout=timeout, **options)

    def waitUntil(self, callback, *, timeout=PATIENCE_MS):
        """Qt: as in pytest-qt."""
        super().waitUntil(callback, timeout=timeout)


@pytest.fixture
def qtbot(qapp: object, request: pytest.FixtureRequest) -> PatientQtBot:
    """Take the place of pytest-qt's own."""
    return PatientQtBot(request)


@pytest.fixture(scope="session", autouse=True)
def own_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep tests away from the settings, caches and recent files of whoever runs them."""
    home = tmp_path_factory.mktemp("home")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        os.environ[name] = str(home / name.lower())
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session", autouse=True)
def recorded_qthreads() -> None:
    """Note every QThread that is started from Python, so that none escapes the next fixture."""
    start = QThread.start

    def recording_start(self: QThread, *arguments: object) -> None:
        _started_qthreads.add(self)
        start(self, *arguments)

    QThread.start = recording_start  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    """Fail a test that leaves a thread or a process alive, and name it."""
    before = running()
    yield
    left = wait_until_empty(lambda: running() - before)
    if left:
        pytest.fail(f"left running: {', '.join(sorted(map(str, left)))}", pytrace=False)


def running() -> set[object]:
    """Return the Python threads, QThreads and child processes that are alive."""
    # A dummy stands for a thread that C started; it stays in the list when that thread has ended.
    threads = {t for t in threading.enumerate() if not isinstance(t, threading._DummyThread)}
    qthreads = {thread for thread in _started_qthreads if is_running(thread)}
    return {*threads, *qthreads, *multiprocessing.active_children()}


def is_running(thread: QThread) -> bool:
    """Ask a QThread, whose C++ half may be gone already."""
    try:
        return thread.isRunning()
    except RuntimeError:
        return False


def wait_until_empty(find: Callable[[], set[object]]) -> set[object]:
    """Return what is left when everything had time to end."""
    deadline = time.monotonic() + GRACE_S
    while (left := find()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return left


@pytest.fixture(autouse=True)
def no_stray_warnings(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """Fail a test that logs a warning, unless it takes `caplog` and so looks at it itself."""
    yield
    function = getattr(request.node, "function", None)
    if function is not None and "caplog" in inspect.signature(function).parameters:
        return
    records = [record for record in caplog.get_records("call") if record.levelno >= logging.WARNING]
    if records:
        lines = (f"{record.name}: {record.getMessage()}" for record in records)
        pytest.fail("stray log warnings: " + "; ".join(lines), pytrace=False)
