"""Code points and UTF-16 units: LilyDesk counts the first, Qt's text documents the second."""

from __future__ import annotations


def to_utf16(text: str, offset: int) -> int:
    """Where code point `offset` of the text begins, in UTF-16 units."""
    if text.isascii():
        return offset
    return len(text[:offset].encode("utf-16-le", "surrogatepass")) // 2


def from_utf16(text: str, position: int) -> int:
    """The code point that holds UTF-16 unit `position`."""
    if text.isascii():
        return position
    units = text.encode("utf-16-le", "surrogatepass")[: 2 * position]
    return len(units.decode("utf-16-le", "ignore"))
