"""The two streams of a run: the report on stdout, everything else on stderr."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable
from typing import Any, assert_never

import wizard.cli.document as documents
from wizard.cli.render import check_lines, fix_lines, report_lines
from wizard.cli.style import Style
from wizard.cli.world import World
from wizard.core.checks import Check, Report
from wizard.core.diagnosis import Diagnosis
from wizard.core.events import (
    Began,
    Changed,
    Checked,
    EngineChosen,
    EngineSeen,
    Event,
    LoggedIn,
    LoginSeen,
    Progressed,
    PullTried,
    Pushed,
    Reached,
    SdkSeen,
    Verified,
)
from wizard.core.text import clean

_CLEAR_LINE = "\r\x1b[K"


class Output:
    """Where a command says things. With `--json` stdout stays silent until the document."""

    def __init__(self, arguments: Namespace, world: World) -> None:
        self.is_json: bool = getattr(arguments, "json", False)
        self.system = world.system
        self._stdout, self._stderr = world.stdout, world.stderr
        self.style = Style.of(world.stdout, world.environ)
        self._aside = Style.of(world.stderr, world.environ)
        self._is_waiting = False
        self._has_document = False
        self._last_step = ""

    def lines(self, lines: Iterable[str]) -> None:
        """Of the report. Nothing with `--json`."""
        if self.is_json:
            return
        self.settle()
        for line in lines:
            self._stdout.write(line + "\n")
        self._stdout.flush()

    def document(self, document: dict[str, Any]) -> None:
        """The one document. Nothing without `--json`."""
        self.settle()
        self._has_document = True
        if self.is_json:
            documents.write(document, self._stdout)
            self._stdout.flush()

    def begin_document(self, text: str) -> None:
        """The first part of a document that is written as it grows."""
        self._has_document = True
        self.more_document(text)

    def more_document(self, text: str) -> None:
        self.settle()
        self._stdout.write(text)
        self._stdout.flush()

    def last_document(self, document: dict[str, Any]) -> None:
        """The document of a run that broke off; nothing when it had written its own."""
        if not self._has_document:
            self.document(document)

    def aside(self, *lines: str) -> None:
        """For a person and not for the report: questions, warnings, what would be done."""
        self.settle()
        self._say("".join(self._aside.text(line) + "\n" for line in lines))

    def row(self, check: Check) -> None:
        shows_step = check.step.value != self._last_step
        self._last_step = check.step.value
        self.lines(check_lines(check, self.style, self.system, shows_step=shows_step))

    def report(self, report: Report) -> None:
        """The whole report, as rows or as the document."""
        self.document(report.document())
        self.lines(report_lines(report, self.style, self.system))

    def trouble(self, found: Diagnosis) -> None:
        """A diagnosis outside any check, on stderr."""
        self.aside(f"{clean(found.summary)}  ({found.cause})")
        self.aside(*(f"  seen: {clean(seen.line)}" for seen in found.evidence))
        self.aside(*(f"  {line}" for line in fix_lines(found.fixes, self._aside)))

    def progress(self, event: Event) -> None:
        """What is under way. On a terminal one line that is written over."""
        match event:
            case Began(_, _, text, limit_s):
                limit = f" ({limit_s:g} s at most)" if limit_s else ""
                self._wait(f"{text}{limit}")
            case Progressed(_, text, done, total):
                amount = f" {done}/{total}" if total else ""
                if self._aside.transient:
                    self._wait(f"{text}{amount}")
            case (
                Checked()
                | EngineSeen()
                | EngineChosen()
                | SdkSeen()
                | Reached()
                | LoginSeen()
                | LoggedIn()
                | Pushed()
                | PullTried()
                | Verified()
                | Changed()
            ):
                pass
            case _:
                assert_never(event)

    def settle(self) -> None:
        """Take the waiting line away."""
        if self._is_waiting:
            self._say(_CLEAR_LINE)
            self._is_waiting = False

    def _wait(self, text: str) -> None:
        shown = self._aside.text(clean(f"… {text}", 400))
        if self._aside.transient:
            self._say(f"{_CLEAR_LINE}{shown[: self._aside.width - 1]}")
            self._is_waiting = True
        else:
            self._say(shown + "\n")

    def _say(self, text: str) -> None:
        """What is said beside the answer never costs the answer: a log's disk may be full."""
        try:
            self._stderr.write(text)
            self._stderr.flush()
        except OSError:
            pass
