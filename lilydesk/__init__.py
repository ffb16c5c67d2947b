"""LilyDesk: a desktop composition assistant. Rooms and directions: docs/architecture.md."""

import os

__version__ = "0.1.0"

# onnxruntime (1.29 and later, on Linux) tells its maker about every start: machine, program, model.
# It reads this when it is imported, and nothing of ours may leave the computer.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
