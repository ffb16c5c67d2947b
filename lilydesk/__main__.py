"""`python -m lilydesk` is the command `lilydesk`."""

from __future__ import annotations

import multiprocessing
import sys

from lilydesk.cli import main

if __name__ == "__main__":
    multiprocessing.freeze_support()  # the engraver's process, in a frozen application
    if sys.argv[1:2] == ["compile-kernels"]:  # the program has started itself once more
        from lilydesk.engines.native import compiling

        sys.exit(compiling.main(sys.argv[2:]))
    sys.exit(main())
