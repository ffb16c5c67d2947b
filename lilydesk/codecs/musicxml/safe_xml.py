"""Bytes to an element tree, with nothing fetched, nothing expanded and nothing without bounds.

A MusicXML file names a public DTD, which is not read; a file that declares entities of its own is
refused, since those can grow without end or name other files.
"""

from __future__ import annotations

from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from lilydesk.errors import FileError

MOST_BYTES = 128 * 2**20
_DEEPEST = 64  # elements inside one another; MusicXML has about ten
_MOST_ELEMENTS = 8_000_000
_HINT = "Export it again from the program that wrote it."


class _Refused(Exception):
    """Something that is well-formed and yet not read; the argument says what."""


def parse_xml(data: bytes) -> Element:
    """The root element of an XML text. Raises FileError for anything else."""
    if len(data) > MOST_BYTES:
        raise FileError("This file is too large for a score.", "Split it into several files.")
    builder = _Builder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = builder.refuse_entity
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        where = f"line {error.lineno}, column {error.offset + 1}"
        reason = expat.errors.messages.get(error.code, "unknown error")
        raise FileError(f"This is no well-formed XML: {reason} in {where}.", _HINT) from error
    except _Refused as error:
        raise FileError(f"This XML {error}, which no score needs.", _HINT) from error
    except (LookupError, ValueError) as error:  # an encoding that Python does not know
        raise FileError("The encoding of this XML is not known.", "Save it as UTF-8.") from error
    return builder.root()


class _Builder:
    """Builds the tree, counting."""

    def __init__(self) -> None:
        self._tree = TreeBuilder()
        self._depth = 0
        self._n_elements = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._n_elements += 1
        if self._depth > _DEEPEST:
            raise _Refused("has too many elements inside one another")
        if self._n_elements > _MOST_ELEMENTS:
            raise _Refused("has millions of elements")
        self._tree.start(tag.rsplit(":", 1)[-1], attributes)

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._tree.end(tag.rsplit(":", 1)[-1])

    def data(self, text: str) -> None:
        self._tree.data(text)

    def refuse_entity(self, *_: object) -> NoReturn:
        raise _Refused("declares entities")

    def root(self) -> Element:
        return self._tree.close()
