import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lilydesk.timeline.playing_order import Ending, parse_playing_order, unfold
from lilydesk.timeline.shown_order import Jump, ManyTimes, ShownOrder, Skip, signs_of_order


def signs(code: str, n_measures: int) -> tuple[list[int], list[int], list[tuple[object, ...]]]:
    """Return starts, ends and endings, measures counted from 1."""
    shown = signs_of_order(code, n_measures)
    endings: list[tuple[object, ...]] = [
        (".".join(map(str, ending.numbers)), ending.first + 1, ending.last + 1)
        for ending in shown.endings
    ]
    starts = sorted(index + 1 for index in shown.starts)
    return starts, sorted(index + 1 for index in shown.ends), endings


@pytest.mark.parametrize(
    ("code", "n_measures", "starts", "ends", "endings"),
    [
        ("1..4", 4, [], [], []),
        ("2*[1..4]", 4, [], [4], []),
        ("1..4, 1..8", 8, [], [4], []),
        ("1, 2*[2..4], 2*[5,6], 7", 7, [2, 5], [4, 6], []),
        ("2*[1..2]{3,4}, 5", 5, [], [3], [("1", 3, 3), ("2", 4, 4)]),
        ("1, 2*[2..3]{[4,5],6}", 6, [2], [5], [("1", 4, 5), ("2", 6, 6)]),
        ("1..16, 1..15, 17..20", 20, [], [16], [("1", 16, 16), ("2", 17, 17)]),
        ("3*[1]{2,3,4}", 4, [], [2, 3], [("1", 2, 2), ("2", 3, 3), ("3", 4, 4)]),
        ("3*[1]{2,3}", 3, [], [2, 3], [("1", 2, 2), ("2.3", 3, 3)]),
        ("1, 2, 1, 2, 1, 3", 3, [], [2], [("1.2", 2, 2), ("3", 3, 3)]),
        ("2*[1..3]{4,5}, 2*[6]", 6, [6], [4, 6], [("1", 4, 4), ("2", 5, 5)]),
        ("1..3, 1..2, 4..6, 5..7", 7, [5], [3, 6], [("1", 3, 3), ("2", 4, 4)]),
    ],
)
def test_an_order_becomes_repeat_signs_and_endings(
    code: str,
    n_measures: int,
    starts: list[int],
    ends: list[int],
    endings: list[tuple[object, ...]],
) -> None:
    assert signs(code, n_measures) == (starts, ends, endings)
    assert signs_of_order(code, n_measures).unshown == ()


def test_a_da_capo_is_no_repeat() -> None:
    assert signs_of_order("<[1..4], [5..8]>", 8).unshown == (Jump(7, 0, 3, None),)
    assert signs_of_order("s: 4 <2 6> 2", 14).unshown == (Jump(11, 4, 5, 12),)
    assert signs("s: 4 <2 6> 2", 14) == ([], [], [])


def test_repeats_within_a_da_capo_are_shown() -> None:
    assert signs("s: 2 <[2*[4]{1 1} 4] 6>", 18) == ([3], [7], [("1", 7, 7), ("2", 8, 8)])


def test_measures_left_out_and_more_than_two_turns_are_told() -> None:
    assert signs_of_order("1, 4", 4).unshown == (Skip(1, 2),)
    assert signs_of_order("3*[1..2]", 2).unshown == (ManyTimes(0, 1, 3),)


def test_measures_that_are_not_there_yet_get_no_signs() -> None:
    assert signs("2*[1..2]{3,4}", 3) == ([], [], [])
    assert signs_of_order("2*[1", 3) == ShownOrder()
    assert signs_of_order("99999999*[1]", 3) == ShownOrder()


@pytest.mark.parametrize("filler", ["<99999*[3],3>,", "1..99999,"])
def test_a_hostile_order_takes_no_longer_than_its_length_asks_for(filler: str) -> None:
    found = signs(f"2*[1]{{2,{filler * 2000}3}}", 3)
    assert found[:2] == ([], [2])


def read_signs(shown: ShownOrder, n_measures: int) -> list[int]:
    """Return what a player of repeat signs and endings would play."""
    ending_at = {m: e for e in shown.endings for m in range(e.first, e.last + 1)}
    order: list[int] = []
    start, turn, here = 0, 1, 0
    while here < n_measures:
        if here in shown.starts and here > start:
            start, turn = here, 1
        ending = ending_at.get(here)
        if ending is not None and turn not in ending.numbers:
            here = ending.last + 1
            continue
        order.append(here)
        n_turns = n_turns_of(shown, ending)
        if here in shown.ends and turn < n_turns:
            here, turn = start, turn + 1
            continue
        if here in shown.ends or (ending is not None and here == ending.last):
            start, turn = here + 1, 1
        here += 1
    return order


def n_turns_of(shown: ShownOrder, ending: Ending | None) -> int:
    """Return how often the body is played that an ending belongs to."""
    if ending is None:
        return 2
    n_turns = max(ending.numbers)
    for other in shown.endings[shown.endings.index(ending) + 1 :]:
        if 1 in other.numbers:
            break
        n_turns = max(n_turns, *other.numbers)
    return n_turns


@st.composite
def scores(draw: st.DrawFn) -> tuple[str, int]:
    """Draw orders of runs and repeats that signs can show, measures without a gap."""
    items: list[str] = []
    n = 0

    def run() -> str:
        nonlocal n
        length = draw(st.integers(1, 3))
        n += length
        return f"[{n - length + 1}..{n}]"

    for kind in draw(st.lists(st.sampled_from("pre"), min_size=1, max_size=5)):
        if kind == "p":
            items.append(run())
        elif kind == "r":
            items.append(f"2*{run()}")
        else:
            body, times = run(), draw(st.integers(2, 3))
            items.append(f"{times}*{body}{{{','.join(run() for _ in range(times))}}}")
    return ", ".join(items), n


@given(scores())
@settings(max_examples=150)
def test_who_reads_the_signs_plays_the_order(score: tuple[str, int]) -> None:
    code, n_measures = score
    shown = signs_of_order(code, n_measures)
    assert shown.unshown == ()
    assert read_signs(shown, n_measures) == list(unfold(parse_playing_order(code)))


@given(st.lists(st.integers(1, 6), min_size=1, max_size=12))
@settings(max_examples=300)
def test_any_order_is_either_shown_or_told(order: list[int]) -> None:
    code = ", ".join(map(str, order))
    shown = signs_of_order(code, 6)
    is_exact = read_signs(shown, 6) == [number - 1 for number in order]
    assert is_exact is not bool(shown.unshown)
