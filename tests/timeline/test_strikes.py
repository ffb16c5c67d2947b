from __future__ import annotations

import pytest

from lilydesk.lilylet import parse_document
from lilydesk.timeline import perform
from lilydesk.timeline.strikes import struck_pitches
from tests.lilylet.cases import case_names, case_text


def pitches(text: str) -> list[int]:
    return struck_pitches(parse_document(text).document)


def test_ties_strike_once_in_their_own_voice_and_only_without_a_gap() -> None:
    assert pitches("c'4~ c d~ r | d2~ | d2 |") == [72, 74, 74]
    assert pitches("c'2~ | r2 \\\\ c'2 |") == [72, 72]


def test_a_clef_moves_what_is_struck_until_the_next_one() -> None:
    assert pitches('c4 \\clef "treble_8" c | c \\clef "treble" c |') == [60, 48, 48, 60]


def test_grace_notes_and_ornaments_do_not_count_but_strokes_of_a_tremolo_do() -> None:
    assert pitches("\\grace c8 d4\\trill \\repeat tremolo 2 { e8 g }") == [62, 64, 67, 64, 67]


@pytest.mark.parametrize("name", case_names()[::8])
def test_a_performance_strikes_the_same(name: str) -> None:
    document = parse_document(case_text(name)).document
    performance = perform(document)
    turns = [measure.measure_index for measure in performance.measures]
    odd = ("\\grace", "\\trill", "\\turn", "\\mordent", "\\prall", "\\arpeggio", "4:", "2:", "8:")
    if turns != list(range(len(turns))) or any(word in case_text(name) for word in odd):
        pytest.skip("repeats, grace notes and ornaments are played, but not counted")
    if max(struck_pitches(document), default=0) > 127:
        pytest.skip("beyond what MIDI has")
    notes = sorted(performance.notes, key=lambda note: (note.onset, note.midi))
    assert struck_pitches(document) == [note.midi for note in notes]
