"""A whole score: parts read, aligned and put together as a document."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from xml.etree.ElementTree import Element

from lilydesk.codecs.imported import ImportedScore
from lilydesk.codecs.losses import Losses
from lilydesk.codecs.musicxml.container import score_bytes
from lilydesk.codecs.musicxml.events import VoiceWriter, shared_staves
from lilydesk.codecs.musicxml.header import (
    StaffLayout,
    read_rights,
    read_texts,
    warn_of_credits,
)
from lilydesk.codecs.musicxml.links import drop_spent_ends, link_hairpins, link_slurs, link_ties
from lilydesk.codecs.musicxml.model import RawContext, RawMeasure, RawPart
from lilydesk.codecs.musicxml.part_reader import PartReader
from lilydesk.codecs.musicxml.placing import Ottavas, place_signs
from lilydesk.codecs.musicxml.playing_order import playing_order_text
from lilydesk.codecs.musicxml.safe_xml import parse_xml
from lilydesk.codecs.musicxml.tied_voices import join_tied_voices
from lilydesk.codecs.musicxml.values import NOTHING
from lilydesk.codecs.musicxml.voices import (
    Measures,
    StreamKey,
    complete,
    helper,
    sort_into_voices,
)
from lilydesk.errors import FileError
from lilydesk.notation import Document, Headers, Key, Measure, Part, TimeSignature, Voice
from lilydesk.notation.duration import value_of
from lilydesk.notation.event import Barline, Partial, Tempo
from lilydesk.notation.span import NOWHERE

_HINT = "Choose a .musicxml, .xml or .mxl file that a notation program exported."


def read_musicxml(data: bytes) -> ImportedScore:
    """Read MusicXML, plain or compressed, and say what could not be taken over.

    Raises FileError for what is no MusicXML at all. Where a score is damaged, as much of it is
    read as makes sense.
    """
    root = parse_xml(score_bytes(data))
    if root.tag == "score-timewise":
        root = _partwise(root)
    if root.tag != "score-partwise":
        raise FileError(f"This XML is no score: it begins with <{root.tag[:40]}>.", _HINT)
    return _Score(root).read()


def _partwise(root: Element) -> Element:
    """The same score with the measures inside the parts."""
    turned = Element("score-partwise")
    parts: dict[str, Element] = {}
    for child in root:
        if child.tag != "measure":
            turned.append(child)
            continue
        for part in child.findall("part"):
            identifier = part.get("id", "")
            if identifier not in parts:
                parts[identifier] = Element("part", {"id": identifier})
            measure = Element("measure", child.attrib)
            measure.extend(part)
            parts[identifier].append(measure)
    turned.extend(parts.values())
    return turned


@dataclass(slots=True)
class _ArrangedPart:
    """A part with its notes in voices."""

    raw: RawPart
    measures: Measures
    ottavas: Ottavas
    verses: list[str]
    n_staves: int


class _Score:
    """Reads one score-partwise element."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._losses = Losses("measure", 0)

    def read(self) -> ImportedScore:
        raws = [
            PartReader(part.get("id", str(number)), self._losses).read(part.findall("measure"))
            for number, part in enumerate(self._root.findall("part"))
        ]
        n_measures = max((len(raw.measures) for raw in raws), default=0)
        if not n_measures:
            raise FileError("This score has no measures.", _HINT)
        for raw in raws:
            while len(raw.measures) < n_measures:
                raw.measures.append(RawMeasure(len(raw.measures)))
        self._show_first_tempo(raws)
        lengths = _lengths(raws)
        parts = [self._arrange(raw, lengths) for raw in raws]
        order = playing_order_text(raws, self._losses)
        headers = self._headers(parts, order)
        measures = self._measures(parts, lengths)
        return ImportedScore(
            Document(headers, measures, (0,) * n_measures), self._losses.sentences()
        )

    def _headers(self, parts: list[_ArrangedPart], order: str) -> Headers:
        texts = read_texts(self._root)
        warn_of_credits(self._root, texts, self._losses)
        ids = [part.raw.identifier for part in parts]
        layout = StaffLayout(self._root.find("part-list"), ids, [part.n_staves for part in parts])
        return layout.headers(texts, order, "auto")

    # -- one part

    def _arrange(self, raw: RawPart, lengths: list[Fraction]) -> _ArrangedPart:
        measures = sort_into_voices(raw)
        highest = max((note.staff for m in raw.measures for note in m.notes), default=1)
        n_staves = max(raw.n_staves, highest)
        for index, streams in enumerate(measures):
            complete(streams, lengths[index], n_staves)
        join_tied_voices(measures, lengths)
        link_ties(measures, self._losses)
        link_slurs(raw, measures, self._losses)
        link_hairpins(raw, measures, self._losses)
        place_signs(raw, measures, lengths)
        drop_spent_ends(measures)
        for staff in range(1, n_staves + 1):  # every staff is there from the start
            if StreamKey(staff, 0) not in measures[0]:
                helper(measures[0], staff, lengths[0])
        verses = {
            name for m in raw.measures for note in m.notes for name in note.syllables
        }  # fmt: skip
        return _ArrangedPart(
            raw, measures, Ottavas(raw), sorted(verses, key=_verse_order), n_staves
        )

    def _show_first_tempo(self, raws: list[RawPart]) -> None:
        """Show a tempo that is only heard, if the score begins with it and shows none."""
        is_shown = any(
            context.onset == 0 and isinstance(context.event, Tempo)
            for raw in raws
            for context in raw.measures[0].contexts
        )
        for raw in raws:
            for measure in raw.measures:
                for onset, tempo in measure.hidden_tempos:
                    if measure.index == 0 and onset == 0:
                        # 120 is what programs write where nobody chose a tempo
                        if not is_shown and tempo.beats_per_minute != 120:
                            measure.contexts.append(RawContext(onset, 1, tempo))
                            is_shown = True
                    else:
                        self._losses.add(
                            "A change of tempo that is heard but not shown was left out",
                            measure.index,
                        )

    # -- measures

    def _measures(self, parts: list[_ArrangedPart], lengths: list[Fraction]) -> tuple[Measure, ...]:
        carried: list[dict[StreamKey, int]] = [{} for _ in parts]
        rights = read_rights(self._root)
        return tuple(
            self._measure(parts, index, length, carried, rights if index == 0 else ())
            for index, length in enumerate(lengths)
        )

    def _measure(
        self, parts: list[_ArrangedPart], index: int, length: Fraction,
        carried: list[dict[StreamKey, int]], comments: tuple[str, ...],
    ) -> Measure:  # fmt: skip
        key, time = _signatures(parts, index)
        expected = time.length if time else Fraction(4)
        self._frame_measure(parts, index, length, expected)
        written = tuple(
            Part(self._voices(part, index, time, carried[number]))
            for number, part in enumerate(parts)
        )
        return Measure(written, key, time, length, expected, NOWHERE, comments)

    def _frame_measure(
        self, parts: list[_ArrangedPart], index: int, length: Fraction, expected: Fraction
    ) -> None:
        """Put barlines, and the length of a short measure, into the first voice."""
        first = next(iter(parts[0].measures[index].values()))
        raws = [part.raw.measures[index] for part in parts]
        left = next((raw.left for raw in raws if raw.left), "")
        right = next((raw.right for raw in raws if raw.right), "")
        leading = first.slots[0].before
        partial = value_of(length) if length != expected else None
        if partial is not None:
            leading.insert(0, Partial(partial, NOWHERE))
        if left:
            leading.insert(0, Barline(left, NOWHERE))
        if right:
            first.after.append(Barline(right, NOWHERE))

    def _voices(
        self, part: _ArrangedPart, index: int, time: TimeSignature | None,
        carried: dict[StreamKey, int],
    ) -> tuple[Voice, ...]:  # fmt: skip
        streams = part.measures[index]
        shared = shared_staves(list(streams.values()))
        voices = []
        ottavas: dict[StreamKey, int] = {}
        for key in sorted(streams):
            stream = streams[key]
            has_stems = any(slot.note and slot.note.staff in shared for slot in stream.slots)
            writer = VoiceWriter(
                stream, index, part.ottavas, carried.get(key, 0), time, part.verses, has_stems,
                self._losses,
            )  # fmt: skip
            voices.append(writer.write())
            ottavas[key] = writer.ottava
        carried.clear()
        carried.update(ottavas)
        return tuple(voices)


def _lengths(raws: list[RawPart]) -> list[Fraction]:
    """The length of each measure: that of its longest part, or of an empty one."""
    lengths = []
    for measures in zip(*(raw.measures for raw in raws), strict=True):
        longest = NOTHING
        for raw in measures:
            ends = [note.onset + note.length for note in raw.notes]
            longest = max([longest, raw.length, *ends])
        if not longest:
            time = next((raw.time for raw in measures if raw.time), None)
            longest = time.length if time else Fraction(4)
        lengths.append(longest)
    return lengths


def _signatures(parts: list[_ArrangedPart], index: int) -> tuple[Key | None, TimeSignature | None]:
    raws = [part.raw.measures[index] for part in parts]
    key = next((raw.key for raw in raws if raw.key), None)
    return key, next((raw.time for raw in raws if raw.time), None)


def _verse_order(name: str) -> tuple[bool, int, str]:
    is_number = name.isdecimal() and len(name) < 9
    return not is_number, int(name) if is_number else 0, name
