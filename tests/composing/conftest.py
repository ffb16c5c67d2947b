from __future__ import annotations

import pytest

from lilydesk.engines import open_engine
from tests.support import TINY_BUNDLE


@pytest.fixture(scope="session")
def engine():
    """A real engine whose weights are random."""
    return open_engine(TINY_BUNDLE)
