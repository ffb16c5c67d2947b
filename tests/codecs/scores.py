"""Lilylet in, MEI out, read back as a tree; and verovio as the judge of it."""

from __future__ import annotations

import os
import tempfile
import xml.etree.ElementTree as ET
from fractions import Fraction
from typing import Any

from lilydesk.codecs.mei import AccidentalStyle, write_mei
from lilydesk.lilylet import parse_document

NAMESPACE = "{http://www.music-encoding.org/ns/mei}"
ID = "{http://www.w3.org/XML/1998/namespace}id"


def mei(text: str, style: AccidentalStyle = AccidentalStyle.EVERY_NOTE) -> ET.Element:
    """Encode Lilylet; return the root of the MEI."""
    return ET.fromstring(write_mei(parse_document(text).document, style))


def elements(root: ET.Element, name: str) -> list[ET.Element]:
    """Return all elements of a name, in the order of the document."""
    return list(root.iter(NAMESPACE + name))


def attributes(root: ET.Element, name: str, *keys: str) -> list[tuple[str | None, ...]]:
    """Return chosen attributes of all elements of a name."""
    return [tuple(element.get(key) for key in keys) for element in elements(root, name)]


def names(element: ET.Element) -> list[str]:
    """Return the names of an element's children."""
    return [child.tag.removeprefix(NAMESPACE) for child in element]


def layers(root: ET.Element) -> list[list[str]]:
    """Return what stands in each layer, by names."""
    return [names(layer) for layer in elements(root, "layer")]


def signs(root: ET.Element) -> list[str | None]:
    """Return the accidental that each note shows."""
    return [note.get("accid") for note in elements(root, "note")]


def joined(root: ET.Element, name: str) -> list[tuple[str, ...]]:
    """Return what the elements of a name lead from and to: pitch names, or kinds of element."""
    called = {
        f"#{element.get(ID)}": element.get("pname") or element.tag.removeprefix(NAMESPACE)
        for element in root.iter()
    }
    pairs = attributes(root, name, "startid", "endid")
    return [tuple(called[target] for target in pair if target) for pair in pairs]


def identifier(root: ET.Element, name: str, index: int = 0) -> str:
    """Return the id of the n-th element of a name."""
    found = elements(root, name)[index].get(ID)
    assert found is not None
    return found


class Engraved:
    """A score in verovio's hands."""

    def __init__(self, text: str) -> None:
        import verovio

        self.toolkit: Any = verovio.toolkit()
        self.toolkit.setOptions({"breaks": "auto", "xmlIdSeed": 1})
        data = write_mei(parse_document(text).document)
        self.root = ET.fromstring(data)
        self._data = data
        with tempfile.TemporaryFile() as log:
            keep = os.dup(2)  # verovio complains on the process's stderr
            os.dup2(log.fileno(), 2)
            try:
                self.is_loaded = self.toolkit.loadData(data)
                pages = range(1, self.toolkit.getPageCount() + 1)
                self.svg = "".join(self.toolkit.renderToSVG(page) for page in pages)
            finally:
                os.dup2(keep, 2)
                os.close(keep)
            log.seek(0)
            self.warnings = log.read().decode("utf-8", "replace").splitlines()

    def onset(self, index: int) -> Fraction:
        """Return when verovio plays the n-th note, in quarters."""
        timed = self._timed().getTimesForElement(identifier(self.root, "note", index))
        numerator, denominator = timed["qfracOn"][0]
        return Fraction(int(numerator), int(denominator))

    def midi(self, index: int) -> int:
        """Return the MIDI pitch of the n-th note, transposition of the staff not included."""
        name = identifier(self.root, "note", index)
        return int(self._timed().getMIDIValuesForElement(name)["pitch"])

    def _timed(self) -> Any:
        """Load the score anew: verovio gives times only where it never expands repeats."""
        self.toolkit.setOptions({"expandNever": True})
        self.toolkit.loadData(self._data)
        self.toolkit.renderToTimemap({"useFractions": True})
        return self.toolkit
