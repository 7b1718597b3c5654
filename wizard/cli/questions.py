"""Plain questions on a terminal: asked on stderr, answered on stdin, one line each."""

from __future__ import annotations

import asyncio
import getpass
import os
import select
import signal
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

from wizard.cli.left import LeftError
from wizard.cli.output import Output
from wizard.cli.world import World
from wizard.core.fields import Field
from wizard.core.secret import Secret

_LONGEST_ANSWER = 4096
_YES = ("y", "yes")
_NO = ("n", "no")


class Questions:
    """Every question says what its answer means; an answer that is none is asked for again."""

    def __init__(self, world: World, output: Output) -> None:
        self._world = world
        self._output = output

    def say(self, *lines: str) -> None:
        self._output.aside(*lines)

    def ask(self, question: str, default: str = "") -> str:
        shown = f"{question} [{default}]: " if default else f"{question}: "
        return self._line(shown) or default

    def confirm(self, question: str, *, default: bool) -> bool:
        hint = "[Y/n]" if default else "[y/N]"
        while True:
            answer = self._line(f"{question} {hint} ").lower()
            if not answer:
                return default
            if answer in (*_YES, *_NO):
                return answer in _YES
            self.say("Answer y for yes or n for no.")

    def choose(self, question: str, options: Sequence[str]) -> int:
        """Numbered from 1; the index from 0. Enter takes the first."""
        self.say("", question)
        self.say(*(f"  {number}  {option}" for number, option in enumerate(options, start=1)))
        while True:
            answer = self._line(f"Number, 1 to {len(options)} [1]: ") or "1"
            if answer.isascii() and answer.isdigit() and 1 <= int(answer) <= len(options):
                return int(answer) - 1
            self.say(f"Type a number from 1 to {len(options)}.")

    def field(self, field: Field, default: str = "") -> str:
        """One field of a registry, checked as it is everywhere else."""
        if field.help:
            self.say(f"  {field.help}")
        hint = field.title if default else f"{field.title}, such as {field.example}"
        while True:
            answer = self.ask(hint, default)
            if not answer and field.is_optional:
                return ""
            wrong = field.check(answer) if answer else "it is needed"
            if not wrong:
                return answer
            self.say(f"  {wrong}")

    def secret(self, question: str) -> Secret:
        """Typed without an echo. Raises LeftError where typing cannot be hidden."""
        self._output.settle()
        with _interruptible(), warnings.catch_warnings():
            # Without a terminal that can be silenced getpass would echo: that is no way in.
            warnings.simplefilter("error", getpass.GetPassWarning)
            try:
                return Secret(getpass.getpass(f"{question}: ", self._world.stderr).strip())
            except EOFError as error:
                raise LeftError from error
            except getpass.GetPassWarning as error:
                self.say("This terminal cannot hide what is typed. Use --password-stdin instead.")
                raise LeftError from error

    def _line(self, prompt: str) -> str:
        self._output.settle()
        with _interruptible():
            self._world.stderr.write(self._output.style.text(prompt))
            self._world.stderr.flush()
            _wait_for_line(self._world.stdin)
            answer = self._world.stdin.readline(_LONGEST_ANSWER)
        if not answer:
            self._world.stderr.write("\n")
            raise LeftError
        return answer.strip()


def _wait_for_line(stdin: TextIO) -> None:
    """Until a line is there to be read, or a signal came.

    A signal between Python's last look at them and the read itself would be seen only after the
    next line (seen under load): the byte that it leaves in a pipe ends this wait whenever it came.
    """
    if os.name != "posix" or not stdin.isatty():
        return
    told, tells = os.pipe()
    os.set_blocking(tells, False)
    before = signal.set_wakeup_fd(tells, warn_on_full_buffer=False)
    try:
        select.select([stdin.fileno(), told], [], [])
    finally:
        signal.set_wakeup_fd(before)
        os.close(told)
        os.close(tells)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C ends a waiting read at once; asyncio's own handler would wait for the next line."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        if _is_interrupted():
            raise KeyboardInterrupt
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _is_interrupted() -> bool:
    """A Ctrl-C a moment earlier has cancelled the task, which cannot notice while it reads."""
    try:
        task = asyncio.current_task()
    except RuntimeError:  # no loop: the questions around the commands
        return False
    return task is not None and task.cancelling() > 0
