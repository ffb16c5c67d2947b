"""The Lilylet language: text to document and back, and what is wrong in a text.

Knows notation and timeline. Must not know: other formats, Qt, engines. Texts are immutable
strings; offsets are code points.
"""

from lilydesk.lilylet.commands import COMMANDS, HEADERS, Command, CommandKind, command_named
from lilydesk.lilylet.contexts import BARLINES, CLEFS, read_clef, read_key
from lilydesk.lilylet.diagnostics import CODES, Diagnostic, Severity, line_and_column
from lilydesk.lilylet.document_parser import ParsedText, parse_document
from lilydesk.lilylet.incremental import reparse
from lilydesk.lilylet.measure_parser import MeasureParse, parse_measure
from lilydesk.lilylet.serializer import (
    MeasureWriter,
    write_document,
    write_measure,
    write_measures,
    write_voice,
)
from lilydesk.lilylet.state import EntryState

__all__ = [
    "BARLINES", "CLEFS", "CODES", "COMMANDS", "HEADERS", "Command", "CommandKind", "Diagnostic",
    "EntryState", "MeasureParse", "MeasureWriter", "ParsedText", "Severity", "command_named",
    "line_and_column", "parse_document", "parse_measure", "read_clef", "read_key", "reparse",
    "write_document", "write_measure", "write_measures", "write_voice",
]  # fmt: skip
