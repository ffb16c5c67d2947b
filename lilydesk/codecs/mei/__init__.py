"""The document as MEI 5, for the engraver and for other programs."""

from lilydesk.codecs.mei.accidentals import AccidentalStyle
from lilydesk.codecs.mei.document import MeiEncoder, write_mei

__all__ = ["AccidentalStyle", "MeiEncoder", "write_mei"]
