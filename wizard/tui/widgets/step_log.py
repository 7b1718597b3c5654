"""What was done, line by line with its time, and what is being waited for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from wizard.core.checks import Check
from wizard.core.events import Began, Progressed
from wizard.tui.links import WORDS, spell_seconds
from wizard.tui.marks import COLOURS, OF_STATUS, SPINNER, Mark
from wizard.tui.widgets.text import Part, Text

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
        self._turn = 0
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
            self._timer = self.set_interval(TICK_S, self._tick)
        self.refresh()

    def _tick(self) -> None:
        self._turn = (self._turn + 1) % len(SPINNER)
        self.refresh()

    def render(self) -> Content:
        waiting = self._waiting
        if waiting is None:
            return Content("")
        seconds = int(self._now() - waiting.since_s)
        limit = waiting.began.limit_s
        of = f" of {limit:.0f}" if limit and limit < _MINUTE_S else ""
        what = waiting.progress.text if waiting.progress else waiting.began.text
        elapsed = f", {seconds} s{of}" if seconds else ""
        if seconds >= _MINUTE_S:
            elapsed = f", {seconds // _MINUTE_S}:{seconds % _MINUTE_S:02}"
        return Content.assemble((f"{SPINNER[self._turn]} ", "$accent"), f"{what}{elapsed}")

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
        yield Text()
        yield WaitLine()

    def show(
        self, checks: tuple[Check, ...], waiting: Waiting | None, now: Callable[[], float]
    ) -> None:
        lines: list[Part] = []
        for check in checks:
            lines += [*_lines(check), "\n"]
        self.query_one(Text).say(*lines[:-1])
        self.query_one(WaitLine).show(waiting, now)
        self.set_class(bool(checks) or waiting is not None, "shown")


def _lines(check: Check) -> list[Part]:
    mark = OF_STATUS[check.status]
    word = "" if mark is Mark.PROVEN else f"{WORDS[mark]}: "
    time = f"  {spell_seconds(check.seconds)}" if check.seconds else ""
    parts: list[Part] = [(f"{mark.value} ", COLOURS[mark]), f"{word}{check.summary}"]
    parts.append((time, "$quiet"))
    if mark is Mark.PROVEN:
        notes = (line for line in check.evidence[:_MOST_NOTES] if line)
        parts += [(f"\n  {_cut(line)}", "$quiet") for line in notes]
    return parts


def _cut(line: str) -> str:
    """One row: what proved it is a reminder here, and whole where something is the matter."""
    return line if len(line) <= _NOTE_WIDTH else f"{line[: _NOTE_WIDTH - 1]}…"
