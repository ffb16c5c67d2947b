"""The FluidSynth library, loaded on first use, and the few C functions that pyfluidsynth lacks.

pyfluidsynth opens the C library when it is imported, so a machine without it would break every
importer: here the import happens in a function, and its failure is a sentence.
"""

from __future__ import annotations

import contextlib
import io
import sys
from ctypes import c_int, c_short, c_void_p
from functools import cache
from typing import Any

from lilydesk.errors import DeviceError

_IN = 1  # ctypes' flag for an argument that goes in
_LOG_LEVELS = range(5)  # panic, error, warning, information, debug


class Library:
    """FluidSynth's C functions: `api` holds those of pyfluidsynth, the others stand beside it."""

    def __init__(self, api: Any) -> None:
        self.api = api
        declare = api.cfunc
        self.control_change_event = declare(
            "fluid_event_control_change", None,
            ("event", c_void_p, _IN), ("channel", c_int, _IN),
            ("control", c_short, _IN), ("value", c_int, _IN),
        )  # fmt: skip
        self.program_change_event = declare(
            "fluid_event_program_change", None,
            ("event", c_void_p, _IN), ("channel", c_int, _IN), ("program", c_int, _IN),
        )  # fmt: skip
        self.remove_events = declare(
            "fluid_sequencer_remove_events", None,
            ("sequencer", c_void_p, _IN), ("source", c_short, _IN),
            ("destination", c_short, _IN), ("kind", c_int, _IN),
        )  # fmt: skip
        self.write_float = declare(
            "fluid_synth_write_float", c_int,
            ("synth", c_void_p, _IN), ("n_frames", c_int, _IN),
            ("left", c_void_p, _IN), ("left_offset", c_int, _IN), ("left_step", c_int, _IN),
            ("right", c_void_p, _IN), ("right_offset", c_int, _IN), ("right_step", c_int, _IN),
        )  # fmt: skip
        # None before FluidSynth 2.2: samples are then loaded by the program change itself.
        self.pin_preset = declare(
            "fluid_synth_pin_preset", c_int,
            ("synth", c_void_p, _IN), ("font", c_int, _IN),
            ("bank", c_int, _IN), ("program", c_int, _IN),
        )  # fmt: skip
        self._set_log_function = declare(
            "fluid_set_log_function", c_void_p,
            ("level", c_int, _IN), ("function", c_void_p, _IN), ("data", c_void_p, _IN),
        )  # fmt: skip

    def be_quiet(self) -> None:
        """Stop FluidSynth from writing to stderr; what goes wrong is told by return codes."""
        for level in _LOG_LEVELS:
            self._set_log_function(level, None, None)


@cache
def load_library() -> Library:
    """Load FluidSynth once. Raises DeviceError; a later call tries again."""
    try:
        # With CI set in the environment pyfluidsynth prints where it found the library.
        with contextlib.redirect_stdout(io.StringIO()):
            import fluidsynth
    except ModuleNotFoundError as error:
        raise DeviceError(
            "The Python package pyfluidsynth, which makes the sound, is not installed.",
            "Type: python3 dev.py run",
        ) from error
    except (ImportError, OSError, AttributeError) as error:
        raise DeviceError(
            "The synthesiser FluidSynth is not installed on this computer.", _how_to_install()
        ) from error
    library = Library(fluidsynth)
    library.be_quiet()
    return library


def _how_to_install() -> str:
    if sys.platform == "darwin":
        return "Type: brew install fluid-synth"
    if sys.platform == "win32":
        return "Type: choco install fluidsynth"
    return "Type: sudo apt install libfluidsynth3 (or install your system's package fluidsynth)"
