"""All commands and options (product.md section 4). Reads words only: values are checked later.

Imports argparse and nothing heavier, so that `--help` and `--version` cost next to nothing.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

import wizard
from wizard.cli.options import DEFAULTS, OPTIONS

TYPE_CHECKING = False  # as typing has it: its import would be a third of what `--version` takes
if TYPE_CHECKING:
    from typing import Any

HAND_OVERS = (
    "imagespec",
    "flyte",
    "flyte-config",
    "kubernetes-secret",
    "github-actions",
    "env",
    "report",
    "message",
)

_ABOUT = (
    "From nothing to: the cluster pulls my image. Engine, registry, login, test push and\n"
    "visibility are each proven with the real thing, and a broken link is named with its fix."
)
_ROOT_EXAMPLES = """examples:
  registry-wizard                        the app
  registry-wizard --sandbox              the app on practice registries, without any account
  registry-wizard setup ghcr.io/acme     the same steps without the app
  registry-wizard doctor                 what is broken, and why
  registry-wizard check ghcr.io/acme/my-app:1.0

exit codes: 0 ready or yes, 1 not ready or no, 2 wrong usage, 3 a fault of the wizard,
130 interrupted"""


_NARROWEST, _COLUMNS, _WIDEST = 40, 80, 100


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line; wrong usage ends with exit code 2 on stderr."""
    root = argparse.ArgumentParser(
        prog="registry-wizard",
        description=_ABOUT,
        epilog=_ROOT_EXAMPLES,
        formatter_class=_formatter,
        allow_abbrev=False,
    )
    root.add_argument(
        "--version", action="version", version=f"registry-wizard {wizard.__version__}"
    )
    root.set_defaults(**DEFAULTS)
    _add(root, *_ALL, *_NETWORK, "sandbox", "python", "plain")
    commands = root.add_subparsers(
        dest="command", metavar="COMMAND", title="commands", parser_class=_Command
    )
    for name, (summary, fill, *examples) in _COMMANDS.items():
        command = commands.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            epilog="\n".join(["examples:", *(f"  registry-wizard {line}" for line in examples)]),
            formatter_class=_formatter,
            allow_abbrev=False,
        )
        command.fill = fill
    return root


class _Command(argparse.ArgumentParser):
    """Has its options only from when it is the one: they are most of what all of this takes."""

    fill: Callable[[argparse.ArgumentParser], None] | None = None

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        return super(_Command, self.filled()).parse_known_args(args, namespace)

    def filled(self) -> _Command:
        if self.fill is not None:
            fill, self.fill = self.fill, None
            _add(self, "json", *_ALL)
            fill(self)
        return self


_ALL = ("profile", "config")
_NETWORK = ("timeout",)
_CONSENT = ("fix", "yes", "dry-run")
_LOGIN = ("username", "password-stdin", "store", "trust-realm")
_AGREED = ("create-repository", "private", "make-public", "grant-cluster")
_CHOICES = ("engine", "image", "python", "platform", "cluster-account", "cluster-principal")


def _formatter(prog: str) -> argparse.HelpFormatter:
    """Left to itself argparse imports shutil for the width, a tenth of what `--version` takes."""
    try:
        columns = os.get_terminal_size().columns
    except OSError:
        columns = _COLUMNS
    width = max(_NARROWEST, min(columns, _WIDEST)) - 2
    return argparse.RawDescriptionHelpFormatter(prog, width=width)


def _add(parser: argparse.ArgumentParser, *names: str) -> None:
    for name in names:
        # Suppressed: what was given before the command must not be overwritten by a default.
        parser.add_argument(f"--{name}", default=argparse.SUPPRESS, **OPTIONS[name])  # type: ignore[arg-type]


def _setup(command: argparse.ArgumentParser) -> None:
    command.add_argument("prefix", nargs="?", metavar="PREFIX", help="such as ghcr.io/acme")
    _add(command, *_CHOICES, *_LOGIN, *_AGREED, "delete-image", *_CONSENT, "sandbox", *_NETWORK)


def _doctor(command: argparse.ArgumentParser) -> None:
    command.add_argument("prefix", nargs="?", metavar="PREFIX", help="such as ghcr.io/acme")
    _add(command, *_CHOICES, "push", *_CONSENT, *_LOGIN, *_AGREED, "sandbox", *_NETWORK)


def _check(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "references",
        nargs="+",
        metavar="REFERENCE",
        help="such as ghcr.io/acme/my-app:1.0; - reads them from standard input, one a line",
    )
    _add(command, "platform", "sandbox", *_NETWORK)


def _switch(command: argparse.ArgumentParser) -> None:
    command.add_argument("name", nargs="?", metavar="PROFILE", help="see registry-wizard profiles")
    _add(command, *_CONSENT, *_NETWORK)


def _profiles(_command: argparse.ArgumentParser) -> None:
    """Nothing of its own."""


def _export(command: argparse.ArgumentParser) -> None:
    command.add_argument("what", choices=HAND_OVERS, metavar="WHAT", help=", ".join(HAND_OVERS))
    _add(command, "output", "anonymous", "yes", *_NETWORK)


def _undo(command: argparse.ArgumentParser) -> None:
    _add(command, "all", *_CONSENT)


def _explain(command: argparse.ArgumentParser) -> None:
    command.add_argument("cause", nargs="?", metavar="CAUSE", help="such as pull.private")
    _add(command, "message")


_Row = tuple[str, Callable[[argparse.ArgumentParser], None], *tuple[str, ...]]

# What it does, what it takes, and examples of its use.
_COMMANDS: dict[str, _Row] = {
    "setup": (
        "prove engine, registry, login, push and pull, one after the other",
        _setup,
        "setup ghcr.io/acme --image my-app",
        "setup --sandbox --yes",
        "setup ghcr.io/acme --username octo --password-stdin --yes < token.txt",
    ),
    "doctor": (
        "every check, for the profile or PREFIX; changes nothing unless --fix is given",
        _doctor,
        "doctor",
        "doctor ghcr.io/acme --push",
        "doctor --fix",
        "doctor --json",
    ),
    "check": (
        "would a cluster without credentials pull this",
        _check,
        "check ghcr.io/acme/my-app:1.0",
        "check --platform linux/arm64 docker.io/acme/my-app:2",
        "check - < references.txt",
    ),
    "switch": (
        "make a profile the current one and prove it again",
        _switch,
        "switch work",
        "switch work --yes",
    ),
    "profiles": (
        "what is set up here, and when it was last proven",
        _profiles,
        "profiles",
        "profiles --json",
    ),
    "export": (
        "print the hand-over for your code, with the proven values",
        _export,
        "export imagespec",
        "export flyte-config > config.yaml",
        "export env",
        "export kubernetes-secret | kubectl apply -n PROJECT-DOMAIN -f -",
        "export report --anonymous > report.md",
        "export message",
    ),
    "undo": (
        "take back what the wizard changed",
        _undo,
        "undo --dry-run",
        "undo --all --yes",
    ),
    "explain": (
        "the page of one cause; without one, the list",
        _explain,
        "explain pull.private",
        "explain --message 'denied: permission_denied: write_package'",
        "explain --message - < build.log",
    ),
}
