from lilydesk.timeline.waiting import Waiting


def test_a_voice_ends_its_own_last_first() -> None:
    waiting = Waiting[str]()
    for voice, item in [(1, "a"), (2, "b"), (1, "c")]:
        waiting.put(0, voice, item)
    assert waiting.take_own(0, 2) == "b"
    assert waiting.take_own(0, 2) is None
    assert waiting.take_own(0, 1) == "c"
    assert waiting.rest() == ["a"]


def test_the_latest_of_a_part_is_found_once_its_own_are_gone() -> None:
    waiting = Waiting[str]()
    for part, voice, item in [(0, 1, "a"), (0, 2, "b"), (1, 1, "c")]:
        waiting.put(part, voice, item)
    assert waiting.take_own(0, 2) == "b"
    assert waiting.latest(0) == waiting.take_latest(0) == "a"
    assert waiting.take_latest(0) is None
    assert waiting.own(1, 1) == "c"
