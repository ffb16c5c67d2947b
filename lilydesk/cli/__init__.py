"""The command line: `lilydesk generate`, `convert`, `check`, `eval`, `bench`, `train`; alone, the window.

Knows every room. Each command imports what it needs when it runs, so that `check` starts at once.
"""

from lilydesk.cli.main import main

__all__ = ["main"]
