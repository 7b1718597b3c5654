"""A home of its own for a practice run, so that nothing touches the user's real files."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

# What a practice run may still know of the real machine: how to show text, where programs are.
_KEPT = (
    *("PATH", "PYTHONPATH", "SYSTEMROOT"),
    *("LANG", "LC_ALL", "LC_CTYPE", "TERM", "COLORTERM", "NO_COLOR"),
)

_HELPER = "practice"

_OF_THE_CLOUDS = ("ecr-login", "gcloud", "gcr")
"""Helpers that know no practice: they would ask the real clouds, with the practice's keys."""
_NO_LOGIN = """#!{python} -I
import sys
print("credentials not found in native keychain")
sys.exit(1)
"""

# The credential helper protocol (credentials.md 2.1) over files in the practice home.
_HELPER_PROGRAM = """#!{python} -I
import hashlib, json, os, pathlib, sys
vault = pathlib.Path(__file__).parent / "vault"
vault.mkdir(mode=0o700, exist_ok=True)
def place(server):
    return vault / hashlib.sha256(server.strip().encode()).hexdigest()
def read(entry):
    try:
        return entry.read_text()
    except FileNotFoundError:
        return ""  # another of us erased it meanwhile
action, given = sys.argv[-1], "" if sys.argv[-1] == "version" else sys.stdin.read()
if action == "store":
    entry = place(json.loads(given)["ServerURL"])
    half = entry.with_suffix(f".{{os.getpid()}}")
    half.write_text(given)
    half.replace(entry)
elif action == "get" and (kept := read(place(given))):
    print(kept)
elif action == "erase":
    place(given).unlink(missing_ok=True)
elif action == "list":
    found = [json.loads(kept) for e in vault.iterdir() if not e.suffix and (kept := read(e))]
    print(json.dumps({{entry["ServerURL"]: entry["Username"] for entry in found}}))
elif action == "version":
    print("docker-credential-practice 1.0")
else:
    print("credentials not found in native keychain")
    sys.exit(1)
"""


@contextmanager
def practice_home(environ: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """An environment whose home is a temporary directory (0700) with a practice credential store.

    The directory and all that was stored in it are removed at the end.
    """
    with tempfile.TemporaryDirectory(prefix="registry-wizard-practice-") as name:
        home = Path(name)
        programs = home / "bin"
        docker = home / ".docker"
        for folder in (programs, docker, home / "run"):
            folder.mkdir(mode=0o700)
        path = environ.get("PATH", "")
        _lay(programs / f"docker-credential-{_HELPER}", _HELPER_PROGRAM)
        for cloud in _OF_THE_CLOUDS:
            if shutil.which(f"docker-credential-{cloud}", path=path):
                _lay(programs / f"docker-credential-{cloud}", _NO_LOGIN)
        (docker / "config.json").write_text(json.dumps({"credsStore": _HELPER}, indent="\t"))
        yield {
            **{name: environ[name] for name in _KEPT if name in environ},
            "HOME": name,
            "USERPROFILE": name,
            "PATH": f"{programs}:{path}" if path else str(programs),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_STATE_HOME": str(home / ".local" / "state"),
            "XDG_RUNTIME_DIR": str(home / "run"),
            "DOCKER_CONFIG": str(docker),
        }


def _lay(place: Path, program: str) -> None:
    place.write_text(program.format(python=sys.executable))
    place.chmod(0o700)
