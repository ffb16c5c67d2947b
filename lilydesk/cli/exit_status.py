"""What the commands tell the shell, besides 0: all went well."""

from __future__ import annotations

FAILED = 1
WRONG_USAGE = 2  # as argparse has it
INTERRUPTED = 130  # by Ctrl+C, as shells have it
