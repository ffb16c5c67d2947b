"""The document as MEI 5, for the engraver and for other programs."""

from lilydesk.codecs.mei.accidentals import AccidentalStyle
from lilydesk.codecs.mei.document import MeiEncoder, MeiPieces, write_mei
from lilydesk.codecs.mei.joining import MeiMeasure

__all__ = ["AccidentalStyle", "MeiEncoder", "MeiMeasure", "MeiPieces", "write_mei"]
