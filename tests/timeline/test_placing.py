from fractions import Fraction

from lilydesk.lilylet import parse_document
from lilydesk.notation import Chord
from lilydesk.timeline.placing import clef_points, placed_events, voice_keys


def test_events_inside_tuplets_are_placed_to_scale() -> None:
    measure = parse_document("c'4 \\times 2/3 { d8 e f } g4").document.measures[0]
    ((_, voice),) = voice_keys(measure)
    chords = [p for p in placed_events(voice, Fraction(4)) if isinstance(p.event, Chord)]
    assert [placed.onset for placed in chords] == [0, 1, Fraction(4, 3), Fraction(5, 3), 2]


def test_a_full_measure_rest_takes_what_the_time_signature_says() -> None:
    measure = parse_document("\\time 3/4 R1 |").document.measures[0]
    ((_, voice),) = voice_keys(measure)
    assert placed_events(voice, Fraction(3))[-1].length == 3


def test_of_several_clefs_only_the_changes_count_in_order_of_time() -> None:
    text = 'c\'2 \\clef "treble" d \\\\\n\\clef "bass" c,4 \\clef "bass" d2. |'
    measure = parse_document(text).document.measures[0]
    points = clef_points(measure, (0,), {})
    assert [(point.onset, point.clef.shape) for point in points] == [(0, "F"), (2, "G")]
