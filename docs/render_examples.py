"""Draws the examples of docs/lilylet.md and writes its reference from the program's own tables.

    .venv/bin/python docs/render_examples.py

Every block marked `lilylet` that an image follows is engraved into that image, and the section
"Reference" is written anew. Run it after a change of the text, of the tables or of the engraving.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from math import ceil
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))

from PySide6.QtCore import QBuffer, QByteArray, QIODevice  # noqa: E402
from PySide6.QtGui import QColor, QImage, QPainter  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from lilydesk.atomic_file import write_atomically  # noqa: E402
from lilydesk.codecs.mei import AccidentalStyle, write_mei  # noqa: E402
from lilydesk.engraving import EngravingRequest, Workshop  # noqa: E402
from lilydesk.lilylet import (  # noqa: E402
    BARLINES,
    CLEFS,
    CODES,
    COMMANDS,
    HEADERS,
    CommandKind,
    parse_document,
)
from lilydesk.ui.score.fonts import load_score_fonts  # noqa: E402
from lilydesk.ui.score.ink import InkMaker  # noqa: E402

GUIDE = FOLDER / "lilylet.md"
WIDTH_MM = 170.0
PIXELS_PER_MM = 3.6
MARGIN_PX = 8
_EXAMPLE = re.compile(
    r"```lilylet\n(.*?)```(?:\n\n!\[[^\]]*\]\((images/lilylet/[a-z0-9-]+\.png)\))?", re.S
)
_REFERENCE = re.compile(r"(?<=\n## Reference\n).*?(?=\n## )", re.S)


class Example(NamedTuple):
    """A text, and where its picture is, relative to the guide ("" where it has none)."""

    text: str
    image: str


def examples(guide: str) -> list[Example]:
    """All examples of the guide, in order."""
    return [Example(found[1], found[2] or "") for found in _EXAMPLE.finditer(guide)]


def draw(workshop: Workshop, text: str) -> bytes:
    """The engraved text as PNG, cropped to what is printed."""
    mei = write_mei(parse_document(text).document, AccidentalStyle.CONVENTIONAL)
    score = workshop.engrave(EngravingRequest(1, mei, WIDTH_MM))
    scale = PIXELS_PER_MM / 100  # the engraver counts in hundredths of a millimetre
    maker = InkMaker()
    maker.learn(score.glyphs)
    boxes = [system.box for system in score.systems]
    left, right = min(box.left for box in boxes), max(box.right for box in boxes)
    height_px = sum(ceil((box.bottom - box.top) * scale) + 2 * MARGIN_PX for box in boxes)
    width_px = ceil((right - left) * scale) + 2 * MARGIN_PX
    image = QImage(width_px, height_px, QImage.Format.Format_Grayscale8)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    top_px = 0
    for system, box in zip(score.systems, boxes, strict=True):
        painter.save()
        painter.translate(MARGIN_PX - left * scale, top_px + MARGIN_PX - box.top * scale)
        painter.scale(scale, scale)
        maker.make(system.marks).paint(painter, QColor("black"))
        painter.restore()
        top_px += ceil((box.bottom - box.top) * scale) + 2 * MARGIN_PX
    painter.end()
    return png(image)


def png(image: QImage) -> bytes:
    """An image in sixteen shades, which is small."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG", 20)  # type: ignore[call-overload]
    return bytes(content.data())


# -- the reference


def reference() -> str:
    """Tables of commands, headers, clefs, barlines and diagnostics, as Markdown."""
    return "\n" + "\n".join(_reference_lines()) + "\n"


def _reference_lines() -> Iterator[str]:
    for kind in CommandKind:
        yield from (f"### Commands {kind.value}", "", *_command_table(kind), "")
    yield from ("### Headers", "", *_header_table(), "")
    clefs = ", ".join(f"`{name}`" for name in CLEFS)
    yield from (
        "### Clefs and barlines",
        "",
        f"Clefs: {clefs}; each may have `_8`, `^8`, `_15`, `^15`.",
        "",
    )
    yield from (f"Barlines: {', '.join(f'`{style}`' for style in BARLINES)}.", "")
    yield from ("### What is reported", "", *_code_table())


def _command_table(kind: CommandKind) -> Iterator[str]:
    rows = [row for row in COMMANDS.values() if row.kind is kind]
    yield from _table(("Command", "What it does"), [(row.example, row.help) for row in rows])


def _header_table() -> Iterator[str]:
    yield from _table(
        ("Header", "What it is for"), [(f"[{row[0]}]", row[1]) for row in HEADERS.values()]
    )


def _code_table() -> Iterator[str]:
    rows = [(code, f"{severity.value}: {meaning}") for code, (severity, meaning) in CODES.items()]
    yield from _table(("Code", "What it means"), rows)


def _table(head: tuple[str, str], rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield f"| {head[0]} | {head[1]} |"
    yield "|---|---|"
    for code, words in rows:
        shown = code.replace("|", "\\|")
        yield f"| `{shown}` | {_plain(words)} |"


def _plain(words: str) -> str:
    """Words in which nothing is taken for Markdown."""
    return re.sub(r"([\\|<>_*\[\]{}`])", r"\\\1", words)


def with_reference(guide: str) -> str:
    """The guide with its reference as the tables have it now."""
    return _REFERENCE.sub(lambda _: reference(), guide, count=1)


def main() -> None:
    """Write reference and images."""
    application = QApplication.instance() or QApplication([])
    load_score_fonts()
    guide = with_reference(GUIDE.read_text(encoding="utf-8"))
    write_atomically(GUIDE, guide.encode("utf-8"))
    workshop = Workshop()
    for example in examples(guide):
        if example.image:
            path = FOLDER / example.image
            path.parent.mkdir(parents=True, exist_ok=True)
            content = draw(workshop, example.text)
            write_atomically(path, content)
            print(f"{example.image}: {len(content)} bytes")
    del application


if __name__ == "__main__":
    main()
