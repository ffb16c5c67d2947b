"""What leads from one note to another, perhaps in a later measure: slurs, hairpins, ties, 8va.

Encoding a measure yields its links: starts, ends and notes that an open tie may reach. Pairing
them is a second, cheap pass over the measures, so that a measure can be encoded by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import Enum, auto

from lilydesk.notation import Pitch
from lilydesk.timeline.placing import VoiceKey
from lilydesk.timeline.waiting import Waiting


class LinkKind(Enum):
    """What a link says."""

    SLUR_START = auto()
    SLUR_END = auto()
    HAIRPIN_START = auto()  # text: "cres" or "dim"
    HAIRPIN_END = auto()
    DYNAMIC = auto()  # ends a hairpin as well
    OTTAVA = auto()  # octaves, from the note `target` on; 0 ends it
    OTTAVA_REACHES = auto()  # the last note of a voice under an ottava
    TIE_START = auto()  # heads that still wait for a note at the end of the measure
    GLISSANDO_START = auto()
    BEAM_END = auto()  # notes from the start of a measure, under a beam of the measure before
    BEAM_START = auto()  # notes up to the end of a measure, under a beam that is not closed
    FIRST_NOTE = auto()  # heads of a voice's first note; none where it begins with a rest


Heads = tuple[tuple[Pitch, str], ...]  # of each note head its pitch and id


@dataclass(frozen=True, slots=True)
class Link:
    """One start, end or possible end."""

    kind: LinkKind
    voice: VoiceKey
    target: str = ""  # id of the note, chord or rest
    mark: str = ""  # id that the element will have
    text: str = ""
    octaves: int = 0
    heads: Heads = ()
    ids: tuple[str, ...] = ()  # notes and chords under a beam
    end_stamp: str = ""  # where the note of `target` ends, as @tstamp2 in its own measure


@dataclass(slots=True)
class _Open:
    """A link that waits for its end."""

    measure: int
    link: Link
    last: str = ""  # the last note under an ottava
    has_ended_another: bool = False  # a hairpin that took the place of an open one


@dataclass(slots=True)
class Linker:
    """Pairs links; measures must come in order. `elements[i]` belongs into measure i."""

    elements: dict[int, list[str]] = field(default_factory=dict)
    _slurs: Waiting[_Open] = field(default_factory=Waiting)
    _hairpins: Waiting[_Open] = field(default_factory=Waiting)
    _ottavas: dict[VoiceKey, _Open] = field(default_factory=dict)
    _ties: dict[VoiceKey, list[_Open]] = field(default_factory=dict)
    _beams: dict[VoiceKey, _Open] = field(default_factory=dict)
    _glissandi: dict[VoiceKey, _Open] = field(default_factory=dict)

    @property
    def is_clear(self) -> bool:
        """Nothing waits for its end."""
        waiting = (self._slurs, self._hairpins, self._ottavas, self._ties, self._beams)
        return not any(waiting) and not self._glissandi

    def add_measure(self, index: int, links: Iterable[Link], voices: Collection[VoiceKey]) -> None:
        """Take in the links of a measure; `voices` are those it has."""
        for link in links:
            self._take(index, link)
        for voice in [key for key, opened in self._beams.items() if opened.measure < index]:
            self._end_beam(voice, ())
        for voice in [key for key in self._ottavas if key not in voices]:
            self._end_ottava(voice)
        for voice in [key for key in self._ties if key not in voices]:
            del self._ties[voice]

    def finish(self) -> None:
        """End what only the end of the score ends."""
        for voice in list(self._beams):
            self._end_beam(voice, ())
        for voice in list(self._ottavas):
            self._end_ottava(voice)

    def _take(self, index: int, link: Link) -> None:
        voice = link.voice
        match link.kind:
            case LinkKind.SLUR_START:
                self._slurs.put(voice.part, voice, _Open(index, link))
            case LinkKind.SLUR_END:
                self._end_slur(link)
            case LinkKind.HAIRPIN_START:
                is_second = self._end_hairpin(link)
                self._hairpins.take_own(voice.part, voice)  # two on one note: the second counts
                opened = _Open(index, link, has_ended_another=is_second)
                self._hairpins.put(voice.part, voice, opened)
            case LinkKind.HAIRPIN_END | LinkKind.DYNAMIC:
                self._end_hairpin(link)
            case LinkKind.OTTAVA:
                self._change_ottava(index, link)
            case LinkKind.OTTAVA_REACHES:
                if voice in self._ottavas:
                    self._ottavas[voice].last = link.target
            case LinkKind.TIE_START:
                self._ties.setdefault(voice, []).append(_Open(index, link))
            case LinkKind.GLISSANDO_START:
                self._glissandi[voice] = _Open(index, link)
            case LinkKind.BEAM_START:
                self._beams[voice] = _Open(index, link)
            case LinkKind.BEAM_END:
                self._end_beam(voice, link.ids)
            case LinkKind.FIRST_NOTE:
                self._reach_first_note(link)

    def _put(self, measure: int, element: str) -> None:
        self.elements.setdefault(measure, []).append(element)

    def _end_slur(self, link: Link) -> None:
        part = link.voice.part
        opened = self._slurs.take_own(part, link.voice) or self._slurs.take_latest(part)
        if opened is None:
            return
        start = opened.link
        if start.target == link.target:
            return  # nothing to draw
        side = f' curvedir="{start.text}"' if start.text else ""
        self._put(
            opened.measure,
            f'<slur xml:id="{start.mark}" startid="#{start.target}" endid="#{link.target}"{side}/>',
        )

    def _end_hairpin(self, link: Link) -> bool:
        """End the open hairpin, if there is one; a hairpin over one note ends where the note does.

        A dynamic on the note where a hairpin begins is the level it begins with. An end on such a
        note ends the hairpin before, in whatever order the two are written.
        """
        part = link.voice.part
        opened = self._hairpins.own(part, link.voice)
        if opened is None and link.kind is LinkKind.HAIRPIN_END:
            opened = self._hairpins.latest(part)
        if opened is None:
            return False
        start = opened.link
        end = f'endid="#{link.target}"'
        if start.target == link.target:
            if link.kind is LinkKind.DYNAMIC or opened.has_ended_another:
                return False
            end = f'tstamp2="0m+{start.end_stamp}"'
        self._hairpins.take_own(part, start.voice)
        self._put(
            opened.measure,
            f'<hairpin xml:id="{start.mark}" form="{start.text}" startid="#{start.target}" {end}/>',
        )
        return True

    def _change_ottava(self, index: int, link: Link) -> None:
        opened = self._ottavas.get(link.voice)
        if opened is not None and opened.link.octaves == link.octaves:
            return
        self._end_ottava(link.voice)
        if link.octaves and link.target:
            self._ottavas[link.voice] = _Open(index, link, link.target)

    def _end_ottava(self, voice: VoiceKey) -> None:
        opened = self._ottavas.pop(voice, None)
        if opened is None:
            return
        start = opened.link
        side = "above" if start.octaves > 0 else "below"
        self._put(
            opened.measure,
            f'<octave xml:id="{start.mark}" dis="{7 * min(3, abs(start.octaves)) + 1}"'
            f' dis.place="{side}" startid="#{start.target}" endid="#{opened.last}"/>',
        )

    def _end_beam(self, voice: VoiceKey, ids: tuple[str, ...]) -> None:
        opened = self._beams.pop(voice, None)
        if opened is not None and len(opened.link.ids) + len(ids) > 1:
            self._put(opened.measure, beam_span(opened.link.ids + ids))

    def _reach_first_note(self, link: Link) -> None:
        for opened in self._ties.pop(link.voice, []):
            for element in tie_elements(opened.link.heads, link.heads, opened.link.mark):
                self._put(opened.measure, element)
        glissando = self._glissandi.pop(link.voice, None)
        if glissando is not None and link.heads:
            self._put(glissando.measure, glissando_element(glissando.link, link.heads[-1][1]))


def tie_elements(from_heads: Heads, to_heads: Heads, mark: str) -> list[str]:
    """A tie for each pitch that both chords have."""
    reached = dict(to_heads)
    return [
        f'<tie xml:id="{mark}.{order}" startid="#{head}" endid="#{reached[pitch]}"/>'
        for order, (pitch, head) in enumerate(from_heads)
        if pitch in reached
    ]


def glissando_element(start: Link, end: str) -> str:
    """A line from one note head to another."""
    return f'<gliss xml:id="{start.mark}" startid="#{start.target}" endid="#{end}"/>'


def beam_span(ids: tuple[str, ...]) -> str:
    """A beam that no element can hold, since it leads over a barline or across a tuplet."""
    plist = " ".join(f"#{identifier}" for identifier in ids)
    return f'<beamSpan startid="#{ids[0]}" endid="#{ids[-1]}" plist="{plist}"/>'
