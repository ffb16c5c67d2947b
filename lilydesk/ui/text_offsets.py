"""Code points and UTF-16 units: LilyDesk counts the first, Qt's text documents the second."""

from __future__ import annotations

from collections.abc import Sequence


def to_utf16(text: str, offset: int) -> int:
    """Where code point `offset` of the text begins, in UTF-16 units."""
    if text.isascii():
        return offset
    return len(text[:offset].encode("utf-16-le", "surrogatepass")) // 2


def all_to_utf16(text: str, offsets: Sequence[int]) -> list[int]:
    """The same for many code points in the order of the text, going through it once."""
    if text.isascii():
        return list(offsets)
    found, position, done = [], 0, 0
    for offset in offsets:
        position += to_utf16(text[done:offset], offset - done)
        done = offset
        found.append(position)
    return found


def from_utf16(text: str, position: int) -> int:
    """The code point that holds UTF-16 unit `position`."""
    if text.isascii():
        return position
    units = text.encode("utf-16-le", "surrogatepass")[: 2 * position]
    return len(units.decode("utf-16-le", "ignore"))
