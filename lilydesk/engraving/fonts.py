"""The fonts that verovio measures with, as files in memory: music (Leipzig) and words (Liberation).

They come inside its style sheets, so nothing has to be installed and every machine shows the same.
"""

from __future__ import annotations

import base64
import re
from importlib.resources import files

from lilydesk.errors import EngravingError

_SHEETS = ("Leipzig.css", "Liberation.css")
_EMBEDDED = re.compile(r"url\(data:[^;)]*(?:;charset=[^;)]*)?;base64,([^)]+)\)")


def font_data() -> tuple[bytes, ...]:
    """The fonts as WOFF2 bytes: Leipzig, then the four styles of Liberation Serif.

    Raises EngravingError if the engraving library is not there, or has come without its fonts.
    """
    fonts: list[bytes] = []
    try:
        for sheet in _SHEETS:
            text = files("verovio").joinpath("data", sheet).read_text(encoding="utf-8")
            fonts += [base64.b64decode(found) for found in _EMBEDDED.findall(text)]
    except (ModuleNotFoundError, OSError) as error:
        raise EngravingError(
            "The fonts for the score are missing.", "Install LilyDesk again."
        ) from error
    return tuple(fonts)
