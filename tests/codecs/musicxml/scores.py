"""Small MusicXML in, canonical Lilylet out."""

from __future__ import annotations

from lilydesk.codecs.imported import ImportedScore
from lilydesk.codecs.musicxml import read_musicxml
from lilydesk.lilylet import parse_document, write_document

FOUR_FOUR = (
    "<attributes><divisions>12</divisions><key><fifths>0</fifths></key>"
    "<time><beats>4</beats><beat-type>4</beat-type></time>"
    "<clef><sign>G</sign><line>2</line></clef></attributes>"
)
TWO_STAVES = FOUR_FOUR.replace(
    "<clef><sign>G</sign><line>2</line></clef>",
    '<staves>2</staves><clef number="1"><sign>G</sign><line>2</line></clef>'
    '<clef number="2"><sign>F</sign><line>4</line></clef>',
)
_TYPES = {48: "whole", 24: "half", 12: "quarter", 6: "eighth", 3: "16th"}


def note(pitch: str, duration: int = 12, inside: str = "", **parts: str) -> str:
    """A <note> such as `C4`, `F#3` or `r`; `inside` goes to its end, parts are child elements."""
    head = "<rest/>"
    if pitch != "r":
        alter = {"#": "<alter>1</alter>", "b": "<alter>-1</alter>"}.get(pitch[1:-1], "")
        head = f"<pitch><step>{pitch[0]}</step>{alter}<octave>{pitch[-1]}</octave></pitch>"
    kind = parts.pop("type", _TYPES.get(duration, ""))
    children = "".join(f"<{name}>{text}</{name}>" for name, text in parts.items())
    shown = f"<type>{kind}</type>" if kind else ""
    return f"<note>{head}<duration>{duration}</duration>{shown}{children}{inside}</note>"


def chord(*pitches: str, duration: int = 12, inside: str = "") -> str:
    """The notes of a chord; `inside` belongs to each."""
    first, *others = (note(pitch, duration, inside) for pitch in pitches)
    return first + "".join(other.replace("<note>", "<note><chord/>") for other in others)


def back(duration: int) -> str:
    """A <backup>."""
    return f"<backup><duration>{duration}</duration></backup>"


def direction(inside: str, after: str = "", attributes: str = "") -> str:
    """A <direction> with one kind of sign; `after` follows the <direction-type>."""
    return f"<direction {attributes}><direction-type>{inside}</direction-type>{after}</direction>"


def score(*measures: str, before: str = "", attributes: str = FOUR_FOUR) -> bytes:
    """A score of one part."""
    texts = [(attributes if number == 0 else "") + text for number, text in enumerate(measures)]
    body = "".join(f"<measure>{text}</measure>" for text in texts)
    parts = '<part-list><score-part id="P1"><part-name/></score-part></part-list>'
    return (
        f'<?xml version="1.0"?><score-partwise>{before}{parts}'
        f'<part id="P1">{body}</part></score-partwise>'
    ).encode()


def imported(*measures: str, before: str = "", attributes: str = FOUR_FOUR) -> ImportedScore:
    """The score, read."""
    return read_musicxml(score(*measures, before=before, attributes=attributes))


def lilylet(data: ImportedScore | bytes) -> str:
    r"""The canonical text, without what every measure of these scores says: `\key`, `\time`."""
    read = read_musicxml(data) if isinstance(data, bytes) else data
    text = write_document(read.document)
    parsed = parse_document(text)
    assert write_document(parsed.document) == text
    for usual in ("\\key c \\major ", "\\numericTimeSignature ", "\\time 4/4 ", '\\clef "treble" '):
        text = text.replace(usual, "")
    return text.strip()


def written(*measures: str, before: str = "", attributes: str = FOUR_FOUR) -> str:
    """The canonical text of a score of one part."""
    return lilylet(imported(*measures, before=before, attributes=attributes))
