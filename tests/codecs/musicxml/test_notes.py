"""Notes, chords, rests, tuplets, grace notes and what hangs on them."""

from __future__ import annotations

from tests.codecs.musicxml.scores import back, chord, imported, lilylet, note, written

TRIPLET = (
    "<time-modification><actual-notes>3</actual-notes>"
    "<normal-notes>2</normal-notes></time-modification>"
)


def notations(inside: str) -> str:
    return f"<notations>{inside}</notations>"


def test_notes_chords_and_rests_are_read_with_their_values() -> None:
    assert written(note("C4") + chord("E4", "G4", duration=24) + note("r")) == ("c4 <e g>2 r4 | %1")


def test_a_value_that_is_not_named_is_found_by_its_duration() -> None:
    assert written(note("C4", 18, type="") + note("D4", 30, type="")) == "c4. d2~ d8 | %1"


def test_a_rest_that_fills_the_measure_becomes_a_full_measure_rest() -> None:
    assert written('<note><rest measure="yes"/><duration>48</duration></note>') == "R1 | %1"


def test_triplets_are_closed_where_they_are_complete_even_without_brackets() -> None:
    eighths = "".join(note(f"{step}4", 4, TRIPLET, type="eighth") for step in "CDEFGA")
    assert written(eighths + note("G4", 24)) == (
        "\\tuplet 3/2 { c8 d e } \\tuplet 3/2 { f8 g a } g2 | %1"
    )


def test_a_bracket_holds_the_notes_between_its_ends() -> None:
    first = note("C4", 8, TRIPLET + notations('<tuplet type="start"/>'), type="quarter")
    last = note("D4", 4, TRIPLET + notations('<tuplet type="stop"/>'), type="eighth")
    assert written(first + last + note("r", 36, "<dot/>", type="half")) == (
        "\\tuplet 3/2 { c4 d8 } r2. | %1"
    )


def test_tuplets_inside_tuplets_keep_both_ratios() -> None:
    nested = TRIPLET.replace("3<", "9<").replace("2<", "4<")
    outer = (
        '<tuplet number="1" type="start"><tuplet-actual><tuplet-number>3</tuplet-number>'
        "</tuplet-actual><tuplet-normal><tuplet-number>2</tuplet-number></tuplet-normal></tuplet>"
    )
    inner = [
        note(pitch, 0, nested + notations(f'<tuplet number="2" type="{kind}"/>'), type="eighth")
        for pitch, kind in (("D4", "start"), ("E4", ""), ("F4", "stop"))
    ]
    first = note("C4", 8, TRIPLET + notations(outer), type="quarter")
    last = note("G4", 8, TRIPLET + notations('<tuplet number="1" type="stop"/>'), type="quarter")
    assert written(first + "".join(inner) + last) == (
        "\\partial 2 \\tuplet 3/2 { c4 \\tuplet 3/2 { d8 e f } g4 } | %1"
    )


def test_a_seven_that_divisions_cannot_divide_is_exact_all_the_same() -> None:
    seven = TRIPLET.replace("3<", "7<").replace("2<", "4<")
    notes = "".join(note("C4", length, seven, type="16th") for length in (2, 1, 2, 2, 2, 1, 2))
    assert written(notes + note("D4", 36, "<dot/>", type="half")) == (
        "\\tuplet 7/4 { c16 c c c c c c } d2. | %1"
    )


def test_ties_slurs_beams_and_articulations_follow_their_notes() -> None:
    tied = '<tie type="start"/>' + notations(
        '<slur type="start"/><articulations><staccato/><accent/></articulations>'
    )
    text = written(
        note("C4", 24, tied)
        + note("C4", 12, '<tie type="stop"/>')
        + note("D4", 6, "<beam>begin</beam>")
        + note("E4", 6, "<beam>end</beam>" + notations('<slur type="stop"/>'))
    )
    assert text == "c2-.->~( c4 d8[ e]) | %1"


def test_a_tie_into_another_voice_finds_room_in_its_own() -> None:
    low = note("C4", 48, voice="2", inside='<tie type="start"/>')
    high = note("E5", 48, voice="1")
    after = note("E5", 24, voice="1") + note("r", 24, voice="1")
    tied_on = after.replace(
        "</note>", '</note><note><chord/><pitch><step>C</step><octave>4</octave></pitch>'
        "<duration>24</duration><tie type=\"stop\"/><voice>1</voice><type>half</type></note>", 1,
    )  # fmt: skip
    score = imported(high + back(48) + low, tied_on)
    assert lilylet(score).endswith("e'2 r \\\\\nc2 s | %2")
    assert "c1~" in lilylet(score)
    assert score.losses == ()


def test_a_tie_that_cannot_be_kept_is_told() -> None:
    score = imported(note("C4", 24, '<tie type="start"/>') + note("D4", 24))
    assert "~" not in lilylet(score)
    assert score.losses == (
        "A tie that leads to no note of the same voice was left out (measure 1).",
    )


def test_a_clef_stands_before_the_grace_notes_that_lead_to_its_note() -> None:
    grace = (
        "<note><grace/><pitch><step>D</step><octave>3</octave></pitch>"
        "<voice>1</voice><type>eighth</type></note>"
    )
    bass = "<attributes><clef><sign>F</sign><line>4</line></clef></attributes>"
    assert written(note("C4", 24) + bass + grace + note("C3", 24)) == (
        'c2 \\clef "bass" \\grace { d,8 } c2 | %1'
    )


def test_grace_notes_take_no_time_and_a_lost_stroke_is_told() -> None:
    grace = (
        '<note><grace slash="yes"/><pitch><step>D</step><octave>4</octave></pitch>'
        "<type>eighth</type></note>"
    )
    score = imported(grace + note("C4", 48))
    assert lilylet(score) == "\\grace { d8 } c1 | %1"
    assert score.losses == ("The stroke through a grace note was left out (measure 1).",)


def tremolo(n_strokes: int, kind: str = "single") -> str:
    return notations(f'<ornaments><tremolo type="{kind}">{n_strokes}</tremolo></ornaments>')


def test_single_and_double_tremolos_are_read() -> None:
    halved = TRIPLET.replace("3<", "2<", 1).replace("2</normal", "1</normal")
    first = note("C4", 12, halved + tremolo(2, "start"), type="half")
    second = note("E4", 12, halved + tremolo(2, "stop"), type="half")
    assert written(note("G4", 24, tremolo(3)) + first + second) == (
        "g'2:32 \\repeat tremolo 4 { c,16 e16 } | %1"
    )


def test_fingerings_ornaments_and_arpeggios_are_read() -> None:
    inside = notations(
        "<technical><fingering>5</fingering></technical><ornaments><trill-mark/></ornaments>"
        "<arpeggiate/><fermata/>"
    )
    assert written(note("C4", 48, inside)) == "c1-5\\trill\\arpeggio\\fermata | %1"


def test_what_has_no_pitch_leaves_empty_time_and_is_told() -> None:
    drum = "<note><unpitched/><duration>24</duration><type>half</type></note>"
    score = imported(drum + note("C4", 24))
    assert lilylet(score) == "s2 c | %1"
    assert "without a pitch" in score.losses[0]


def test_a_printed_accidental_that_is_implied_stays_a_courtesy() -> None:
    assert written(note("C4", 24, accidental="natural") + note("D4", 24)) == "c!2 d | %1"


def test_verses_hyphens_and_skipped_notes_are_read() -> None:
    begin = '<lyric number="1"><syllabic>begin</syllabic><text>Freu</text></lyric>'
    end = '<lyric number="1"><syllabic>end</syllabic><text>de</text><extend/></lyric>'
    second = '<lyric number="2"><text>Lied</text></lyric>'
    text = written(note("C4", 12, begin) + note("D4", 12, end + second) + note("E4") + note("r"))
    assert text == "c4 d e r \\addlyrics { Freu -- de __ } \\addlyrics { _ Lied } | %1"


def test_hidden_rests_and_gaps_are_empty_time() -> None:
    forward = "<forward><duration>24</duration></forward>"
    hidden = note("r").replace("<note>", '<note print-object="no">')
    assert written(note("C4") + forward + hidden) == "c4 s2 s4 | %1"
