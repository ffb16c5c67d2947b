import pytest

from tests.codecs.scores import ID, Engraved, attributes, elements, joined, layers, mei, names


def test_ids_are_places_in_the_text() -> None:
    root = mei("c'4 <e g>2 r4 |\nR1 |")
    ids = {element.get(ID) for element in root.iter()}
    assert {"m0", "m0-n0", "m0-c4", "m0-n5", "m0-n7", "m0-r11", "m1"} <= ids


def test_verovio_keeps_the_ids() -> None:
    assert 'id="m0-n4"' in Engraved("c'4 d").svg


def test_every_voice_is_a_layer_of_its_staff() -> None:
    root = mei('\\staff "1" c\'4 \\\\\n\\staff "2" c4 \\\\\n\\staff "2" e4 |')
    assert [len(elements(staff, "layer")) for staff in elements(root, "staff")] == [1, 2]


def test_staff_numbers_restart_in_each_part() -> None:
    text = '\\staff "1" c\'4 \\\\\n\\staff "2" c4 \\\\\\\n\\staff "1" e4 |\nc4 |'
    first, second = elements(mei(text), "measure")
    assert [staff.get("n") for staff in elements(first, "staff")] == ["1", "2", "3"]
    assert [len(elements(staff, "note")) for staff in elements(second, "staff")] == [1, 0, 0]


def test_cross_staff_notes_stay_in_their_layer() -> None:
    root = mei('\\staff "2" c\'4 \\staff "1" d <e g> \\staff "2" f')
    assert attributes(root, "note", "staff")[:2] == [(None,), ("1",)]
    assert attributes(root, "chord", "staff") == [("1",)]
    assert [names(layer) for layer in elements(root, "layer")] == [
        [],
        ["note", "note", "chord", "note"],
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("R1", ["mRest"]),
        ("R1 c'4", ["rest", "note"]),
        ("s4 c'", ["space", "note"]),
        ("r4 c'", ["rest", "note"]),
    ],
)
def test_rests_by_kind(text: str, expected: list[str]) -> None:
    assert layers(mei(text)) == [expected]


def test_a_positioned_rest_names_its_place() -> None:
    assert attributes(mei("g'4\\rest"), "rest", "ploc", "oloc") == [("g", "4")]


def test_grace_notes_take_no_time() -> None:
    engraved = Engraved("\\grace { d'16 e } c4 d")
    assert engraved.onset(3) == 1


def test_tuplets_nest() -> None:
    root = mei("\\tuplet 3/2 { c'4 \\tuplet 3/2 { d8 e f } g4 }")
    outer, inner = elements(root, "tuplet")
    assert names(outer) == ["note", "tuplet", "note"]
    assert (inner.get("num"), inner.get("numbase")) == ("3", "2")


def test_an_empty_tuplet_leaves_no_element() -> None:
    assert layers(mei("\\times 2/3 { } c'4")) == [["note"]]


def test_a_double_tremolo_shows_its_whole_length_twice() -> None:
    root = mei("\\repeat tremolo 4 { c'16 e } d2")
    assert attributes(root, "fTrem", "beams") == [("2",)]
    assert attributes(root, "note", "dur") == [("2",), ("2",), ("2",)]
    engraved = Engraved("\\repeat tremolo 4 { c'16 e } d2")
    assert engraved.onset(2) == 2


def test_a_double_tremolo_of_a_length_without_note_leaves_space() -> None:
    assert layers(mei("\\repeat tremolo 5 { c'16 e }")) == [["fTrem", "space"]]


def test_a_single_tremolo_adds_strokes_to_the_flags() -> None:
    assert attributes(mei("c'4:32 c8:32 c8:8"), "note", "stem.mod") == [
        ("3slash",),
        ("2slash",),
        (None,),
    ]


def test_articulations_keep_their_side() -> None:
    root = mei("c'4->-. d^>")
    assert attributes(root, "note", "artic") == [("acc stacc",), (None,)]
    assert attributes(root, "artic", "artic", "place") == [("acc", "above")]


def test_written_octaves_under_an_ottava() -> None:
    root = mei("\\ottava #1 c'''4 |\nc'''4 \\ottava #0 c |")
    assert attributes(root, "note", "oct", "oct.ges") == [("6", "7"), ("6", "7"), ("7", None)]


def test_a_transposing_clef_moves_the_sound_and_shows_its_eight() -> None:
    text = '\\clef "treble_8" c\'4 d | \\clef "treble" e |'
    root = mei(text)
    (first,) = [d for d in elements(root, "staffDef") if d.get("clef.shape")]
    assert (first.get("clef.dis"), first.get("clef.dis.place")) == ("8", "below")
    assert [d.get("trans.semi") for d in elements(root, "staffDef")] == ["-12", "0"]
    engraved = Engraved(text)
    assert engraved.midi(0) == 72  # before the staff's transposition


def test_clef_changes_stand_before_the_barline_and_only_once() -> None:
    text = 'c\'1 |\n\\clef "bass" c,1 \\\\\n\\clef "bass" e,1 |\n\\clef "bass" c,1 |'
    root = mei(text)
    assert layers(root) == [["note", "clef"], ["note"], ["note"], ["note"]]


def test_a_clef_inside_a_measure_stands_in_its_place() -> None:
    root = mei('\\clef "treble" c\'4 \\clef "bass" c,, d')
    assert layers(root) == [["note", "clef", "note", "note"]]


def test_stems_point_where_the_text_says() -> None:
    root = mei("\\stemUp c'4 \\stemDown d \\stemNeutral e")
    assert attributes(root, "note", "stem.dir") == [("up",), ("down",), (None,)]


def test_lyrics_skip_rests_and_grace_notes() -> None:
    root = mei("c'4 \\grace d16 r4 e f \\addlyrics { Freu -- de, schö }")
    sung = [
        (note.get("pname"), [syl.text for syl in elements(note, "syl")])
        for note in elements(root, "note")
    ]
    assert sung == [("c", ["Freu"]), ("d", []), ("e", ["de,"]), ("f", ["schö"])]
    assert attributes(root, "syl", "con", "wordpos")[:2] == [("d", "i"), (None, "t")]


def test_an_extender_needs_a_note_to_lead_to() -> None:
    text = "c'4 d e \\addlyrics { ah __ oh __ _ }"
    assert attributes(mei(text), "syl", "con") == [(None,), ("u",)]
    assert Engraved(text).warnings == []


def test_text_is_escaped_and_line_feeds_are_breaks() -> None:
    (direction,) = elements(mei('c\'4^\\markup "a < b\\n& c"'), "dir")
    assert names(direction) == ["lb"]
    assert "".join(direction.itertext()) == "a < b& c"


def test_a_tempo_mark_says_its_beat() -> None:
    root = mei('\\tempo "Allegro" 4.=96 c\'4')
    assert attributes(root, "tempo", "mm", "mm.unit", "mm.dots", "midi.bpm", "tstamp") == [
        ("96", "4", "1", "144", "1")
    ]


def test_a_tempo_behind_a_rest_that_fills_its_voice_stands_at_the_start() -> None:
    root = mei('\\time 3/4 R1 \\tempo "Lento" \\\\\nc4 d e \\tempo "Presto" | r2. \\tempo 4=60 |')
    assert attributes(root, "tempo", "tstamp") == [("1",), ("4",), ("1",)]


def test_what_stands_before_a_note_hangs_on_it() -> None:
    root = mei("c'4 \\chords \"Am\" d \\\\\n\\p c'4 |")
    assert attributes(root, "harm", "tstamp") == [("2",)]
    assert joined(root, "dynam") == [("c",)]
