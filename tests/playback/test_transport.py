from __future__ import annotations

from collections.abc import Iterable

import pytest

from lilydesk.playback import Plan, SilentOutput, Transport
from lilydesk.playback.events import EventKind, PlayEvent
from tests.playback.music import note, performance, scale


class Clock:
    def __init__(self) -> None:
        self.time_s = 100.0

    def __call__(self) -> float:
        return self.time_s


class WrittenOutput(SilentOutput):
    """Writes down what it is told."""

    latency_s = 0.05

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.sent: list[tuple[float, PlayEvent]] = []
        self.said: list[str] = []

    def prepare(self, programs: Iterable[tuple[int, int]]) -> None:
        self.said.append("prepare")

    def send(self, event: PlayEvent, at_s: float) -> None:
        self.sent.append((round(at_s, 4), event))

    def cancel_pending(self) -> None:
        self.said.append("cancel")

    def silence(self) -> None:
        self.said.append("silence")

    def strikes(self) -> list[tuple[float, int]]:
        return [(at_s, e.number) for at_s, e in self.sent if e.kind is EventKind.NOTE_ON]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def output(clock: Clock) -> WrittenOutput:
    return WrittenOutput(clock)


def test_only_the_next_second_and_a_half_is_queued(clock: Clock, output: WrittenOutput) -> None:
    transport = Transport(output, Plan(scale(40, 0.5)))
    transport.play(0.0)
    assert len(output.strikes()) == 3
    clock.time_s += 2.0
    transport.update()
    assert [midi for _, midi in output.strikes()] == list(range(60, 67))


def test_distances_in_the_queue_are_those_of_the_music(output: WrittenOutput) -> None:
    Transport(output, Plan(scale(8, 0.25))).play(0.5)
    first_s = output.strikes()[0][0]
    assert 0 < first_s < 0.2
    assert [round(at_s - first_s, 3) for at_s, _ in output.strikes()] == [
        0, 0.25, 0.5, 0.75, 1.0, 1.25,
    ]  # fmt: skip
    assert output.strikes()[0][1] == 62


def test_position_waits_for_the_sound_and_then_follows(clock: Clock, output: WrittenOutput) -> None:
    transport = Transport(output, Plan(scale(8)))
    transport.play(0.5)
    clock.time_s += 0.1
    assert transport.position_s == 0.5
    clock.time_s += 1.0
    assert transport.position_s == pytest.approx(0.5 + 1.1 - 0.06 - 0.05)
    clock.time_s += 100
    assert transport.position_s == 2.0
    assert transport.has_ended


def test_stop_drops_the_queue_and_keeps_the_position(clock: Clock, output: WrittenOutput) -> None:
    transport = Transport(output, Plan(scale(8)))
    transport.play(0.0)
    clock.time_s += 1.0
    transport.stop()
    position_s = transport.position_s
    clock.time_s += 5.0
    assert output.said == ["cancel", "silence"]
    assert transport.position_s == position_s == pytest.approx(0.89)
    assert not transport.has_ended
    transport.stop()
    assert output.said == ["cancel", "silence"]


def test_seek_at_rest_moves_the_position_only(output: WrittenOutput) -> None:
    transport = Transport(output, Plan(scale(8)))
    transport.seek(1.2)
    assert transport.position_s == 1.2
    transport.seek(99)
    assert transport.position_s == 2.0
    assert output.sent == []


def test_replacing_during_the_lead_starts_again(output: WrittenOutput) -> None:
    transport = Transport(output, Plan(scale(2)))
    transport.play(0.0)
    transport.replace(Plan(performance([note(0, 1, 72)])))
    assert output.strikes()[-1][1] == 72
    assert "cancel" in output.said


def test_replacing_sends_the_rest_of_the_new_plan(clock: Clock, output: WrittenOutput) -> None:
    transport = Transport(output, Plan(scale(8, 0.5)))
    transport.play(0.0)
    clock.time_s += 1.06 + 0.2
    output.sent.clear()
    transport.replace(Plan(performance([note(1.0, 0.5, 62), note(2.0, 0.5, 90)])))
    assert output.said[-1] == "cancel"
    assert [(e.kind, e.number) for _, e in output.sent] == [
        (EventKind.NOTE_OFF, 62), (EventKind.NOTE_ON, 90), (EventKind.NOTE_OFF, 90),
    ]  # fmt: skip


def test_shorter_performance_ends_the_playing(clock: Clock, output: WrittenOutput) -> None:
    transport = Transport(output, Plan(scale(40)))
    transport.play(0.0)
    clock.time_s += 5.0
    transport.replace(Plan(scale(4)))
    assert transport.has_ended


def test_silent_output_lets_the_score_be_followed(clock: Clock) -> None:
    plan = Plan(scale(8))
    transport = Transport(SilentOutput(clock), plan)
    transport.play(0.0)
    clock.time_s += 1.3 + 0.06
    assert plan.sounding_at(transport.position_s) == ("m1-n5",)
    assert plan.measure_at(transport.position_s) == 1
