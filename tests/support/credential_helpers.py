"""Programs named `docker-credential-…` that keep logins in a file, or misbehave in one way."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from wizard.clients.outside import World

CANARY = "CANARY-7f3a91"

_PROGRAM = r"""#!{python} -I
import fcntl, json, os, pathlib, signal, sys, time

BEHAVIOUR, FILE = {behaviour!r}, pathlib.Path({file!r})
LOG = FILE.with_suffix(".log")
NOT_FOUND = "credentials not found in native keychain"
action = sys.argv[1]
asked = sys.stdin.read()
lock = FILE.with_suffix(".lock").open("w")
if BEHAVIOUR != "hang":
    fcntl.flock(lock, fcntl.LOCK_EX)  # as a real store, it takes one change at a time
items = json.loads(FILE.read_text()) if FILE.exists() else []
with LOG.open("a") as log:
    told = json.loads(asked)["ServerURL"] if action == "store" else asked
    log.write(json.dumps([action, told, sys.argv, dict(os.environ)]) + "\n")

def save(items):
    FILE.touch(mode=0o600)
    FILE.write_text(json.dumps(items))

def fail(text, code=1):
    print(text)
    sys.exit(code)

if BEHAVIOUR == "hang":
    time.sleep(600)
if BEHAVIOUR == "slow" and action == "get":
    time.sleep(2.1)
if BEHAVIOUR == "no-version" and action == "version":
    fail("unknown action version")
if BEHAVIOUR == "pinentry" and action != "version":
    sys.stderr.write("gpg: decryption failed: Inappropriate ioctl for device\n")
    sys.exit(1)
if BEHAVIOUR == "uninitialised":
    fail("pass not initialized: exit status 1: Error: password store is empty.")
if BEHAVIOUR == "mints" and action == "get":
    if asked.strip().endswith(".invalid"):
        fail(NOT_FOUND)
    count = FILE.with_suffix(".count")
    number = int(count.read_text()) + 1 if count.exists() else 1
    count.write_text(str(number))
    print(json.dumps(dict(ServerURL=asked.strip(), Username="AWS", Secret="{canary}-%d" % number)))
    sys.exit(0)
if BEHAVIOUR in ("mints", "mints-nothing") and action in ("store", "erase"):
    fail("not implemented")
if BEHAVIOUR == "huge":
    while True:
        sys.stdout.write("x" * 65536)
if BEHAVIOUR == "crash":
    sys.stderr.write("SIGSEGV: segmentation violation\ngoroutine 1 [running]:\n")
    sys.stderr.flush()
    os.kill(os.getpid(), signal.SIGSEGV)
if BEHAVIOUR == "error":
    fail("{canary} something went wrong \x1b[31m")
if BEHAVIOUR == "locked":
    fail("Cannot create an item in a locked collection")
if BEHAVIOUR == "junk":
    print("{canary} <html>"); sys.exit(0)
if BEHAVIOUR == "array":
    print('["{canary}"]'); sys.exit(0)
if BEHAVIOUR == "tty":
    try:
        with open("/dev/tty", "w") as tty:
            tty.write("{canary}")
    except OSError:
        fail("no terminal")
if BEHAVIOUR == "not-implemented" and action in ("store", "erase"):
    fail("not implemented")
if BEHAVIOUR in ("store-fails-later", "store-hangs-later") and action == "store":
    if "selftest" not in asked and "undo" not in asked:
        if BEHAVIOUR == "store-hangs-later":
            time.sleep(600)
        fail("no more room")

if action == "version":
    print("docker-credential-stand-in (tests) 1.2.3")
elif action == "list" and BEHAVIOUR == "no-list":
    fail("list is not implemented")
elif action == "list":
    print(json.dumps({{server: user for server, user, _ in items}}))
elif action == "store":
    new = json.loads(asked)
    server, user, secret = new["ServerURL"], new["Username"], new["Secret"]
    same = (lambda i: i[0] == server) if BEHAVIOUR != "two-account" else (
        lambda i: i[:2] == [server, user])
    if BEHAVIOUR == "lies-always" or (BEHAVIOUR == "lies" and "selftest" not in server):
        secret += "-other"
    save([i for i in items if not same(i)] + [[server, user, secret]])
elif action == "erase":
    save([i for i in items if i[0] != asked.strip()])
elif action == "get":
    found = next((i for i in items if i[0] == asked.strip()), None)
    if found:
        print(json.dumps(dict(zip(("ServerURL", "Username", "Secret"), found))))
    elif BEHAVIOUR == "empty-fields":
        print(json.dumps(dict(ServerURL="", Username="", Secret="")))
    elif BEHAVIOUR == "not-found-on-stderr":
        sys.stderr.write(NOT_FOUND); sys.exit(1)
    else:
        fail(NOT_FOUND)
"""


class FakeStore:
    """One helper program and the logins it keeps."""

    def __init__(self, folder: Path, name: str, behaviour: str = "ok") -> None:
        self.name = name
        self.program = folder / f"docker-credential-{name}"
        self.file = folder / f"{name}.json"
        text = _PROGRAM.format(
            python=sys.executable, behaviour=behaviour, file=str(self.file), canary=CANARY
        )
        self.program.write_text(text)
        self.program.chmod(0o755)

    @property
    def items(self) -> dict[str, tuple[str, str]]:
        """(user name, secret) by server; the first where there are two accounts."""
        if not self.file.exists():
            return {}
        rows = json.loads(self.file.read_text())
        return {server: (user, secret) for server, user, secret in reversed(rows)}

    @property
    def calls(self) -> list[tuple[str, str]]:
        """(action, server) in order."""
        return [(row[0], row[1]) for row in self._log()]

    @property
    def environments(self) -> list[dict[str, str]]:
        return [row[3] for row in self._log()]

    @property
    def arguments(self) -> list[list[str]]:
        return [row[2] for row in self._log()]

    def keep(self, server: str, username: str, secret: str) -> None:
        rows = json.loads(self.file.read_text()) if self.file.exists() else []
        rows = [row for row in rows if row[0] != server]
        self.file.write_text(json.dumps([*rows, [server, username, secret]]))

    def _log(self) -> list[list[object]]:
        log = self.file.with_suffix(".log")
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


class Machine:
    """A home, a PATH of its own, and the outside world as seen from there."""

    def __init__(self, home: Path, *more_path: str, **environ: str) -> None:
        self.home = home
        self.bin = home / "bin"
        self.bin.mkdir(mode=0o755, exist_ok=True)
        self.environ = {
            **{name: value for name, value in os.environ.items() if name.startswith("XDG_")},
            "HOME": str(home),
            "PATH": os.pathsep.join([str(self.bin), *more_path]),
            **environ,
        }
        self.outside = World(self.environ, home)
        self.config = home / ".docker" / "config.json"

    def helper(self, name: str, behaviour: str = "ok") -> FakeStore:
        return FakeStore(self.bin, name, behaviour)

    def write(self, content: bytes | str, mode: int = 0o600) -> Path:
        self.config.parent.mkdir(mode=0o700, exist_ok=True)
        raw = content.encode() if isinstance(content, str) else content
        self.config.write_bytes(raw)
        self.config.chmod(mode)
        return self.config
