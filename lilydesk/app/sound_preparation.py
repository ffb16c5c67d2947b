"""Opening the sound card and loading instruments, beside the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

from PySide6.QtCore import QObject, Signal

from lilydesk.errors import DeviceError
from lilydesk.playback import Output


class SoundPreparation(QObject):
    """Opens the output and loads instruments on a thread of its own, which may take a second.

    Signal: prepared(Output or None, DeviceError or None), once.
    """

    prepared = Signal(object, object)

    def __init__(
        self,
        output: Output | None,
        open_output: Callable[[], Output],
        programs: tuple[tuple[int, int], ...],
    ) -> None:
        super().__init__()
        self.programs = programs
        self.is_stale = False  # what it opens is no longer wanted
        self._output = output
        self._open_output = open_output
        # A daemon: a sound server that never answers must not keep the program from ending.
        self._thread = Thread(target=self._run, name="prepare sound", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wait(self, timeout_s: float) -> Output | None:
        """Wait for the end, and return what was opened so far."""
        self._thread.join(timeout_s)
        return None if self._thread.is_alive() else self._output

    def _run(self) -> None:
        error = None
        try:
            if self._output is None:
                self._output = self._open_output()
            self._output.prepare(self.programs)
        except DeviceError as device_error:
            error = device_error
        finally:
            self.prepared.emit(self._output, error)
