"""One verovio toolkit and what it is asked for: MEI in, SVG pages out.

Verovio never releases the interpreter's lock, so this belongs in a process of its own
(`engraver`); scripts, which have nobody to keep waiting, may use it where they are.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from typing import IO, TYPE_CHECKING, Any

from lilydesk.errors import EngravingError

if TYPE_CHECKING:
    import verovio

TALL_PAGE = 60000  # tenths of a millimetre, the tallest that verovio allows: one page, mostly
_MARGINS = dict.fromkeys(
    ("pageMarginTop", "pageMarginBottom", "pageMarginLeft", "pageMarginRight"), 0
)
# For reading by `svg`: ids that do not change from run to run, and no font inside the page.
_SCREEN: dict[str, Any] = {
    **_MARGINS,
    "pageHeight": TALL_PAGE,
    "footer": "none",
    "smuflTextFont": "none",
    "svgFormatRaw": True,
    "svgRemoveXlink": True,
    "xmlIdSeed": 1,
}
_PRINT: dict[str, Any] = {"xmlIdSeed": 1, "footer": "none", "svgViewBox": True}
_SYSTEM = re.compile(r"<system\b")
_MEASURE = re.compile(r"<measure\b")
_LOG_LINE = re.compile(r"^\[(Error|Warning)\]\s*(.+)$", re.MULTILINE)


class Press:
    """A verovio toolkit. Stays on the thread that made it."""

    def __init__(self) -> None:
        self._toolkit = _new_toolkit()
        self.warnings: tuple[str, ...] = ()

    def draw(self, mei: str, width_mm: float, breaks: str = "auto") -> list[str]:
        """SVG of one tall page (a long score: several) with lines `width_mm` wide, no margins.

        `breaks` is "auto", or "encoded" to break the lines where the MEI has `sb`.
        Raises EngravingError if verovio cannot read the MEI.
        """
        options = {**_SCREEN, "pageWidth": round(width_mm * 10), "breaks": breaks}
        return self._render(mei, options)

    def print_pages(self, mei: str, **options: Any) -> list[str]:
        """SVG of A4 pages with margins and fonts; `options` are verovio's own."""
        return self._render(mei, {**_PRINT, **options})

    def count_measures(self, mei: str, width_mm: float) -> list[int]:
        """How many measures verovio would set on each line. Raises EngravingError."""
        with self._loaded(mei, {**_SCREEN, "pageWidth": round(width_mm * 10), "breaks": "auto"}):
            # In this form the MEI is ordered by pages and systems; it is much faster than drawing.
            pages = self._toolkit.getMEI({"scoreBased": False})
        lines = _SYSTEM.split(pages)[1:]
        return [len(_MEASURE.findall(line)) for line in lines]

    def _render(self, mei: str, options: dict[str, Any]) -> list[str]:
        with self._loaded(mei, options):
            pages = range(1, self._toolkit.getPageCount() + 1)
            return [self._toolkit.renderToSVG(page) for page in pages]

    @contextmanager
    def _loaded(self, mei: str, options: dict[str, Any]) -> Iterator[None]:
        """With the score loaded; what verovio says meanwhile is kept, and refused is raised."""
        self._toolkit.setOptions(options)
        with _captured_log() as log:
            is_loaded = self._toolkit.loadData(mei)
            if is_loaded:
                yield
        errors, self.warnings = _sort_log(log)
        if not is_loaded:
            detail = f" ({errors[0]})" if errors else ""
            raise EngravingError(
                f"The score cannot be drawn{detail}.", "Undo the last change, or check the text."
            )


def render_svg(mei: str, **options: Any) -> list[str]:
    """Pages of SVG, in this process, for scripts. `options` are verovio's own.

    Raises EngravingError if the MEI cannot be read or verovio is not installed.
    """
    return Press().print_pages(mei, **options)


def _new_toolkit() -> verovio.toolkit:
    try:
        import verovio
    except ImportError as error:
        raise EngravingError(
            "The engraving library is missing.", "Install LilyDesk again."
        ) from error
    toolkit = verovio.toolkit(False)
    # The default path is kept per thread: elsewhere than in the first one it would be empty.
    toolkit.setResourcePath(str(files("verovio").joinpath("data")))
    return toolkit


@contextmanager
def _captured_log() -> Iterator[list[str]]:
    """What verovio writes to the standard error stream, which is the only place it writes to."""
    lines: list[str] = []
    with tempfile.TemporaryFile() as sink, _stderr_into(sink):
        yield lines
        sink.seek(0)
        lines += sink.read().decode("utf-8", "replace").splitlines()


@contextmanager
def _stderr_into(sink: IO[bytes]) -> Iterator[None]:
    try:
        kept = os.dup(2)
    except OSError:  # a program without a console has no stream to redirect
        yield
        return
    with suppress(AttributeError, ValueError, OSError):
        sys.stderr.flush()
    os.dup2(sink.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _sort_log(lines: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """Errors and warnings."""
    found = _LOG_LINE.findall("\n".join(lines))
    errors = [text for level, text in found if level == "Error"]
    return errors, tuple(text for level, text in found if level == "Warning")
