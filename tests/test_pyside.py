"""Guards against the faults of the toolkit itself."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtGui import QPainterPath


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on")
def test_void_qt_calls_do_not_steal_references_to_none() -> None:
    path = QPainterPath()
    before = sys.getrefcount(None)
    for _ in range(1000):
        path.lineTo(1.0, 2.0)
    assert abs(sys.getrefcount(None) - before) < 100
