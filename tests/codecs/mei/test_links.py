import pytest

from tests.codecs.scores import Engraved, attributes, elements, identifier, joined, mei


def test_a_slur_over_measures_stands_where_it_begins() -> None:
    first, second = elements(mei("c'4( d | e f) |"), "measure")
    assert attributes(first, "slur", "startid", "endid") == [
        (f"#{identifier(first, 'note')}", f"#{identifier(second, 'note', 1)}")
    ]
    assert not elements(second, "slur")


def test_a_note_may_end_one_slur_and_begin_the_next() -> None:
    root = mei("c'4( d)( e)")
    assert joined(root, "slur") == [("c", "d"), ("d", "e")]
    assert len(elements(mei("c'4( d() e)"), "slur")) == 2


@pytest.mark.parametrize("text", ["c'4( d", "c'4 d)", "c'4()"])
def test_half_a_slur_is_no_slur(text: str) -> None:
    assert not elements(mei(text), "slur")


def test_ties_join_the_pitches_that_both_chords_have() -> None:
    root = mei("<c' e>4~ <c e g>~ | c4~ cs4 |")
    assert joined(root, "tie") == [("c", "c"), ("e", "e"), ("c", "c")]


def test_ties_do_not_lead_over_rests_but_over_grace_notes() -> None:
    assert not elements(mei("c'4~ r c"), "tie")
    assert len(elements(mei("c'4~ \\grace d16 c4"), "tie")) == 1


def test_a_tie_follows_its_own_voice_of_the_staff() -> None:
    text = 'c\'4~ \\\\\n\\staff "2" e4 |\n\\staff "2" c\'4 \\\\\n\\staff "1" c\'4 |'
    root = mei(text)
    (tie,) = elements(root, "tie")
    assert tie.get("endid") == f"#{identifier(elements(root, 'measure')[1], 'note')}"


def test_a_hairpin_ends_with_its_end_a_dynamic_or_the_next_hairpin() -> None:
    assert joined(mei("c'4\\< d e\\! f"), "hairpin") == [("c", "e")]
    assert joined(mei("c'4\\< d e\\f f"), "hairpin") == [("c", "e")]
    assert joined(mei("c'4\\< d\\> e\\! f"), "hairpin") == [("c", "d"), ("d", "e")]
    assert joined(mei("c'4\\< d\\>\\! e\\!"), "hairpin") == [("c", "d"), ("d", "e")]


def test_slurs_and_hairpins_may_end_in_another_voice_of_their_part() -> None:
    assert joined(mei("c'4( d \\\\ e f)"), "slur") == [("c", "f")]
    assert joined(mei("c'4\\< d \\\\ e f\\!"), "hairpin") == [("c", "f")]
    assert not joined(mei("c'4\\< d \\\\\\ e f\\!"), "hairpin")


def test_a_hairpin_over_one_note_ends_with_it() -> None:
    assert attributes(mei("c'4 d2\\<\\!"), "hairpin", "tstamp2", "endid") == [("0m+4", None)]


def test_an_ottava_is_one_line_over_measures() -> None:
    text = "\\ottava #1 c'''4 d |\n\\ottava #1 c'''4 r \\ottava #0 c4 |"
    assert attributes(mei(text), "octave", "dis", "dis.place") == [("8", "above")]
    assert joined(mei(text), "octave") == [("c", "rest")]


def test_an_ottava_that_is_never_ended_ends_with_its_voice() -> None:
    root = mei("\\ottava #-2 c'4 d")
    assert attributes(root, "octave", "dis", "dis.place") == [("15", "below")]
    assert joined(root, "octave") == [("c", "d")]


def test_a_glissando_reaches_over_the_barline() -> None:
    root = mei("c'4\\glissando | e |")
    assert joined(root, "gliss") == [("c", "e")]


def test_verovio_accepts_all_spanners() -> None:
    text = "\\ottava #1 c''4(\\< d~ | d\\! e8[ f | g] a) \\ottava #0 b4\\sustainOn c\\sustainOff |"
    engraved = Engraved(text)
    assert engraved.is_loaded
    assert engraved.warnings == []
