from __future__ import annotations

from lilydesk.app.bundles import Style
from lilydesk.app.style_lists import composers_of, genres_of, period_of, periods_of, style_hint

STYLES = [
    Style("Baroque", "Bach", "Keyboard"),
    Style("Baroque", "Bach", "Choral"),
    Style("Romantic", "Schubert", "Art Song"),
    Style("Romantic", "Schubert", "Keyboard"),
    Style("Romantic", "Chopin", "Keyboard"),
]


def test_a_period_narrows_composers_and_genres() -> None:
    assert composers_of(STYLES, "Romantic") == ["Chopin", "Schubert"]
    assert genres_of(STYLES, "Romantic") == ["Art Song", "Keyboard"]


def test_composer_and_genre_narrow_each_other() -> None:
    assert genres_of(STYLES, "", "Bach") == ["Choral", "Keyboard"]
    assert composers_of(STYLES, "", "Art Song") == ["Schubert"]


def test_a_word_nobody_knows_narrows_nothing() -> None:
    assert composers_of(STYLES, "Medieval", "Opera") == ["Bach", "Chopin", "Schubert"]


def test_a_composer_brings_the_period_along() -> None:
    assert period_of(STYLES, "Chopin") == "Romantic"
    assert period_of(STYLES, "Nobody") == ""
    assert periods_of(STYLES) == ["Baroque", "Romantic"]


def test_a_style_that_the_model_knows_needs_no_hint() -> None:
    assert style_hint(STYLES, "Romantic", "", "Keyboard") == ""
    assert style_hint([], "Bogus", "Nobody", "Nothing") == ""


def test_a_hint_names_what_is_unknown_and_what_is_near() -> None:
    assert style_hint(STYLES, "romantik", "Chopan", "Nothing") == (
        "The model knows no period “romantik”. Did you mean “Romantic”? "
        "The model knows no composer “Chopan”. Did you mean “Chopin”? "
        "The model knows no genre “Nothing”. It knows Art Song, Choral, Keyboard."
    )


def test_a_surname_is_near_the_whole_name() -> None:
    styles = [Style("Classical", "Mozart, Wolfgang Amadeus", "Chamber")]
    assert "“Mozart, Wolfgang Amadeus”?" in style_hint(styles, "", "mozart", "")


def test_words_that_the_model_knows_but_not_together_are_told() -> None:
    assert style_hint(STYLES, "Baroque", "Chopin", "Keyboard") == (
        "The model knows “Baroque” and “Chopin” and “Keyboard”, but not together. "
        "The nearest that it knows is Romantic / Chopin / Keyboard."
    )
    assert style_hint(STYLES, "", "Chopin", "Choral").endswith("Romantic / Chopin / Keyboard.")
    assert style_hint(STYLES, "Romantic", "", "Keyboard") == ""
