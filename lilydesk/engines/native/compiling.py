"""Machine code of the kernels: made once, in processes of their own, and kept on disk.

The program itself only loads it: numba holds the interpreter's lock for seconds while it compiles,
which a window would feel.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import importlib
import importlib.util
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from lilydesk.engines.native import entries

_NICENESS = 5  # the window and the engravers come first
COMMAND = "compile-kernels"
"""First argument of `lilydesk` in such a process; a folder and names of modules follow."""

HELPERS = (("kernels",), ("drawing", "drafting", "serving"))
"""The modules that each such process makes, or loads where another has made them by then."""

_PACKAGE = __package__
_PATIENCE_S = 300.0  # on a slow and busy machine it takes a minute
_KEPT = 4  # folders of code, of as many versions of the program
_log = logging.getLogger(__name__)


class Kernels:
    """The modules with compiled functions, and the processes that make their code if it is missing.

    A context: behind it, nothing runs any more.
    """

    def __init__(self, folder: Path, helpers: Sequence[Sequence[str]] = HELPERS) -> None:
        """Look for the code of modules below `folder`; what is missing is made from now on."""
        self._names, self._folder = dict.fromkeys(chain(*helpers)), folder
        self._helpers: list[subprocess.Popen[bytes]] = []
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        if all(map(_is_imported, self._names)):
            return
        with contextlib.suppress(Exception):  # of LLVM's library: are_possible will tell
            self._folder = folder / f"code-{_digest()}"
            if not all(map(self._is_there, self._names)):
                self._make_room()
                for names in helpers:
                    if not all(map(self._is_there, names)):
                        self._helpers.append(_start(self._folder, names))

    def __enter__(self) -> Kernels:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the helpers."""
        for helper in self._helpers:
            helper.kill()
            helper.wait()
        if self._temporary is not None:
            self._temporary.cleanup()

    def are_possible(self) -> bool:
        """Whether this machine can compile and run them."""
        try:
            from lilydesk.engines.native.intrinsics import INSTRUCTIONS
        except Exception as error:  # numba, LLVM and the system's linker have no common base
            _log.info("onnxruntime runs all models: %r", error)
            return False
        if not INSTRUCTIONS:
            _log.info("onnxruntime runs all models: no instructions for int8 on this processor")
        return bool(INSTRUCTIONS)

    def load(self) -> bool:
        """Import the modules; False if that is not possible."""
        if not self.are_possible():
            return False
        for helper in self._helpers:
            with contextlib.suppress(subprocess.TimeoutExpired):
                helper.wait(_PATIENCE_S)
        try:
            for name in self._names:
                if not _is_imported(name):
                    self._import(name)
        except Exception as error:
            _log.info("onnxruntime runs all models: the kernels cannot be compiled (%r)", error)
            return False
        return True

    def _is_there(self, name: str) -> bool:
        return entries.is_whole(self._folder / name)

    def _make_room(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self._folder):
                pass
            entries.forget_old(self._folder.parent.glob("code-*"), _KEPT)
        except OSError:  # nothing can be kept there
            self._temporary = tempfile.TemporaryDirectory(prefix="lilydesk-code-")
            self._folder = Path(self._temporary.name)

    def _import(self, name: str) -> None:
        if self._is_there(name):
            _import(name, self._folder / name)
        else:  # its helper failed
            _log.info("the program itself compiles its kernels (%s)", name)
            with tempfile.TemporaryDirectory(prefix="lilydesk-code-") as code:
                _import(name, Path(code))


def main(arguments: list[str]) -> int:
    """The helper: compile modules into a folder, an entry for each."""
    if sys.platform != "win32":
        os.nice(_NICENESS)
    folder, *names = arguments
    gc.disable()  # a tenth of the time; all ends soon
    for name in names:
        place = Path(folder) / name
        if entries.is_whole(place):
            _import(name, place)
            continue
        with entries.new_entry(place) as scratch:
            _import(name, scratch)
            entries.seal(scratch)
    return 0


def _start(folder: Path, names: Sequence[str]) -> subprocess.Popen[bytes]:
    # Not multiprocessing, which would run the main module again, whatever script that is.
    program = [] if getattr(sys, "frozen", False) else ["-m", "lilydesk"]
    return subprocess.Popen(
        [sys.executable, *program, COMMAND, str(folder), *names],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _is_imported(name: str) -> bool:
    return f"{_PACKAGE}.{name}" in sys.modules


def _import(name: str, code: Path) -> None:
    """Import a module; its functions are compiled as they are defined, or loaded from `code`."""
    with _code_in(code):
        importlib.import_module(f"{_PACKAGE}.{name}")


@contextlib.contextmanager
def _code_in(folder: Path) -> Iterator[None]:
    import numba

    config: Any = numba.config
    before, config.CACHE_DIR = config.CACHE_DIR, str(folder)
    try:
        yield
    finally:
        config.CACHE_DIR = before


def _digest() -> str:
    """Of all that the code depends on: the processor, libraries, and our own files."""
    import llvmlite.binding as llvm

    features = sorted(llvm.get_host_cpu_features().items())
    wanted = os.environ.get("LILYDESK_INSTRUCTIONS")
    digest = hashlib.sha256(
        f"{llvm.get_host_cpu_name()} {features} {wanted} {sys.implementation.cache_tag}".encode()
    )
    specs = [importlib.util.find_spec(name) for name in ("numba", "llvmlite")]
    libraries: list[str] = [spec.origin for spec in specs if spec is not None and spec.origin]
    ours = sorted(Path(__file__).parent.glob("*.py"))
    for file in [*map(Path, [sys.executable, *libraries]), *ours]:
        with contextlib.suppress(OSError):
            status = file.stat()  # as numba does, to tell whether code is of the same source
            digest.update(f"{file} {status.st_mtime_ns} {status.st_size}".encode())
    return digest.hexdigest()[:16]
