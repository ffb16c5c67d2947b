"""New measures put into the composer's text: their spans are exchanged, and nothing else.

Where a voice goes on in the same line after the passage, its next note counts its octave, and may
take its duration, from the new music. Only there is a note outside spelt anew, to stay what it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from lilydesk.composing.framework import Free, is_free
from lilydesk.composing.passage import Passage
from lilydesk.composing.remainder import separator_of
from lilydesk.composing.voice_places import VoicePlace, voice_at, voices_of
from lilydesk.lilylet import parse_document
from lilydesk.lilylet.edits import TextEdit, apply_edits, settle
from lilydesk.lilylet.edits.atoms import Atom, read_measure
from lilydesk.lilylet.edits.settle import Target, as_it_is
from lilydesk.lilylet.tokens import TOKEN
from lilydesk.lilylet.voice_writer import write_key, write_time
from lilydesk.notation import Measure, Part, Voice
from lilydesk.notation.event import KeyChange, TimeChange
from lilydesk.notation.span import Span
from lilydesk.notation.walk import is_timed

Targets = dict[VoicePlace, list[Target]]


@dataclass(frozen=True, slots=True)
class Splice:
    """New measures as edits of the text."""

    edits: tuple[TextEdit, ...]  # in the order of the text
    text: str  # after them
    n_outside: int  # notes outside the passage that had to be spelt anew


def merged(new: Measure, old: Measure, free: Free) -> Measure:
    """The old measure with the voices that are free exchanged for those of the new one."""
    if free is None:
        return new
    return replace(
        old,
        parts=tuple(
            Part(
                tuple(
                    _exchanged(voice, voice_at(new, (part, number)))
                    if (part, number) in free
                    else voice
                    for number, voice in enumerate(content.voices)
                )
            )
            for part, content in enumerate(old.parts)
        ),
    )


def _exchanged(old: Voice, new: Voice | None) -> Voice:
    return new if new is not None and new.staff == old.staff else old


def splice(passage: Passage, measures: Sequence[Measure]) -> Splice | None:
    """Put these measures in place of the passage; None where that cannot be done for certain."""
    parsed = passage.parsed
    writer = passage.writer()
    edits: list[TextEdit] = []
    new_targets: dict[int, tuple[Targets, bool]] = {}  # by chunk; whole = all voices are new
    for index, measure in enumerate(measures):
        chunk = passage.chunks[index]
        text = writer.write(passage.in_composers_manner(measure, index))
        lines = text.split("\n")
        start, old = parsed.chunk_starts[chunk], passage.old[index]
        by_voice = list(_voice_edits(parsed.text, start, old, lines, passage.free))
        is_whole = not by_voice or len(lines) != len(list(voices_of(old)))
        if is_whole and passage.free is not None:
            return None
        edits += [_measure_edit(parsed.text, start, old, lines)] if is_whole else by_voice
        new_targets[chunk] = (_targets_of(text), is_whole)
    first, last = passage.chunks[0], passage.chunks[-1]
    atoms = [a for chunk in range(first, last + 1) for a in read_measure(parsed, chunk).atoms]
    targets = list(_all_targets(atoms, passage.free, new_targets))
    result = settle.resettled(parsed, edits, settle.Passage(first, last, targets))
    if not result and result.reason != settle.UNCHANGED:
        return None
    inside = [edit.span for edit in edits]
    outside = [e for e in result.edits if not any(_lies_in(e.span, span) for span in inside)]
    return Splice(result.edits, apply_edits(parsed.text, result.edits), len(outside))


def _lies_in(span: Span, other: Span) -> bool:
    return other.start <= span.start and span.end <= other.end


# -- the text


def _voice_edits(
    text: str, start: int, old: Measure, lines: Sequence[str], free: Free
) -> Iterator[TextEdit]:
    """One edit for each new voice; none at all where voices do not stand one for one."""
    voices = list(voices_of(old))
    if len(lines) != len(voices) or any(not voice.events for _, voice in voices):
        return
    spans = [voice.span for place, voice in voices if is_free(free, place)]
    if any(one.end > other.start for one, other in pairwise(spans)):
        return  # there is a separator within a group
    for index, line in enumerate(lines):
        if separator_of(line).strip() != _separator_after(voices, index):
            return
    for (place, voice), line in zip(voices, lines, strict=True):
        if is_free(free, place):
            span = voice.span.shifted(start)
            words = line[: len(line) - len(separator_of(line))]
            words = _own_signatures(voice, place) + words
            if text[: span.start].endswith("\\") and words.startswith("\\"):
                words = f" {words}"  # else two backslashes and one would part parts
            yield TextEdit(span, words + _comments_in(text, span))


def _separator_after(voices: Sequence[tuple[VoicePlace, Voice]], index: int) -> str:
    if index + 1 == len(voices):
        return ""
    return "\\\\" if voices[index + 1][0][0] == voices[index][0][0] else "\\\\\\"


def _own_signatures(voice: Voice, place: VoicePlace) -> str:
    """Key and time that a voice other than the first says, in front of its notes."""
    words = []
    for event in voice.events if place != (0, 0) else ():
        if is_timed(event):
            break
        if isinstance(event, KeyChange):
            words.append(write_key(event.key))
        elif isinstance(event, TimeChange):
            words.append(write_time(event.time))
    return "".join(f"{word} " for word in words)


def _comments_in(text: str, span: Span) -> str:
    """The comments of a stretch of text, to stand behind what takes its place."""
    found = []
    position = span.start
    while position < span.end and (match := TOKEN.match(text, position)) is not None:
        if match.lastgroup == "comment" and match.end() <= span.end:
            found.append(match["comment"])
        position = match.end()
    return "".join(f" {comment}\n" for comment in found)


def _measure_edit(text: str, start: int, old: Measure, lines: Sequence[str]) -> TextEdit:
    span = old.span.shifted(start)
    written = text[span.start : span.end]
    has_lines = "\n" in written or len(lines) == 1
    words = ("\n" if has_lines else " ").join(lines) + _comments_in(text, span)
    if written.endswith("|"):
        words += "|" if words.endswith("\n") else " |"
    return TextEdit(span, words)


# -- the pitches and durations that must come out


def _targets_of(text: str) -> Targets:
    """What the voices of a canonical measure say, by their places."""
    found: Targets = {}
    for atom in read_measure(parse_document(f"{text} |\n"), 0).atoms:
        found.setdefault(atom.place, []).append(as_it_is(atom))
    return found


def _all_targets(
    atoms: Sequence[Atom], free: Free, new: dict[int, tuple[Targets, bool]]
) -> Iterator[Target]:
    """Targets of the passage in the order of the text after the edits."""
    done: set[tuple[int, VoicePlace | None]] = set()
    for atom in atoms:
        if atom.chunk not in new:
            yield as_it_is(atom)
            continue
        targets, is_whole = new[atom.chunk]
        if is_whole:
            if (atom.chunk, None) not in done:
                done.add((atom.chunk, None))
                yield from (target for voice in targets.values() for target in voice)
        elif not is_free(free, atom.place):
            yield as_it_is(atom)
        elif (atom.chunk, atom.place) not in done:
            done.add((atom.chunk, atom.place))
            yield from targets.get(atom.place, [])
