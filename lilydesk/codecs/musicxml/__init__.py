"""MusicXML as a document: .musicxml, .xml and compressed .mxl. Reading only."""

from lilydesk.codecs.musicxml.score import read_musicxml

__all__ = ["read_musicxml"]
