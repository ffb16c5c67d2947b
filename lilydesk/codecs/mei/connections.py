"""What joins the notes of one voice: ties, glissandi and ottavas, as far as they can be told here.

What may lead to the next measure goes out as links.
"""

from __future__ import annotations

from lilydesk.codecs.mei.frame import VoiceState
from lilydesk.codecs.mei.links import Heads, Link, LinkKind, glissando_element, tie_elements
from lilydesk.notation import Chord, MarkKind
from lilydesk.notation.event import Ottava


class Connections:
    """Follows one voice from note to note."""

    def __init__(self, state: VoiceState) -> None:
        self._state = state
        self._ties: list[tuple[Heads, str]] = []
        self._glissando: Link | None = None
        self._has_begun = False
        self._new_ottava: Ottava | None = None
        self.last_id = ""  # of the last note or rest

    def change_ottava(self, change: Ottava) -> None:
        """Take in an \\ottava, which counts from the next note or rest on."""
        state = self._state
        if state.ottava and self.last_id:
            self._link(LinkKind.OTTAVA_REACHES, target=self.last_id)
        if change.octaves == 0:
            self._link(LinkKind.OTTAVA)
            self._new_ottava = None
        else:
            self._new_ottava = change
        state.ottava = change.octaves

    def reach(self, identifier: str, offset: int) -> None:
        """Note that a note or rest is being written; it starts `offset` into the measure."""
        state = self._state
        if state.ottava and (self._new_ottava or not self.last_id):
            change = self._new_ottava
            place = change.span.start if change else offset
            mark = state.frame.identifier("x", place) + ("" if change else ".8va")
            self._link(LinkKind.OTTAVA, identifier, mark, state.ottava)
            self._new_ottava = None
        self.last_id = identifier

    def connect(self, chord: Chord) -> None:
        """End what leads to a note, and begin what leads on from it."""
        if chord.is_grace:
            if chord.marks:
                self._begin(chord)
            return
        if not self._has_begun:
            heads = self._heads(chord)
            self._state.pieces.links.append(Link(LinkKind.FIRST_NOTE, self._state.key, heads=heads))
            self._has_begun = True
        elif self._ties or self._glissando:
            self._end(self._heads(chord))
        if chord.marks:
            self._begin(chord)

    def connect_tremolo(self, first: Chord, second: Chord) -> None:
        """Do the same for the two halves of a double tremolo."""
        self.connect(first)
        self._begin(second)

    def interrupt(self) -> None:
        """Note a rest: no tie leads over it."""
        if not self._has_begun:
            self._state.pieces.links.append(Link(LinkKind.FIRST_NOTE, self._state.key))
            self._has_begun = True
        self._ties = []

    def finish(self) -> None:
        """Send on what is still open."""
        state = self._state
        if state.ottava and self.last_id:
            self._link(LinkKind.OTTAVA_REACHES, target=self.last_id)
        for heads, mark in self._ties:
            state.pieces.links.append(Link(LinkKind.TIE_START, state.key, mark=mark, heads=heads))
        if self._glissando is not None:
            state.pieces.links.append(self._glissando)

    def _begin(self, chord: Chord) -> None:
        for mark in chord.marks:
            if mark.kind is MarkKind.TIE:
                name = self._state.frame.identifier("x", mark.span.start)
                self._ties.append((self._heads(chord), name))
            elif mark.kind is MarkKind.GLISSANDO:
                name = self._state.frame.identifier("x", mark.span.start)
                target = self._heads(chord)[-1][1]
                self._glissando = Link(LinkKind.GLISSANDO_START, self._state.key, target, name)

    def _end(self, heads: Heads) -> None:
        controls = self._state.pieces.controls
        for from_heads, mark in self._ties:
            controls.extend(tie_elements(from_heads, heads, mark))
        self._ties = []
        if self._glissando is not None:
            controls.append(glissando_element(self._glissando, heads[-1][1]))
            self._glissando = None

    def _heads(self, chord: Chord) -> Heads:
        identifier = self._state.frame.identifier
        return tuple((head.pitch, identifier("n", head.span.start)) for head in chord.heads)

    def _link(self, kind: LinkKind, target: str = "", mark: str = "", octaves: int = 0) -> None:
        self._state.pieces.links.append(Link(kind, self._state.key, target, mark, octaves=octaves))
