"""Talk to `docker-credential-<name>` programs. What they print is never shown: it may be secret.

Source: credentials.md 2.1, 2.2 and 4.3 rows 33-36 and 52.
"""

from __future__ import annotations

import json
import os
import re
import stat
import sys
from collections.abc import Mapping
from pathlib import Path

from wizard.clients.atomic_file import is_ours
from wizard.clients.programs import TOKEN_VARIABLES
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Evidence, Fault, Problem, Stage
from wizard.core.ports import Outside, ProgramResult
from wizard.core.secret import Credential, Secret
from wizard.core.text import clean

PREFIX = "docker-credential-"
NOT_FOUND = "credentials not found in native keychain"
QUICK_S = 5.0
PROMPT_S = 60.0
"""A system may ask the person for consent before it stores or unlocks."""

_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_MOST_LINE = 60_000  # Go's helpers read lines of at most 64 KiB (seen)
_MOST_WINCRED = 2560
_ROOT = 0

# What a locked or never initialised store says, on either stream. Only which of these was
# said is reported, in our words.
_LOCKED = (
    (rb"locked collection|is locked", "the keyring is locked"),
    (rb"pass not initialized|password store is empty", "pass has no key yet"),
    (rb"interaction is not allowed|unlock-keychain", "the keychain is locked"),
    (rb"prompt dismissed", "it was not unlocked"),
    (rb"gpg: (public key )?decryption failed", "its key is locked"),
)
_FAILED = (
    (rb"cannot autolaunch d-bus|org\.freedesktop\.secrets|no keyring", "no keyring runs here"),
    (rb"not implemented", "it makes its own logins and stores none"),
    (rb"stub received bad data", "the secret is too long for this store"),
    (rb"token too long", "the secret is too long for this helper"),
    (rb"exec format error|invalid argument", "it does not run on this system"),
)
# These need none of the user's tokens to do their work.
_NATIVE = frozenset({"secretservice", "pass", "osxkeychain", "wincred", "desktop", "desktop.exe"})


@dataclass(frozen=True, slots=True)
class Helper:
    """One helper program, found and fit to be given a secret."""

    name: str
    path: str
    outside: Outside

    async def get(self, key: str, timeout_s: float = QUICK_S) -> Credential | None:
        """None when the helper says in so many words that it has none.

        Raises Problem: store.helper-failing, store.helper-hung or store.locked.
        """
        result = await self._call("get", key.encode(), timeout_s)
        if result.code != 0:
            # Go compares the whole of stdout; the sentence on stderr is an error to it (seen).
            if result.stdout.strip() == NOT_FOUND.encode():
                return None
            raise self._failed("get", result)
        answer = self._json("get", result.stdout)
        username, secret = answer.get("Username"), answer.get("Secret")
        if not isinstance(username, str) or not isinstance(secret, str):
            raise self._nonsense("get", "its answer has no user name and secret")
        # pass 0.6.4 says "missing" with two empty fields and success (seen).
        return Credential(username, Secret(secret)) if username and secret else None

    async def store(self, key: str, credential: Credential, timeout_s: float = PROMPT_S) -> None:
        """Raises Problem as `get` does."""
        secret = credential.secret.reveal()
        line = {"ServerURL": key, "Username": credential.username, "Secret": secret}
        sent = json.dumps(line).encode()
        is_too_long = len(sent) > _MOST_LINE or (
            self.name == "wincred" and len(secret.encode()) > _MOST_WINCRED
        )
        if is_too_long:
            raise self._nonsense("store", "the secret is too long for this store")
        result = await self._call("store", sent, timeout_s)
        if result.code != 0:
            raise self._failed("store", result)

    async def erase(self, key: str, timeout_s: float = QUICK_S) -> None:
        """Gone afterwards, or was never there: proven by asking again, for exit codes lie."""
        await self._call("erase", key.encode(), timeout_s)
        if await self.get(key) is not None:
            raise self._nonsense("erase", "it still has the login that it was told to erase")

    async def list(self, timeout_s: float = QUICK_S) -> Mapping[str, str]:
        """User names by server. An answer proves that the program runs, not that it unlocks."""
        result = await self._call("list", b"unused", timeout_s)
        if result.code != 0:
            raise self._failed("list", result)
        found = self._json("list", result.stdout) if result.stdout.strip() != b"null" else {}
        return {key: user for key, user in found.items() if isinstance(user, str)}

    async def _call(self, action: str, stdin: bytes, timeout_s: float) -> ProgramResult:
        try:
            result = await self.outside.run(
                (self.path, action), stdin=stdin, timeout_s=timeout_s, environ=self._environ()
            )
        except Problem as problem:
            words = problem.evidence[-1].answered if problem.evidence else "it cannot be started"
            seen = self._evidence(action, words, Fault.INVALID)
            raise Problem(seen, cause="store.helper-failing") from None
        if result.timed_out:
            seen = self._evidence(action, f"no answer in {timeout_s:g} s", Fault.HUNG)
            raise Problem(seen, cause="store.helper-hung")
        return result

    def _environ(self) -> dict[str, str]:
        # Without GPG_TTY no pin entry can draw over our screen.
        dropped = {"GPG_TTY"} | (TOKEN_VARIABLES if self.name in _NATIVE else set())
        return {k: v for k, v in self.outside.environ.items() if k not in dropped}

    def _json(self, action: str, stdout: bytes) -> dict[str, object]:
        try:
            answer = json.loads(stdout.decode("utf-8"))
        except (ValueError, RecursionError):
            raise self._nonsense(action, "its answer is not JSON") from None
        if not isinstance(answer, dict):
            raise self._nonsense(action, "its answer is not an object")
        return answer

    def _failed(self, action: str, result: ProgramResult) -> Problem:
        said = result.stdout + b"\n" + result.stderr
        if words := _recognised(said, _LOCKED):
            seen = self._evidence(action, words, Fault.DENIED)
            return Problem(seen, cause="store.locked")
        ending, words = _ending(result.code or 0), _recognised(said, _FAILED)
        seen = self._evidence(action, f"{ending}: {words}" if words else ending, Fault.INVALID)
        return Problem(seen, cause="store.helper-failing")

    def _nonsense(self, action: str, words: str) -> Problem:
        seen = self._evidence(action, words, Fault.NONSENSE)
        return Problem(seen, cause="store.helper-failing")

    def _evidence(self, action: str, answered: str, fault: Fault) -> Evidence:
        asked = f"{PREFIX}{self.name} {action}"
        facts = {"helper": self.name, "path": clean(self.path), "message": answered}
        return Evidence(Stage.STORE, asked, answered, message=answered, fault=fault, facts=facts)


def _recognised(said: bytes, table: tuple[tuple[bytes, str], ...]) -> str:
    found = (words for pattern, words in table if re.search(pattern, said, re.IGNORECASE))
    return next(found, "")


def _ending(code: int) -> str:
    # A shell reports death by signal N as 128 + N.
    if code < 0:
        return f"it was killed by signal {-code}"
    return f"it ended with status {code}"


def find_helper(name: str, outside: Outside) -> Helper:
    """Find it as docker would, and refuse one that somebody else could have put there.

    Raises Problem: store.helper-missing, store.helper-failing.
    """
    shown = clean(name, 80)
    asked, facts = f"{PREFIX}{shown}", {"helper": shown}
    if not _NAME.fullmatch(name):
        words = "that is no name of a helper"
        seen = Evidence(Stage.STORE, asked, words, fault=Fault.INVALID, facts=facts)
        raise Problem(seen, cause="store.helper-failing")
    path = outside.which(f"{PREFIX}{name}")
    if path is None:
        seen = Evidence(Stage.STORE, asked, "not on PATH", fault=Fault.MISSING, facts=facts)
        raise Problem(seen, cause="store.helper-missing")
    if words := _unsafe(Path(path)):
        facts |= {"path": clean(path), "message": words}
        seen = Evidence(
            Stage.STORE, clean(path), words, message=words, fault=Fault.DENIED, facts=facts
        )
        raise Problem(seen, cause="store.helper-failing")
    return Helper(name, path, outside)


def _unsafe(path: Path) -> str:
    """Why a secret must not be given to this program; empty when it may."""
    if sys.platform == "win32":
        return ""
    try:
        real = Path(os.path.realpath(path))
        program = real.stat()
        folders = [path.parent.stat(), real.parent.stat()]
    except OSError:
        return "it cannot be looked at"
    reasons = (
        (not path.is_absolute(), "it was found through a relative PATH entry"),
        (not stat.S_ISREG(program.st_mode), "it is not a regular file"),
        (program.st_uid != _ROOT and not is_ours(program.st_uid), "it belongs to another user"),
        (bool(program.st_mode & stat.S_IWOTH), "anybody may change it"),
        (
            any(folder.st_mode & stat.S_IWOTH for folder in folders),
            "anybody may replace it: its folder is open to all",
        ),
    )
    return next((reason for is_so, reason in reasons if is_so), "")
