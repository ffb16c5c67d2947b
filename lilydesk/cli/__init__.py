"""The command line: generate, convert, check, eval, bench, train; without a command, the window.

Knows every room. Each command imports what it needs when it runs, so that `check` starts at once.
"""

from lilydesk.cli.commands import main

__all__ = ["main"]
