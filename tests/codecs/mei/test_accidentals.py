from lilydesk.codecs.mei import AccidentalStyle
from tests.codecs.scores import elements, mei, signs

CONVENTIONAL = AccidentalStyle.CONVENTIONAL


def test_a_note_in_the_key_shows_no_sign_but_sounds_altered() -> None:
    (note,) = elements(mei("\\key g \\major fs'4"), "note")
    assert (note.get("accid"), note.get("accid.ges")) == (None, "s")


def test_every_note_style_repeats_what_departs_from_the_key() -> None:
    assert signs(mei("\\key g \\major fs'4 f f f! | cs cs c c |")) == [
        *(None, "n", None, "n"),
        *("s", "s", "n", None),
    ]


def test_conventional_style_writes_a_sign_once_in_a_measure() -> None:
    assert signs(mei("cs'4 cs c c | cs |", CONVENTIONAL)) == ["s", None, "n", None, "s"]


def test_conventional_style_shows_what_the_composer_insists_on() -> None:
    assert signs(mei("c'!4 cs cs!", CONVENTIONAL)) == ["n", "s", "s"]


def test_conventional_style_cancels_the_sign_of_another_voice() -> None:
    text = "cs''4 d e f \\\\\ns4 c'' c c |"
    assert signs(mei(text, CONVENTIONAL)) == ["s", None, None, None, "n", None, None]


def test_conventional_style_keeps_staves_apart() -> None:
    text = '\\staff "1" cs\'4 d \\\\\n\\staff "2" s4 c\' |'
    assert signs(mei(text, CONVENTIONAL)) == ["s", None, None]


def test_conventional_style_shows_both_of_two_pitches_at_one_moment() -> None:
    assert signs(mei("cs'4 \\\\\nc'4 |", CONVENTIONAL)) == ["s", "n"]


def test_conventional_style_leaves_a_tied_note_bare_and_the_next_one_not() -> None:
    assert signs(mei("r2. cs'4~ | cs cs c c |", CONVENTIONAL)) == ["s", None, "s", "n", None]


def test_conventional_style_follows_grace_notes() -> None:
    assert signs(mei("\\grace { cs'16 d } c4 c", CONVENTIONAL)) == ["s", None, "n", None]


def test_octaves_are_places_of_their_own() -> None:
    assert signs(mei("cs'4 c'", CONVENTIONAL)) == ["s", None]


def test_double_accidentals_have_their_own_names() -> None:
    assert signs(mei("css'4 dff")) == ["x", "ff"]
