from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from threading import Event, current_thread, main_thread

import pytest
from pytestqt.qtbot import QtBot

from lilydesk.app.player import Player, PlayerState
from lilydesk.errors import DeviceError
from lilydesk.playback import Output, SequencerOutput, SilentOutput, Synth, find_sound_font
from lilydesk.playback.events import PlayEvent
from tests.playback.music import ORGAN, PIANO, need_sound, note, performance, scale

NO_CARD = DeviceError("No sound card was found.", "Connect one.")
LEAD_S = 0.06


class CountedOutput:
    """Stands for an output that is heard, on a clock that the test turns."""

    latency_s = 0.0

    def __init__(self, clock: Callable[[], float]) -> None:
        self._timing = SilentOutput(clock)
        self.prepared: list[tuple[tuple[int, int], ...]] = []
        self.n_closed = 0
        self.stuck_at_s: float | None = None

    def now_s(self) -> float:
        return self._timing.now_s() if self.stuck_at_s is None else self.stuck_at_s

    def prepare(self, programs: Iterable[tuple[int, int]]) -> None:
        self.prepared.append(tuple(programs))

    def send(self, event: PlayEvent, at_s: float) -> None:
        pass

    def cancel_pending(self) -> None:
        pass

    def silence(self) -> None:
        pass

    def close(self) -> None:
        self.n_closed += 1


class Device:
    """What opens outputs, and how often and where it did."""

    def __init__(self) -> None:
        self.time_s = 0.0
        self.error: DeviceError | None = None
        self.may_open = Event()
        self.may_open.set()
        self.opened: list[CountedOutput] = []
        self.was_on_main_thread: list[bool] = []

    def clock(self) -> float:
        return self.time_s

    def open(self) -> Output:
        self.may_open.wait(10)
        self.was_on_main_thread.append(current_thread() is main_thread())
        if self.error is not None:
            raise self.error
        self.opened.append(CountedOutput(self.clock))
        return self.opened[-1]


class Report:
    """Everything that a player has reported."""

    def __init__(self, player: Player) -> None:
        self.states: list[PlayerState] = []
        self.positions_s: list[float] = []
        self.sounding: list[tuple[str, ...]] = []
        self.measures: list[int] = []
        self.notices: list[str] = []
        player.state_changed.connect(self.states.append)
        player.position_changed.connect(self.positions_s.append)
        player.sounding_changed.connect(self.sounding.append)
        player.measure_changed.connect(self.measures.append)
        player.notice.connect(lambda message, hint: self.notices.append(f"{message} {hint}"))


@pytest.fixture
def device() -> Device:
    return Device()


@pytest.fixture
def player(qtbot: QtBot, device: Device) -> Iterator[Player]:
    player = Player(device.open, device.clock)
    player.set_performance(scale(8, 0.5))
    yield player
    player.shutdown()


@pytest.fixture
def report(player: Player) -> Report:
    return Report(player)


def start(qtbot: QtBot, player: Player, from_s: float | None = None) -> None:
    player.play(from_s)
    qtbot.waitUntil(lambda: player.state is PlayerState.PLAYING)


def test_play_reports_what_sounds_until_the_end(
    qtbot: QtBot, player: Player, device: Device, report: Report
) -> None:
    start(qtbot, player)
    device.time_s += LEAD_S
    while player.state is PlayerState.PLAYING:
        device.time_s += 0.1
        player.on_tick()
    assert report.sounding == [*((f"m{i // 4}-n{i}",) for i in range(8)), ()]
    assert report.measures == [0, 1, 0]
    assert report.positions_s[:-1] == sorted(report.positions_s[:-1])
    assert report.states == [PlayerState.PREPARING, PlayerState.PLAYING, PlayerState.STOPPED]
    assert player.position_s == 0.0


def test_position_is_reported_without_being_asked_for(
    qtbot: QtBot, player: Player, device: Device
) -> None:
    start(qtbot, player)
    device.time_s += 1.0
    with qtbot.waitSignal(player.position_changed) as reported:
        pass
    assert reported.args == pytest.approx([1.0 - LEAD_S])


def test_sound_card_is_opened_beside_the_window_and_only_once(
    qtbot: QtBot, player: Player, device: Device
) -> None:
    for _ in range(3):
        start(qtbot, player)
        player.stop()
    assert device.was_on_main_thread == [False]
    assert device.opened[0].prepared == [((0, PIANO),)]


def test_pause_stays_and_play_goes_on(qtbot: QtBot, player: Player, device: Device) -> None:
    start(qtbot, player)
    device.time_s += 1.2 + LEAD_S
    player.pause()
    assert player.state is PlayerState.PAUSED
    assert player.position_s == pytest.approx(1.2)
    device.time_s += 10
    player.toggle()
    assert player.state is PlayerState.PLAYING
    device.time_s += 0.5 + LEAD_S
    player.on_tick()
    assert player.position_s == pytest.approx(1.7)


def test_stop_darkens_the_score_and_goes_back(
    qtbot: QtBot, player: Player, device: Device, report: Report
) -> None:
    start(qtbot, player, 2.2)
    assert report.sounding == [("m1-n4",)]
    player.stop()
    assert report.sounding[-1] == ()
    assert (player.state, player.position_s) == (PlayerState.STOPPED, 0.0)


def test_seek_while_playing_and_at_rest(
    qtbot: QtBot, player: Player, device: Device, report: Report
) -> None:
    player.seek(3.0)
    assert player.position_s == 3.0
    assert report.measures[-1] == 1
    start(qtbot, player)
    player.seek(0.6)
    device.time_s += 0.2 + LEAD_S
    player.on_tick()
    assert player.position_s == pytest.approx(0.8)
    assert report.sounding[-1] == ("m0-n1",)


def test_measure_can_be_played_from_its_beginning(qtbot: QtBot, player: Player) -> None:
    player.play(player.measure_onset_s(1))
    qtbot.waitUntil(lambda: player.state is PlayerState.PLAYING)
    assert player.position_s == 2.0
    assert player.measure_onset_s(9) is None


def test_play_at_the_end_begins_again(qtbot: QtBot, player: Player) -> None:
    start(qtbot, player, 4.0)
    assert player.position_s == 0.0


def test_no_sound_card_is_told_once_and_the_score_is_followed(
    qtbot: QtBot, player: Player, device: Device, report: Report
) -> None:
    device.error = NO_CARD
    for _ in range(2):
        start(qtbot, player)
        assert player.is_silent
        device.time_s += 1.0 + LEAD_S
        player.on_tick()
        assert report.sounding[-1] == ("m0-n2",)
        player.stop()
    assert report.notices == ["No sound card was found. Connect one."]


def test_sound_card_connected_later_is_heard(
    qtbot: QtBot, player: Player, device: Device, report: Report
) -> None:
    device.error = NO_CARD
    start(qtbot, player)
    player.stop()
    device.error = None
    start(qtbot, player)
    assert not player.is_silent
    device.error = NO_CARD
    player.stop()
    player.forget_output()
    start(qtbot, player)
    assert len(report.notices) == 2  # it was heard in between, so this is news


def test_stop_while_the_card_is_opened_plays_nothing(
    qtbot: QtBot, player: Player, device: Device, report: Report
) -> None:
    device.may_open.clear()
    player.play()
    assert player.state is PlayerState.PREPARING
    player.stop()
    device.may_open.set()
    qtbot.waitUntil(lambda: bool(device.opened))
    start(qtbot, player)
    assert len(device.opened) == 1
    assert report.states == [
        PlayerState.PREPARING, PlayerState.STOPPED, PlayerState.PREPARING, PlayerState.PLAYING,
    ]  # fmt: skip


def test_place_chosen_while_the_card_is_opened_is_where_it_starts(
    qtbot: QtBot, player: Player, device: Device
) -> None:
    device.may_open.clear()
    player.play()
    player.seek(2.5)
    device.may_open.set()
    qtbot.waitUntil(lambda: player.state is PlayerState.PLAYING)
    assert player.position_s == 2.5


def test_performance_that_grows_while_it_plays_goes_on(
    qtbot: QtBot, player: Player, device: Device, report: Report
) -> None:
    start(qtbot, player)
    device.time_s += 3.0 + LEAD_S
    player.on_tick()
    player.set_performance(scale(16, 0.5))
    device.time_s += 3.0
    player.on_tick()
    assert player.state is PlayerState.PLAYING
    assert player.position_s == pytest.approx(6.0)
    assert report.sounding[-1] == ("m3-n12",)
    assert player.length_s == 8.0


def test_new_instrument_is_loaded_while_it_plays(
    qtbot: QtBot, player: Player, device: Device
) -> None:
    start(qtbot, player)
    player.set_performance(performance([note(0, 9, 60)], programs=(PIANO, ORGAN)))
    output = device.opened[0]
    qtbot.waitUntil(lambda: output.prepared == [((0, PIANO),), ((1, ORGAN),)])
    qtbot.waitUntil(lambda: player.state is PlayerState.PLAYING)


def test_performance_taken_away_stops(qtbot: QtBot, player: Player, report: Report) -> None:
    start(qtbot, player)
    player.set_performance(None)
    assert player.state is PlayerState.STOPPED
    assert report.measures[-1] == -1
    player.play()
    assert player.state is PlayerState.STOPPED


def test_edited_text_at_rest_keeps_the_place_within_the_music(player: Player) -> None:
    player.seek(3.9)
    player.set_performance(scale(4, 0.5))
    assert player.position_s == 2.0


def test_the_measure_at_rest_is_one_of_the_new_performance(player: Player, report: Report) -> None:
    player.seek(2.0)  # where the second measure begins
    player.set_performance(scale(4, 0.5))  # as long as that, and has one
    assert report.measures == [1, 0]


def test_empty_performance_does_not_play(player: Player) -> None:
    player.set_performance(performance([], programs=()))
    player.play()
    assert player.state is PlayerState.STOPPED


def test_card_that_stops_answering_is_told_and_the_score_goes_on(
    qtbot: QtBot, player: Player, device: Device, report: Report
) -> None:
    start(qtbot, player)
    device.time_s += 1.0 + LEAD_S
    player.on_tick()
    device.opened[0].stuck_at_s = 1.0 + LEAD_S
    for _ in range(40):
        device.time_s += 0.1
        player.on_tick()
    assert report.notices[0].startswith("The sound card does not answer any more")
    assert player.is_silent
    assert player.state is PlayerState.PLAYING
    assert player.position_s > 1.5


def test_forgotten_output_is_closed_and_opened_afresh(
    qtbot: QtBot, player: Player, device: Device
) -> None:
    start(qtbot, player)
    player.forget_output()
    assert player.state is PlayerState.PAUSED
    assert device.opened[0].n_closed == 1
    start(qtbot, player)
    assert len(device.opened) == 2


def test_output_forgotten_while_it_opens_is_closed_when_it_has_opened(
    qtbot: QtBot, player: Player, device: Device
) -> None:
    device.may_open.clear()
    player.play()
    player.forget_output()
    device.may_open.set()
    qtbot.waitUntil(lambda: player.state is PlayerState.PLAYING)
    assert [output.n_closed for output in device.opened] == [1, 0]


def test_shutdown_frees_what_is_just_being_opened(qtbot: QtBot, device: Device) -> None:
    player = Player(device.open, device.clock)
    player.set_performance(scale())
    player.play()
    player.shutdown()
    assert [output.n_closed for output in device.opened] == [1]
    qtbot.wait(1)  # what the thread has reported in the meantime is ignored


def test_real_sequencer_is_followed(qtbot: QtBot, tmp_path: Path) -> None:
    need_sound()

    def open_file() -> Output:
        # FluidSynth's driver "file" takes frames at the pace of a sound card.
        synth = Synth(find_sound_font())
        synth.set_option("audio.file.name", str(tmp_path / "heard.wav"))
        output = SequencerOutput(synth)
        output.connect(["file"])
        return output

    player = Player(open_file)
    report = Report(player)
    player.set_performance(scale(4, 0.2))
    player.play()
    qtbot.waitUntil(lambda: PlayerState.STOPPED in report.states)
    player.shutdown()
    assert report.notices == []
    assert report.sounding == [("m0-n0",), ("m0-n1",), ("m0-n2",), ("m0-n3",), ()]
    assert (tmp_path / "heard.wav").stat().st_size > 0.8 * 44100 * 4
