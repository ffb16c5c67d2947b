"""The use case: a document or a prompt goes to an engine, measures come back.

Knows notation, timeline, lilylet, codecs, engines. Must not know: Qt, widgets, threads (it is
handed a `cancelled` callable).
"""

from lilydesk.composing.along import Along
from lilydesk.composing.compose import compose
from lilydesk.composing.request import ComposeRequest, GeneratedMeasure, StylePrompt

__all__ = ["Along", "ComposeRequest", "GeneratedMeasure", "StylePrompt", "compose"]
