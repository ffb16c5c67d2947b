from tests.codecs.scores import Engraved, attributes, elements, mei

GRAND_STAFF = '\\staff "1" c\'4 \\\\\n\\staff "2" c4'


def test_a_part_of_two_staves_has_a_brace() -> None:
    root = mei(f"{GRAND_STAFF} \\\\\\\ne4 |")
    assert attributes(root, "staffGrp", "symbol", "bar.thru") == [(None, None), ("brace", "true")]


def test_the_header_draws_the_groups() -> None:
    text = f"[staves \"<[-].> {{-}}\"]\nc'4 \\\\\\\nc'4 \\\\\\\nc'4 \\\\\\\n{GRAND_STAFF} |"
    root = mei(text)
    assert attributes(root, "staffGrp", "symbol") == [
        (None,),
        ("bracket",),
        ("bracketsq",),
        ("brace",),
    ]
    assert Engraved(text).warnings == []


def test_a_header_of_another_size_is_left_aside() -> None:
    root = mei(f'[staves "<a-b-c>"]\n{GRAND_STAFF} |')
    assert attributes(root, "staffGrp", "symbol") == [(None,), ("brace",)]


def test_names_stand_at_their_staff_or_group() -> None:
    headers = '[instrument-1-2 "Piano" "Pno."]\n[instrument-3 "Flute & co."]\n'
    root = mei(f"{headers}{GRAND_STAFF} \\\\\\\ne4 |")
    piano = elements(root, "staffGrp")[1]
    assert [label.text for label in elements(piano, "label")] == ["Piano"]
    assert [label.text for label in elements(piano, "labelAbbr")] == ["Pno."]
    assert [label.text for label in elements(root, "label")] == ["Piano", "Flute & co."]


def test_named_staves_find_their_names() -> None:
    root = mei('[staves "{r-l}"]\n[instrument-r-l "Piano"]\n' + GRAND_STAFF)
    assert [label.text for label in elements(root, "label")] == ["Piano"]


def test_each_staff_begins_with_its_own_clef() -> None:
    text = '\\staff "1" c\'4 \\\\\n\\staff "2" \\clef "bass" c4 |\n'
    assert attributes(mei(text), "staffDef", "clef.shape", "clef.line") == [("G", "2"), ("F", "4")]


def test_a_staff_that_enters_later_has_its_clef_from_the_start() -> None:
    text = 'c\'4 |\n\\staff "2" \\clef "bass" c4 |'
    root = mei(text)
    assert attributes(root, "staffDef", "clef.shape") == [("G",), ("F",)]
    assert not elements(root, "clef")
