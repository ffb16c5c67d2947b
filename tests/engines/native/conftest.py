"""Compiled code comes from where the program keeps its own, before any test imports the decoder.

Numba's own cache beside the sources looks at one file only: after a change of columns.py, which
others import, it would give code that does not fit.
"""

from __future__ import annotations

from lilydesk.engines.native.compiling import Kernels
from tests.support import ROOT

with Kernels(ROOT / "build" / "native") as kernels:
    kernels.load()
