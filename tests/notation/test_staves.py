import pytest

from lilydesk.lilylet import parse_document
from lilydesk.notation.document import InstrumentName
from lilydesk.notation.staves import (
    StaffGroup,
    StaffLeaf,
    parse_staff_layout,
    part_instruments,
    part_staves,
    staff_layout,
    staff_names,
    staff_offsets,
)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("{-}", ["1", "2"]),
        ("<[-].> {-} <>", ["1", "2", "3", "4", "5", "6"]),
        ("<[v1-v2].va> {pl-pr} <b>", ["v1", "v2", "va", "pl", "pr", "b"]),
        ("a b", ["a", "b"]),
        ("1,2", ["1", "2"]),
        ("", []),
    ],
)
def test_staves_are_named_or_numbered(code: str, names: list[str]) -> None:
    assert staff_names(parse_staff_layout(code)) == names


def test_groups_keep_their_signs_and_joints() -> None:
    assert parse_staff_layout("<[a-b].c>") == StaffGroup(
        "",
        (
            StaffGroup(
                "<",
                (StaffGroup("[", (StaffLeaf("a"), StaffLeaf("b")), ("-",)), StaffLeaf("c")),
                (".",),
            ),
        ),
        (),
    )


@pytest.mark.parametrize("code", ["<a", "a>", "{a]", "<" * 5000])
def test_brackets_must_match(code: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (the message is for the user)
        parse_staff_layout(code)


def test_the_staves_of_a_part_are_those_of_the_whole_document() -> None:
    text = 'c\'4 \\\\\\\nd4 |\n\\staff "1" c\'4 \\times 2/3 { c8 \\staff "3" d e } \\\\\\\nd4 |'
    counts = part_staves(parse_document(text).document)
    assert counts == (3, 1)
    assert staff_offsets(counts) == (0, 3)


def test_a_layout_that_does_not_fit_gives_way_to_braces() -> None:
    text = '[staves "a-b-c"]\n\\staff "1" c\'4 \\\\\n\\staff "2" c4 |'
    assert staff_layout(parse_document(text).document).children[0] == StaffGroup(
        "{", (StaffLeaf("1"), StaffLeaf("2")), ("-",)
    )


def test_parts_find_their_instruments_by_id_or_range() -> None:
    headers = '[staves "<[v-w]> {l-r}"]\n[instrument-v-w "Violins"]\n[instrument-l-r "Piano"]\n'
    parts = "c'4 \\\\\\\nc'4 \\\\\\\n\\staff \"1\" c'4 \\\\\n\\staff \"2\" c'4 |"
    names = part_instruments(parse_document(headers + parts).document)
    assert names == (InstrumentName("Violins"), InstrumentName("Violins"), InstrumentName("Piano"))
