from __future__ import annotations

import pytest

from lilydesk.app.places import ids_at, measure_at
from lilydesk.lilylet import parse_document
from lilydesk.notation import text_offset

TEXT = """\\staff "1" c4 <e g b>2 r4 |

\\staff "1" \\tuplet 3/2 { c8 d e } f2. |
"""


@pytest.mark.parametrize(
    ("here", "found"),
    [
        ("c4", ["c4"]),
        ("4 <", ["c4"]),
        ("g b>", ["g b>"]),
        (">2 r", ["e g b", "g b>", "b>2"]),
        ("r4", ["r4"]),
        ("d e }", ["d e }"]),
        ("\\tuplet", []),
    ],
)
def test_a_place_in_the_text_leads_to_its_elements_and_back(here: str, found: list[str]) -> None:
    document = parse_document(TEXT).document
    ids = ids_at(document, TEXT.index(here))
    assert [text_offset(document, identifier) for identifier in ids] == [
        TEXT.index(place) for place in found
    ]


def test_measures_are_found_by_where_they_begin() -> None:
    document = parse_document(TEXT).document
    assert measure_at(document, TEXT.index("r4")) == 0
    assert measure_at(document, TEXT.index("f2.")) == 1
    assert measure_at(parse_document("").document, 0) is None
