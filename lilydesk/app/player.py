"""The transport for the window: plays a performance, and reports what sounds."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from lilydesk.app.sound_preparation import SoundPreparation
from lilydesk.errors import DeviceError
from lilydesk.playback import Output, Plan, SilentOutput, Transport, open_sound_output

if TYPE_CHECKING:
    from lilydesk.timeline import Performance

_TICK_MS = 16  # one report per frame of the screen
_STALLED_S = 3.0
_SHUTDOWN_S = 5.0


class PlayerState(Enum):
    """What the transport is doing."""

    STOPPED = "stopped"
    PREPARING = "preparing"  # play was pressed: the sound card is opened, instruments are loaded
    PLAYING = "playing"
    PAUSED = "paused"


class Player(QObject):
    """Plays, pauses, finds places. Call from the GUI thread only, and `shutdown` at the end.

    Without synthesiser, sound font or sound card the reason is told once (`notice`), and the
    score is followed silently; the next `play` looks for them again.

    Signals:
        position_changed(position_s): while playing about 60 times a second.
        sounding_changed(ids): tuple of the ids of the elements that sound now.
        measure_changed(index): index of the measure that sounds; -1 when there is none.
        state_changed(state): a PlayerState.
        notice(message, hint): why nothing is heard, and what to do.
    """

    position_changed = Signal(float)
    sounding_changed = Signal(object)
    measure_changed = Signal(int)
    state_changed = Signal(object)
    notice = Signal(str, str)

    def __init__(
        self,
        open_output: Callable[[], Output] = open_sound_output,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`open_output` may be slow, runs on a thread of its own, and raises DeviceError."""
        super().__init__()
        self._open_output = open_output
        self._clock = clock
        self._performance: Performance | None = None
        self._plan: Plan | None = None
        self._output: Output | None = None
        self._ready_programs: set[tuple[int, int]] = set()
        self._transport: Transport | None = None
        self._preparation: SoundPreparation | None = None
        self._state = PlayerState.STOPPED
        self._position_s = 0.0
        self._sounding: tuple[str, ...] = ()
        self._measure_index = -1
        self._told: set[str] = set()
        self._stall = _StallWatch(clock)
        self._timer = QTimer(self, interval=_TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.on_tick)

    @property
    def state(self) -> PlayerState:
        """What the transport is doing."""
        return self._state

    @property
    def position_s(self) -> float:
        """Where it plays, or will begin to play."""
        return self._position_s

    @property
    def length_s(self) -> float:
        """Length of the performance; 0 without one."""
        return self._performance.length_s if self._performance else 0.0

    @property
    def is_silent(self) -> bool:
        """The score is followed without sound, because there is no device for it."""
        return isinstance(self._output, SilentOutput)

    def set_performance(self, performance: Performance | None, plan: Plan | None = None) -> None:
        """Take another performance; if one plays, the new one goes on from the same position.

        `plan` is that of the performance, where somebody has made it already.
        """
        self._performance, self._plan = performance, plan
        if performance is None:
            self.stop()
        elif self._state is PlayerState.PLAYING:
            self._use_plan_when_ready()
        else:
            if self._position_s > performance.length_s:
                self._show(performance.length_s)
            elif self._measure_index >= 0:  # the one that was there may be gone
                self._show_measure()
            self._show_sounding(())  # the ids may be those of other notes now

    def play(self, from_s: float | None = None) -> None:
        """Play from a position; None goes on from where it is."""
        if self._performance is None or not self.length_s:
            return
        if from_s is not None:
            self._position_s = from_s
        if self._state is PlayerState.PLAYING:
            self.seek(self._position_s)
            return
        if self.is_silent:
            self.forget_output()  # perhaps there is a sound card by now
        self._set_state(PlayerState.PREPARING)
        self._use_plan_when_ready()

    def measure_onset_s(self, measure_index: int) -> float | None:
        """Where a measure begins for the first time; None if it does not sound."""
        plan = self._current_plan()
        return plan.measure_onset_s(measure_index) if plan else None

    def pause(self) -> None:
        """Stop and stay at the position."""
        if self._state in (PlayerState.PLAYING, PlayerState.PREPARING):
            self._halt(PlayerState.PAUSED)

    def stop(self) -> None:
        """Stop, and go back to the beginning."""
        self._halt(PlayerState.STOPPED)
        self._show(0.0)
        self._show_sounding(())

    def toggle(self) -> None:
        """What the space bar does: play, or pause."""
        if self._state in (PlayerState.PLAYING, PlayerState.PREPARING):
            self.pause()
        else:
            self.play()

    def seek(self, position_s: float) -> None:
        """Go to a position, and play on from there if it plays."""
        self._position_s = min(max(position_s, 0.0), self.length_s)
        if self._transport and self._state is PlayerState.PLAYING:
            self._transport.seek(self._position_s)
        self._show(self._position_s)

    def forget_output(self) -> None:
        """Close the device; the next `play` opens it afresh, with another sound font say."""
        if self._state is PlayerState.PLAYING:
            self.pause()
        if self._preparation is not None:
            self._preparation.is_stale = True  # it uses the output: closed when it has ended
            return
        self._ready_programs.clear()
        if self._output is not None:
            self._output.close()
            self._output = None

    def shutdown(self) -> None:
        """Fall silent and free the device. No thread is left, and the player is of no more use."""
        self._performance = None
        self._halt(PlayerState.STOPPED)
        if self._preparation is not None:
            self._output = self._preparation.wait(_SHUTDOWN_S)
            self._preparation = None
        self.forget_output()

    def on_tick(self) -> None:
        """Keep the sound going and report where it is."""
        assert self._transport is not None
        self._transport.update()
        self._show(self._transport.position_s)
        if self._transport.has_ended:
            self.stop()
        elif self._output and self._stall.is_stalled(self._output.now_s()):
            self._go_on_silently()

    def on_prepared(self, output: Output | None, error: DeviceError | None) -> None:
        """Answer a preparation that has ended."""
        preparation, self._preparation = self._preparation, None
        if preparation is None:
            return  # shut down in the meantime
        preparation.wait(_SHUTDOWN_S)
        if error is not None:
            self._tell(error)
        else:
            self._told.clear()
        self._output = output or SilentOutput(self._clock)
        self._ready_programs.update(preparation.programs)
        if preparation.is_stale:
            self.forget_output()
        self._use_plan_when_ready()

    def _current_plan(self) -> Plan | None:
        if self._plan is None and self._performance is not None:
            self._plan = Plan(self._performance)
        return self._plan

    def _use_plan_when_ready(self) -> None:
        """Start or go on with the current plan, or come back when its sounds are loaded."""
        plan = self._current_plan()
        if plan is None or self._preparation is not None or not self._wants_sound():
            return
        missing = tuple(p for p in plan.programs if p not in self._ready_programs)
        if self._output is None or (missing and not self.is_silent):
            self._preparation = SoundPreparation(self._output, self._open_output, missing)
            self._preparation.prepared.connect(self.on_prepared)
            self._preparation.start()
        elif self._state is PlayerState.PLAYING and self._transport:
            self._transport.replace(plan)
        else:
            self._start(self._output, plan)

    def _wants_sound(self) -> bool:
        return self._state in (PlayerState.PREPARING, PlayerState.PLAYING)

    def _start(self, output: Output, plan: Plan) -> None:
        self._transport = Transport(output, plan)
        at_end = self._position_s >= plan.length_s
        self._transport.play(0.0 if at_end else self._position_s)
        self._stall.restart()
        self._timer.start()
        self._set_state(PlayerState.PLAYING)
        self._show(self._transport.position_s)

    def _halt(self, state: PlayerState) -> None:
        self._timer.stop()
        if self._transport:
            self._transport.stop()
            self._position_s = self._transport.position_s
            self._transport = None
        self._set_state(state)

    def _go_on_silently(self) -> None:
        error = DeviceError(
            "The sound card does not answer any more; the score goes on silently.",
            "Check the sound output, then press Stop and Play.",
        )
        self._tell(error)
        plan = self._current_plan()
        assert plan is not None
        # The old output is not closed: that could wait for the device for ever.
        self._output = SilentOutput(self._clock)
        self._ready_programs.clear()
        self._start(self._output, plan)

    def _tell(self, error: DeviceError) -> None:
        if error.message not in self._told:
            self._told.add(error.message)
            self.notice.emit(error.message, error.hint)

    def _show(self, position_s: float) -> None:
        """Report a position, and what sounds there when it has changed."""
        self._position_s = position_s
        self.position_changed.emit(position_s)
        plan = self._current_plan()
        self._show_measure()
        if self._state is not PlayerState.STOPPED:
            self._show_sounding(plan.sounding_at(position_s) if plan else ())

    def _show_measure(self) -> None:
        plan = self._current_plan()
        measure = plan.measure_at(self._position_s) if plan else None
        if (measure := -1 if measure is None else measure) != self._measure_index:
            self._measure_index = measure
            self.measure_changed.emit(measure)

    def _show_sounding(self, ids: tuple[str, ...]) -> None:
        if ids != self._sounding:
            self._sounding = ids
            self.sounding_changed.emit(ids)

    def _set_state(self, state: PlayerState) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)


class _StallWatch:
    """Notices that an output's clock stands still while time passes."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last_s = -1.0
        self._moved_s = 0.0

    def restart(self) -> None:
        """Begin to watch."""
        self._last_s, self._moved_s = -1.0, self._clock()

    def is_stalled(self, output_s: float) -> bool:
        """The output's clock has shown `output_s` for too long."""
        now_s = self._clock()
        if output_s != self._last_s:
            self._last_s, self._moved_s = output_s, now_s
        return now_s - self._moved_s > _STALLED_S
