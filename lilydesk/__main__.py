"""`python -m lilydesk` is the command `lilydesk`."""

from __future__ import annotations

import multiprocessing
import sys

from lilydesk.cli import main

if __name__ == "__main__":
    multiprocessing.freeze_support()  # the engraver's process, in a frozen application
    sys.exit(main())
