"""Read argv, then start one face: the app, its plain form, or one command.

Imports only what reading argv needs: everything else comes with the face that needs it.
"""

from __future__ import annotations

import errno
import os
import sys

# As typing has it: its import would be a third of what `--version` takes.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from types import FrameType
    from typing import Any, NoReturn

    from wizard.cli.world import SignTable, World
    from wizard.core.ports import Parts

_NEW_OBJECTS = 50_000
"""So many more of them, and Python looks for garbage: a command rarely makes as many."""

_NO_TERMINAL = """registry-wizard: the app needs a terminal, and this is none. What works here:
  registry-wizard setup PREFIX --yes      the same steps without questions
  registry-wizard setup --sandbox --yes   on practice registries, without any account
  registry-wizard doctor                  every check; changes nothing
  registry-wizard --help                  everything else"""


def run() -> NoReturn:
    """The installed command: `main` in a process that is all ours, from its start to its end.

    What a start makes stays to the end, so that looking through it for garbage every 700 objects,
    and taking it apart piece by piece at the end, was a quarter of a short run.
    """
    import gc

    from wizard.late import postpone

    postpone()
    gc.set_threshold(_NEW_OBJECTS)
    code = main()
    try:
        sys.stdout.flush()
    except (OSError, ValueError):  # who reads it has gone, or its disk is full
        code = code or 1
    try:  # noqa: SIM105 - contextlib would be half of what `--version` takes
        sys.stderr.flush()
    except (OSError, ValueError):  # what is said beside the answer decides nothing
        pass
    # Threads in a call that never ends, such as a silent name server's, are left behind as well.
    os._exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code (product.md section 4)."""
    from wizard.cli.arguments import parser
    from wizard.cli.exit_codes import ExitCode

    _open_what_is_closed()
    _never_fail_to_print()
    try:
        arguments = parser().parse_args(argv)
    except SystemExit as end:  # argparse has said what it had to say
        return end.code if isinstance(end.code, int) else ExitCode.USAGE
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        # The shell's prompt must not stand behind a half-written line.
        sys.stderr.write("\n")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # Who reads our output has gone (`| head`): nothing more may be written, even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.NOT_READY
    except Exception as error:  # noqa: BLE001 - the last resort: say it safely, never as a traceback
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            sys.stderr.write("registry-wizard: the disk is full, so the answer is not written\n")
            return ExitCode.NOT_READY
        from wizard.cli.crash import crash_report

        sys.stderr.write(crash_report(error))
        return ExitCode.CRASHED


def _open_what_is_closed() -> None:
    """Started with a stream closed, as some schedulers do, Python has None in its place."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115


def _never_fail_to_print() -> None:
    """A locale without the character at hand must cost a mark, not the run."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _tidy_up_when_killed() -> None:
    """`kill` and a closed terminal end a run as Ctrl-C does: helpers, images, files are tidied."""
    import signal

    def end(_number: int, frame: FrameType | None) -> None:
        # Whoever runs the loop has a handler of its own for Ctrl-C; scripts may ignore Ctrl-C.
        on_interrupt = signal.getsignal(signal.SIGINT)
        if not callable(on_interrupt):
            raise KeyboardInterrupt
        on_interrupt(signal.SIGINT, frame)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, end)


def _run(arguments: Namespace) -> int:
    _tidy_up_when_killed()
    world = _world()
    if arguments.command is not None:
        from wizard.cli.commands import run_command

        return run_command(arguments, world)
    if not world.is_interactive or not sys.stdout.isatty():
        sys.stderr.write(_NO_TERMINAL + "\n")
        return 2
    if arguments.plain or os.environ.get("ACCESSIBLE") == "1" or os.environ.get("TERM") == "dumb":
        return _plain(arguments, world)
    from wizard.tui.start import options_here, run_app

    options = options_here(
        os.environ, is_sandbox=arguments.sandbox, profile=arguments.profile or ""
    )
    return run_app(lambda: world.parts(arguments), options, lambda: _plain(arguments, world))


def _plain(arguments: Namespace, world: World) -> int:
    from wizard.cli.plain import run_plain

    return run_plain(arguments, world)


def _world() -> World:
    from wizard.cli.world import World

    return World(
        environ=os.environ,
        stdin=sys.stdin,
        stdout=sys.stdout,
        stderr=sys.stderr,
        system=sys.platform,
        build=_build,
        sign_tables=_sign_tables,
    )


def _build(environ: Mapping[str, str], **options: Any) -> AbstractAsyncContextManager[Parts]:
    from wizard.wiring import build

    return build(environ, **options)


def _sign_tables() -> Iterator[SignTable]:
    """What each registry and engine is known to say, for `explain --message`."""
    from wizard.cli.world import SignTable
    from wizard.core.signs import COMMON_SIGNS
    from wizard.engines.containerd_signs import CONTAINERD_SIGNS
    from wizard.engines.docker_signs import DOCKER_SIGNS
    from wizard.engines.podman_signs import PODMAN_SIGNS
    from wizard.registries import REGISTRIES

    for registry in REGISTRIES:
        yield SignTable(registry.signs, registry.claims)
    for signs in (DOCKER_SIGNS, PODMAN_SIGNS, CONTAINERD_SIGNS, COMMON_SIGNS):
        yield SignTable(signs)


if __name__ == "__main__":
    run()
