"""The transport: starts, stops, finds a place, and keeps the output's queue filled. No Qt."""

from __future__ import annotations

from lilydesk.playback.output import Output
from lilydesk.playback.plan import Plan

# Queued ahead of the sound: the program may stall this long before anybody hears it.
WINDOW_S = 1.5
# Between asking and sounding, so that the first chord is queued whole before its time has come.
_LEAD_S = 0.06


class Transport:
    """Plays a plan on an output. Call `update` a few times a second while it plays.

    Positions are seconds of the performance, repeats unfolded. `position_s` tells what is heard
    now, the output's buffer taken into account. One thread only.
    """

    def __init__(self, output: Output, plan: Plan) -> None:
        self._output = output
        self._plan = plan
        self._is_playing = False
        self._start_s = 0.0  # position at which the last play began, or where it rests
        self._base_s = 0.0  # time on the output's clock of that position
        self._next = 0  # index of the first event not yet queued

    @property
    def plan(self) -> Plan:
        """The plan in use."""
        return self._plan

    @property
    def is_playing(self) -> bool:
        """True from `play` until `stop`, also when the end has been reached."""
        return self._is_playing

    @property
    def position_s(self) -> float:
        """What is heard now, in seconds from the beginning."""
        if not self._is_playing:
            return self._start_s
        heard_s = self._queue_position_s() - self._output.latency_s
        return min(max(heard_s, self._start_s), self._plan.length_s)

    @property
    def has_ended(self) -> bool:
        """The last note has been heard to its end."""
        return self._is_playing and self.position_s >= self._plan.length_s

    def play(self, from_s: float) -> None:
        """Start at a position; what sounded before is stopped."""
        self.stop()
        self._is_playing = True
        self._start_s = self._within(from_s)
        self._base_s = self._output.now_s() + _LEAD_S
        for event in self._plan.resuming_at(self._start_s):
            self._output.send(event, self._base_s)
        self._next = self._plan.first_at(self._start_s)
        self.update()

    def stop(self) -> None:
        """Stop where it is; the position stays. Does nothing when it does not play."""
        if not self._is_playing:
            return
        self._start_s = self.position_s
        self._is_playing = False
        self._output.cancel_pending()
        self._output.silence()

    def seek(self, position_s: float) -> None:
        """Go to a position, and play on from there if it plays."""
        if self._is_playing:
            self.play(position_s)
        else:
            self._start_s = self._within(position_s)

    def update(self) -> None:
        """Queue what falls into the next `WINDOW_S` seconds."""
        if not self._is_playing:
            return
        events, until_s = self._plan.events, self._queue_position_s() + WINDOW_S
        while self._next < len(events) and events[self._next].time_s <= until_s:
            event = events[self._next]
            self._output.send(event, self._base_s + event.time_s - self._start_s)
            self._next += 1

    def replace(self, plan: Plan) -> None:
        """Go on with another plan from the same position, without a break in what sounds.

        Meant for a performance that grows or changes while it is heard: notes that both plans hold
        ring on, notes that the new one does not have are lifted.
        """
        if self._is_playing:
            self._replace_playing(plan)
        else:
            self._plan = plan
            self._start_s = self._within(self._start_s)

    def _replace_playing(self, plan: Plan) -> None:
        now_s = self._queue_position_s()
        old, self._plan = self._plan, plan
        if now_s < self._start_s:  # nothing has sounded yet
            self.play(self._start_s)
            return
        self._output.cancel_pending()
        clock_s = self._base_s + now_s - self._start_s
        for event in plan.changing_over_at(now_s, old):
            self._output.send(event, clock_s)
        self._next = plan.first_after(now_s)
        self.update()

    def _queue_position_s(self) -> float:
        """Position that the output's clock has reached; before the start during the lead."""
        return self._start_s + self._output.now_s() - self._base_s

    def _within(self, position_s: float) -> float:
        return min(max(position_s, 0.0), self._plan.length_s)
