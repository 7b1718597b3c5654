"""`docker-credential-registry-wizard`: docker's credential helper protocol over the OS keyring.

Docker and podman start it for one question each, with the server on stdin. Errors go to stdout
with status 1, as every helper's do. Source: credentials.md 2.1 and 2.4.

It starts itself anew in an isolated interpreter: neither PYTHONPATH, the folder that it is run in
nor a user's own packages may put code into a program that is given secrets.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # as typing has it, whose import would cost this first start a third
if TYPE_CHECKING:
    from typing import Final, NoReturn

# The folder of this package comes last, for installations that an isolated interpreter does not
# search by itself (`pip install --user`).
_ISOLATED: Final = (
    "import sys; sys.path.append(sys.argv.pop(1)); "
    "from wizard.credential_helper import answer; answer()"
)


def main() -> None:
    """Run as docker does: one argument, the question on stdin."""
    if sys.flags.isolated:
        answer()
        return
    home = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    argv = [sys.executable, "-I", "-c", _ISOLATED, home, *sys.argv[1:]]
    if sys.platform == "win32":  # pragma: no cover - there, exec leaves docker waiting for nobody
        import subprocess

        sys.exit(subprocess.call(argv))
    os.execv(sys.executable, argv)  # noqa: S606 - ourselves, without a shell


def answer() -> None:
    """Answer the one question and end."""
    from wizard.helper_words import LEAVE, PROGRAM, USAGE, HelperError

    action = sys.argv[1] if len(sys.argv) == 2 else ""  # noqa: PLR2004 - program and action
    if action in ("version", "--version"):
        from wizard import __version__

        sys.stdout.write(f"{PROGRAM} (registry-wizard) {__version__}\n")
        return
    if action == "uninstall":
        sys.stdout.write(f"{LEAVE}\n")
        return
    from wizard.clients.dumps import no_core_file
    from wizard.helper_logins import ACTIONS

    no_core_file()
    if action not in ACTIONS:
        _fail(f"unknown action; {USAGE}" if action else USAGE)
    if action != "list" and sys.stdin.isatty():
        _fail("this program is run by docker; use registry-wizard instead")
    try:
        ACTIONS[action]()
    except HelperError as error:
        _fail(str(error))
    except Exception as error:  # noqa: BLE001 - a traceback could show the secret
        _fail(f"the wizard's helper failed: {type(error).__name__}")


def _fail(text: str) -> NoReturn:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
    sys.exit(1)


if __name__ == "__main__":
    main()
