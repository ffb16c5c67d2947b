"""<notations>: articulations, ornaments, fingerings and the like as marks."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from lilydesk.codecs.losses import Losses
from lilydesk.codecs.musicxml.model import RawNote, SlurEnd, TupletStart
from lilydesk.codecs.musicxml.values import placement_of, text_of, whole_of
from lilydesk.notation import Mark, MarkKind, Placement
from lilydesk.notation.span import NOWHERE

_SIGNS = {
    "accent": MarkKind.ACCENT, "strong-accent": MarkKind.MARCATO, "staccato": MarkKind.STACCATO,
    "tenuto": MarkKind.TENUTO, "detached-legato": MarkKind.PORTATO,
    "staccatissimo": MarkKind.STACCATISSIMO, "spiccato": MarkKind.STACCATISSIMO,
    "breath-mark": MarkKind.BREATHE, "trill-mark": MarkKind.TRILL, "turn": MarkKind.TURN,
    "delayed-turn": MarkKind.TURN, "mordent": MarkKind.MORDENT,
    "inverted-mordent": MarkKind.PRALL,
}  # fmt: skip
# What is shown as something near it.
_NEAR = {
    "stress": MarkKind.ACCENT, "soft-accent": MarkKind.ACCENT, "caesura": MarkKind.BREATHE,
    "inverted-turn": MarkKind.TURN, "delayed-inverted-turn": MarkKind.TURN,
    "shake": MarkKind.TRILL, "haydn": MarkKind.TURN,
}  # fmt: skip
DYNAMICS = {
    "ppp": "ppp", "pp": "pp", "p": "p", "mp": "mp", "mf": "mf", "f": "f", "ff": "ff", "fff": "fff",
    "sfz": "sfz", "sf": "sfz", "rfz": "rfz", "rf": "rfz", "fp": "fp",
}  # fmt: skip
_LETTERS = re.compile(r"[fmnprsz]{1,8}")  # what dynamics are made of
_FINGERS = re.compile(r"\s*[1-5](?:\s*[-,/]?\s*[1-5])*\s*")


def mark(kind: MarkKind, text: str = "", placement: Placement | None = None) -> Mark:
    """A mark without a place in a text."""
    return Mark(kind, NOWHERE, text, placement)


def words(text: str, placement: Placement | None = None) -> Mark:
    """Words at a note, white space tidied."""
    return mark(MarkKind.MARKUP, " ".join(text.split()), placement)


def above_only(placement: Placement | None) -> Placement | None:
    """The side of a dynamic or hairpin where it is not the usual one."""
    return placement if placement is Placement.ABOVE else None


def dynamic_marks(
    element: Element, placement: Placement | None, index: int, losses: Losses
) -> list[Mark]:
    """The signs of a <dynamics>; those that Lilylet does not know are shown as words."""
    placement = above_only(placement)
    found = []
    for child in element:
        name = (child.text or "").strip() if child.tag == "other-dynamics" else child.tag
        known = DYNAMICS.get(name)
        if known:
            found.append(mark(MarkKind.DYNAMIC, known, placement))
        elif any(map(str.isalnum, name)):
            if _LETTERS.fullmatch(name):
                losses.add(f"The dynamic {name} is shown as words", index)
            found.append(words(name, placement))
    return found


def read_notations(notations: Element, note: RawNote, index: int, losses: Losses) -> None:
    """Add what a <notations> element says to its note; `index` is the measure's."""
    for child in notations:
        match child.tag:
            case "articulations" | "ornaments":
                for sign in child:
                    _read_sign(sign, note, index, losses)
            case "technical":
                for sign in child:
                    _read_technical(sign, note, index, losses)
            case "dynamics":
                note.marks += dynamic_marks(child, placement_of(child), index, losses)
            case _:
                _read_other(child, note, index, losses)


def _read_sign(sign: Element, note: RawNote, index: int, losses: Losses) -> None:
    kind = _SIGNS.get(sign.tag) or _NEAR.get(sign.tag)
    if kind is not None:
        if sign.tag in _NEAR:
            name, shown = sign.tag.replace("-", " "), kind.value
            losses.add(f"The sign “{name}” is shown as the nearest one: {shown}", index)
        note.marks.append(mark(kind))  # the engraver knows its side
    elif sign.tag == "tremolo":
        _read_tremolo(sign, note, index, losses)
    elif sign.tag == "accidental-mark":
        losses.add("An accidental over an ornament was left out", index)
    elif sign.tag == "wavy-line":
        if not any(mark.kind is MarkKind.TRILL for mark in note.marks):
            losses.add("The wavy line of a long trill was left out", index)
    elif sign.tag not in ("other-articulation", "other-ornament") or (sign.text or "").strip():
        losses.add(f"The sign “{sign.tag.replace('-', ' ')}” was left out", index)


def _read_tremolo(sign: Element, note: RawNote, index: int, losses: Losses) -> None:
    kind = sign.get("type", "single")
    n_strokes = whole_of(sign.text, 3)
    if kind in ("start", "stop"):
        note.tremolo, note.n_strokes = kind, n_strokes
    elif kind == "single" and 1 <= n_strokes <= 6:
        note.n_strokes = n_strokes
    else:
        losses.add("A tremolo without strokes was left out", index)


def _read_technical(sign: Element, note: RawNote, index: int, losses: Losses) -> None:
    if sign.tag != "fingering":
        losses.add(f"The sign “{sign.tag.replace('-', ' ')}” was left out", index)
        return
    text = (sign.text or "").strip()
    if _FINGERS.fullmatch(text):
        note.marks += [mark(MarkKind.FINGERING, digit) for digit in text if digit.isdigit()]
    elif text:
        losses.add("A fingering other than 1 to 5 is shown as words", index)
        note.marks.append(words(text, placement_of(sign)))


def _read_other(child: Element, note: RawNote, index: int, losses: Losses) -> None:
    kind = child.get("type", "")
    match child.tag:
        case "tied":
            if kind == "let-ring":
                losses.add("A tie that lets a note ring was left out", index)
        case "slur":
            if kind in ("start", "stop"):
                note.slurs.append(SlurEnd(child.get("number", "1"), kind == "start"))
        case "tuplet":
            _read_tuplet(child, note)
        case "fermata":
            is_short = (child.text or "").strip() in ("angled", "double-angled")
            side = Placement.BELOW if kind == "inverted" else None
            sign = MarkKind.SHORT_FERMATA if is_short else MarkKind.FERMATA
            note.marks.append(mark(sign, "", side))
        case "arpeggiate":
            if not any(mark.kind is MarkKind.ARPEGGIO for mark in note.marks):
                note.marks.append(mark(MarkKind.ARPEGGIO))
        case "glissando" | "slide":
            if kind == "start":
                note.marks.append(mark(MarkKind.GLISSANDO))
        case "non-arpeggiate":
            losses.add("The bracket of a chord that is not rolled was left out", index)
        case "accidental-mark" | "other-notation":
            losses.add("A sign without a name was left out", index)


def _read_tuplet(tuplet: Element, note: RawNote) -> None:
    number = tuplet.get("number", "1")
    if tuplet.get("type") == "stop":
        note.tuplet_stops.append(number)
    if tuplet.get("type") != "start":
        return
    actual = whole_of(text_of(tuplet, "tuplet-actual/tuplet-number"))
    normal = whole_of(text_of(tuplet, "tuplet-normal/tuplet-number"))
    if tuplet.findtext("tuplet-actual/tuplet-type") != tuplet.findtext("tuplet-normal/tuplet-type"):
        actual = normal = 0  # numbers of unlike notes are no ratio of lengths
    note.tuplet_starts.append(TupletStart(number, max(0, actual), max(0, normal)))
