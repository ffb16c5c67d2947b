"""Decoders as compiled code (numba, LLVM): int8 rows at the speed of memory.

Each row is quantised by itself, so a row's numbers never depend on what else is in a call.
Knows tokens, arrays, numba, the nodes of an ONNX file. Must not know: text, bundles' origins, Qt.
"""

from lilydesk.engines.native.opening import open_native

__all__ = ["open_native"]
