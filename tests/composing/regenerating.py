"""A piano piece whose measures are written anew, and what is asked of the result."""

from __future__ import annotations

from dataclasses import replace

from lilydesk.composing.candidate import Candidate
from lilydesk.composing.regenerate import RegenerateRequest, regenerate
from lilydesk.lilylet import parse_document
from lilydesk.lilylet.edits.atoms import read_atoms
from tests.composing.fake_engine import FakeEngine

PIANO = """%Romantic
[title "Waltz"]

\\staff "1" \\key g \\major \\time 3/4 \\clef "treble" d'4( e8[ f] g4) \\\\
\\staff "2" \\clef "bass" c,2. | %1

\\staff "1" \\key g \\major \\time 3/4 a'4 b c~ \\\\
\\staff "2" g2. | %2

% the turn
\\staff "1" \\key g \\major \\time 3/4 c'4( b a % here
 \\\\
\\staff "2" c,4 e g~ | %3

\\staff "1" \\key g \\major \\time 3/4 \\tempo "Lento" 4=60 g'4 a b) \\\\
\\staff "2" g4 d b | %4

\\staff "1" \\key g \\major \\time 3/4 c''2. \\bar "|." \\\\
\\staff "2" c,2. | %5
"""


def candidates(text: str, engine: FakeEngine | None = None, **values) -> list[Candidate]:
    request = RegenerateRequest(text, values.pop("first", 2), values.pop("n", 1), n_candidates=1)
    return list(regenerate(engine or FakeEngine(), replace(request, **values), lambda: False))


def regenerated(text: str, engine: FakeEngine | None = None, **values) -> str:
    return candidates(text, engine, **values)[0].text


def outside(text: str, first: int, n_measures: int, voices: frozenset | None) -> list[object]:
    parsed = parse_document(text)
    full = [i for i, chunk in enumerate(parsed.chunks) if chunk.measure is not None]
    inside = set(full[first : first + n_measures])
    return [
        (atom.chunk, atom.place, atom.pitches, atom.rest, atom.duration, atom.is_grace)
        for atom in read_atoms(parsed).atoms
        if atom.chunk not in inside or (voices is not None and atom.place not in voices)
    ]
