"""What was done, line by line with its time, and what is being waited for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from wizard.core.checks import Check
from wizard.core.dataclass import dataclass
from wizard.core.events import Began, Progressed
from wizard.tui.links import WORDS, spell_seconds
from wizard.tui.marks import COLOURS, OF_STATUS, SPINNER, Mark
from wizard.tui.widgets.rows import Row, Rows

TICK_S = 0.25
_MINUTE_S = 60
_MOST_NOTES = 2
_NOTE_WIDTH = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is under way, since when (monotonic seconds), and how long it may take."""

    began: Began
    since_s: float
    progress: Progressed | None = None


class WaitLine(Widget):
    """One line with a one-cell spinner. No timer runs while nothing is waited for."""

    DEFAULT_CSS = "WaitLine { height: 1; width: 100%; }"

    def __init__(self) -> None:
        super().__init__()
        self._waiting: Waiting | None = None
        self._now: Callable[[], float] = lambda: 0.0
        self._timer: Timer | None = None
        self.display = False

    def show(self, waiting: Waiting | None, now: Callable[[], float]) -> None:
        if waiting == self._waiting:
            return
        self._waiting, self._now = waiting, now
        self.display = waiting is not None
        if waiting is None and self._timer is not None:
            self._timer.stop()
            self._timer = None
        elif waiting is not None and self._timer is None:
            self._timer = self.set_interval(TICK_S, self.refresh)
        self.refresh()

    def render(self) -> Content:
        waiting = self._waiting
        if waiting is None:
            return Content("")
        passed_s = max(self._now() - waiting.since_s, 0.0)
        seconds = int(passed_s)
        turn = SPINNER[int(passed_s / TICK_S) % len(SPINNER)]
        limit = waiting.began.limit_s
        of = f" of {limit:.0f}" if limit and limit < _MINUTE_S else ""
        what = waiting.progress.text if waiting.progress else waiting.began.text
        elapsed = f", {seconds} s{of}" if seconds else ""
        if seconds >= _MINUTE_S:
            elapsed = f", {seconds // _MINUTE_S}:{seconds % _MINUTE_S:02}"
        return Content.assemble((f"{turn} ", "$accent"), f"{what}{elapsed}")

    def on_unmount(self) -> None:
        if self._timer is not None:
            self._timer.stop()


class StepLog(Vertical):
    """The checks of a step as lines that only ever appear."""

    DEFAULT_CSS = """
    StepLog { width: 100%; max-width: 72; height: auto; }
    StepLog.shown { margin-bottom: 1; }
    """

    def compose(self) -> ComposeResult:
        yield Rows()
        yield WaitLine()

    def show(
        self, checks: tuple[Check, ...], waiting: Waiting | None, now: Callable[[], float]
    ) -> None:
        self.query_one(Rows).show(tuple(row for check in checks for row in _rows(check)))
        self.query_one(WaitLine).show(waiting, now)
        self.set_class(bool(checks) or waiting is not None, "shown")


def _rows(check: Check) -> Iterator[Row]:
    mark = OF_STATUS[check.status]
    word = "" if mark is Mark.PROVEN else f"{WORDS[mark]}: "
    time = f"  {spell_seconds(check.seconds)}" if check.seconds else ""
    yield Row(f"{mark.value} ", COLOURS[mark], (f"{word}{check.summary}", (time, "$quiet")))
    if mark is Mark.PROVEN:
        for line in check.evidence[:_MOST_NOTES]:
            yield Row("  ", "", ((_cut(line), "$quiet"),))


def _cut(line: str) -> str:
    """One row: what proved it is a reminder here, and whole where something is the matter."""
    return line if len(line) <= _NOTE_WIDTH else f"{line[: _NOTE_WIDTH - 1]}…"
