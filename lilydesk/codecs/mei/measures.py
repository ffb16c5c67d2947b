"""One measure as MEI, from nothing but its entry context; and what stands before it."""

from __future__ import annotations

from dataclasses import dataclass

from lilydesk.codecs.mei.attributes import (
    BARLINE,
    clef_attributes,
    key_signature,
    transposition_attributes,
)
from lilydesk.codecs.mei.context import EntryContext, ScoreFacts
from lilydesk.codecs.mei.layer import LayerWriter, MeasureFrame
from lilydesk.codecs.mei.links import Link
from lilydesk.notation import Key, Measure, TimeSignature, measure_id
from lilydesk.notation.event import Clef
from lilydesk.timeline.placing import ClefPoint, VoiceKey, clef_points, has_clef, voice_keys
from lilydesk.timeline.playing_order import barlines


@dataclass(frozen=True, slots=True)
class MeasurePiece:
    """A measure encoded, but for what links add to it (see links.Linker)."""

    index: int
    changes: str  # scoreDef that stands before the measure, "" where nothing changes
    staves: str
    controls: tuple[str, ...]
    links: tuple[Link, ...]
    voices: frozenset[VoiceKey]
    left: str  # barlines in words of MEI, "" where plain
    right: str


def encode_measure(
    measure: Measure, index: int, entry: EntryContext, facts: ScoreFacts
) -> MeasurePiece:
    """Encode one measure. A pure function: the same arguments give the same piece."""
    points = _clef_points(measure, entry, facts)
    frame = MeasureFrame(
        index, measure, entry, facts.offsets, points, facts.is_beamed_automatically
    )
    layers: dict[int, list[str]] = {}
    controls: list[str] = []
    links: list[Link] = []
    voices: set[VoiceKey] = set()
    for key, voice in voice_keys(measure):
        pieces = LayerWriter(frame, key, voice).write()
        layers.setdefault(facts.offsets[key.part] + voice.staff, []).append(pieces.content)
        controls += pieces.controls
        links += pieces.links
        voices.add(key)
    left, right = (BARLINE.get(style, "") for style in barlines(measure))
    return MeasurePiece(
        index=index,
        changes=context_changes(measure, entry, points) if index else "",
        staves="".join(_staff(number, layers.get(number)) for number in _numbers(facts)),
        controls=tuple(dict.fromkeys(controls)),
        links=tuple(links),
        voices=frozenset(voices),
        left=left,
        right=right,
    )


def join_measure(piece: MeasurePiece, linked: list[str], left: str, right: str) -> str:
    """The <measure> with the elements that links brought, and the barlines of its boundaries."""
    sides = f' left="{left}"' if left else ""
    sides += f' right="{right}"' if right else ""
    return (
        f'<measure xml:id="{measure_id(piece.index)}" n="{piece.index + 1}"{sides}>'
        f"{piece.staves}{''.join(piece.controls)}{''.join(linked)}</measure>\n"
    )


def _numbers(facts: ScoreFacts) -> range:
    return range(1, facts.n_staves + 1)


def _staff(number: int, layers: list[str] | None) -> str:
    # An empty staff has an empty layer: an <mSpace/> would stretch a short measure.
    content = "".join(
        f'<layer n="{order}">{layer}</layer>' for order, layer in enumerate(layers or [""], start=1)
    )
    return f'<staff n="{number}">{content}</staff>'


def _clef_points(measure: Measure, entry: EntryContext, facts: ScoreFacts) -> list[ClefPoint]:
    if not any(has_clef(voice.events) for part in measure.parts for voice in part.voices):
        return []
    return clef_points(measure, facts.offsets, entry.clefs)


def context_changes(measure: Measure, entry: EntryContext, points: list[ClefPoint]) -> str:
    """A <scoreDef> for key, time and clefs that a measure begins with, where they are new.

    Clefs inside a measure stand in its layers; the transposition of such a one is told here, since
    an engine reads it nowhere else (and so a moment early).
    """
    attributes = signature_attributes(
        measure.key if _fifths(measure.key) != _fifths(entry.key) else None,
        measure.time if measure.time != entry.time else None,
    )
    staves = "".join(
        _staff_change(point.staff, point.clef, entry.clefs.get(point.staff))
        for point in points
        if point.onset == 0
    )
    if staves:
        return f"<scoreDef{attributes}><staffGrp>{staves}</staffGrp></scoreDef>\n"
    return f"<scoreDef{attributes}/>\n" if attributes else ""


def _staff_change(number: int, clef: Clef, before: Clef | None) -> str:
    transposition = ""
    if clef.shift_semitones or (before is not None and before.shift_semitones):
        transposition = transposition_attributes(clef)
    return f'<staffDef n="{number}"{clef_attributes(clef, "clef.")}{transposition}/>'


def signature_attributes(key: Key | None, time: TimeSignature | None) -> str:
    """Attributes of a scoreDef for a key and a time signature; nothing for None."""
    text = f' keysig="{key_signature(key.fifths)}"' if key is not None else ""
    if time is not None:
        text += f' meter.count="{time.numerator}" meter.unit="{time.denominator}"'
        text += meter_symbol(time)
    return text


def meter_symbol(time: TimeSignature) -> str:
    """@meter.sym where the signature shows as C or cut C."""
    if not time.is_symbol:
        return ""
    return ' meter.sym="cut"' if time.denominator == 2 else ' meter.sym="common"'


def _fifths(key: Key | None) -> int:
    return key.fifths if key is not None else 0
