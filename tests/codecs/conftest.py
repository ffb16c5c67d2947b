from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

import pytest

from tests.support import need_shared


@pytest.fixture(scope="session")
def comparer() -> ModuleType:
    """The comparer that comes with the public conformance cases."""
    path = need_shared("conformance", "compare.py")
    spec = importlib.util.spec_from_file_location("conformance_compare", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
