from __future__ import annotations

import pytest

from lilydesk.engraving import EngravingRequest, Workshop
from lilydesk.engraving.display import EngravedScore
from lilydesk.engraving.request import Adoption, Preview, Retouch
from lilydesk.engraving.retoucher import Exchange, Retoucher, adjust_breaks
from lilydesk.engraving.studio import adoption_of
from tests.engraving.scores import measure, plain_score, score, titled_score

WIDTH_MM = 100


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    return Workshop()


def adopted(workshop: Workshop, mei: str) -> tuple[Retoucher, EngravedScore]:
    request = EngravingRequest(1, mei, WIDTH_MM)
    engraved = workshop.engrave(request)
    retoucher = Retoucher(workshop)
    retoucher.adopt(adoption_of(request, engraved))
    return retoucher, engraved


def edited(n_measures: int, *indices: int) -> str:
    measures = [measure(index) for index in range(n_measures)]
    for index in indices:
        measures[index] = measures[index].replace('oct="5"', 'oct="4"')
    return score(measures)


def test_only_the_edited_line_is_drawn(workshop: Workshop) -> None:
    retoucher, before = adopted(workshop, plain_score(20))
    answer = retoucher.retouch(Retouch(2, edited(20, 8)))
    line = before.system_of_measure("m8")
    assert answer.systems is not None
    assert [one for one in answer.systems if isinstance(one, int)] == [
        index for index in range(len(before.systems)) if index != line
    ]


def test_retouched_lines_are_those_of_a_fresh_layout(workshop: Workshop) -> None:
    retoucher, before = adopted(workshop, plain_score(20))
    mei = edited(20, 0, 9, 19)
    answer = retoucher.retouch(Retouch(2, mei))
    assert answer.systems is not None
    systems = tuple(before.systems[one] if isinstance(one, int) else one for one in answer.systems)
    assert systems == workshop.engrave(EngravingRequest(2, mei, WIDTH_MM)).systems


def test_places_count_in_the_answer_before(workshop: Workshop) -> None:
    retoucher, _ = adopted(workshop, plain_score(20))
    retoucher.retouch(Retouch(2, edited(20, 8)))
    again = retoucher.retouch(Retouch(3, edited(20, 8)))
    assert again.systems is not None
    assert list(again.systems) == list(range(len(again.systems)))


def test_heading_keeps_its_place(workshop: Workshop) -> None:
    measures = [measure(index) for index in range(8)]
    retoucher, before = adopted(workshop, titled_score("Lied", "N. N.", measures))
    assert before.systems[0].kind == "header"
    measures[7] = measure(7).replace('oct="5"', 'oct="4"')
    answer = retoucher.retouch(Retouch(2, titled_score("Lied", "N. N.", measures)))
    assert answer.systems is not None
    assert answer.systems[0] == 0
    assert not isinstance(answer.systems[-1], int)


def test_other_heading_or_staves_want_a_layout(workshop: Workshop) -> None:
    retoucher, _ = adopted(workshop, plain_score(3))
    assert retoucher.retouch(Retouch(2, titled_score("New"))).systems is None


def test_of_many_changed_lines_those_in_sight_are_drawn(workshop: Workshop) -> None:
    retoucher, before = adopted(workshop, plain_score(60))
    mei = edited(60, *range(60))
    answer = retoucher.retouch(Retouch(2, mei, first_in_sight=31))
    assert answer.is_part
    assert answer.systems is not None
    first = before.system_of_measure("m31")
    assert first is not None
    new = {i: one for i, one in enumerate(answer.systems) if not isinstance(one, int)}
    assert list(new) == list(range(first, first + 6))
    assert [one for one in answer.systems if isinstance(one, int)] == [
        i for i in range(len(before.systems)) if i not in new
    ]
    fresh = workshop.engrave(EngravingRequest(2, mei, WIDTH_MM))
    assert all(fresh.systems[i] == one for i, one in new.items())
    # places still count in the layout before
    again = retoucher.retouch(Retouch(3, edited(60, 0)))
    assert again.systems is not None
    assert list(again.systems[1:]) == list(range(1, len(before.systems)))


def test_another_key_is_seen_at_once_where_one_looks(workshop: Workshop) -> None:
    retoucher, before = adopted(workshop, plain_score(60))
    flats = plain_score(60).replace("<scoreDef ", '<scoreDef keysig="3f" ')
    answer = retoucher.retouch(Retouch(2, flats, first_in_sight=0))
    assert answer.is_part
    assert answer.systems is not None
    assert not isinstance(answer.systems[0], int)
    assert answer.systems[-1] == len(before.systems) - 1


def test_another_heading_alone_wants_a_layout(workshop: Workshop) -> None:
    measures = [measure(index) for index in range(8)]
    retoucher, _ = adopted(workshop, titled_score("Lied", "N. N.", measures))
    other = titled_score("Song", "N. N.", measures)
    assert retoucher.retouch(Retouch(2, other)).systems is None


def test_many_other_measures_want_a_layout(workshop: Workshop) -> None:
    retoucher, _ = adopted(workshop, plain_score(60))
    assert retoucher.retouch(Retouch(2, edited(59, *range(59)))).systems is None


def test_nothing_adopted_wants_a_layout(workshop: Workshop) -> None:
    assert Retoucher(workshop).retouch(Retouch(1, plain_score(2))).systems is None
    retoucher = Retoucher(workshop)
    retoucher.adopt(Adoption(1, plain_score(3), WIDTH_MM, (0, 2, 9), 0))  # edges of another score
    assert retoucher.retouch(Retouch(2, plain_score(3))).systems is None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Exchange(2, 3, 1, 8), [0, 4]),  # one became another
        (Exchange(7, 8, 0, 8), [0, 4]),
        (Exchange(3, 8, 0, 8), [0]),
        (Exchange(8, 8, 1, 8), [0, 4, 8]),
        (Exchange(7, 7, 1, 7), [0, 4]),
        (Exchange(8, 8, 9, 8), [0, 4, 8, 12, 16]),
        (Exchange(5, 5, 1, 7), [0, 4]),  # in the middle of a line that has room
        (Exchange(5, 5, 1, 8), [0, 4, 6]),  # and of one that has none
        (Exchange(4, 4, 1, 8), [0, 4, 6]),  # where a line begins
        (Exchange(1, 6, 1, 8), [0, 2]),
        (Exchange(0, 4, 0, 8), [0]),
    ],
)
def test_breaks_follow_measures_that_come_and_go(change: Exchange, expected: list[int]) -> None:
    assert adjust_breaks([0, 4], change) == expected


def test_a_measure_between_others_draws_its_line_only(workshop: Workshop) -> None:
    retoucher, before = adopted(workshop, plain_score(20))
    measures = [measure(index) for index in range(20)]
    mei = score([*measures[:9], measure(20), *measures[9:]])
    answer = retoucher.retouch(Retouch(2, mei))
    assert answer.systems is not None
    new = [one for one in answer.systems if not isinstance(one, int)]
    assert 1 <= len(new) <= 3
    drawn = [
        name
        for one in answer.systems
        for name in (before.systems[one] if isinstance(one, int) else one).measures
    ]
    assert drawn == [f"m{index}" for index in (*range(9), 20, *range(9, 20))]


def test_preview_is_the_beginning_of_a_long_score(workshop: Workshop) -> None:
    mei = plain_score(100)
    part = workshop.preview(Preview(1, mei, WIDTH_MM))
    whole = workshop.engrave(EngravingRequest(1, mei, WIDTH_MM))
    assert part is not None
    assert not part.is_whole
    assert part.systems == whole.systems[: len(part.systems)]
    assert workshop.preview(Preview(1, plain_score(10), WIDTH_MM)) is None
