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
from wizard.clients.helper_answers import NATIVE, NOT_FOUND, cause_of, ending, saying_of
from wizard.clients.programs import TOKEN_VARIABLES
from wizard.core.cloud_helpers import CLOUD_OF, WHERE_FROM
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Evidence, Fault, Problem, Stage
from wizard.core.ports import Fitness, Outside, ProgramResult
from wizard.core.secret import Credential, Secret
from wizard.core.text import clean

PREFIX = "docker-credential-"
QUICK_S = 5.0
PROMPT_S = 60.0
"""A system may ask the person for consent before it stores or unlocks."""

_VERSION = re.compile(rb"\d+(\.\d+){1,3}")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_MOST_LINE = 60_000  # Go's helpers read lines of at most 64 KiB (seen)
_MOST_WINCRED = 2560
_ROOT = 0


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
            words = "the secret is too long for this store"
            raise self._problem("store", words, Fault.TOO_LARGE, Fitness.FAILS)
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

    async def version(self, timeout_s: float = QUICK_S) -> str:
        """Its number alone, or nothing: some know no such question.

        Raises Problem: store.helper-failing, store.helper-hung.
        """
        result = await self._call("version", b"", timeout_s)
        found = _VERSION.search(result.stdout[:400]) if result.code == 0 else None
        return found[0].decode() if found else ""

    async def _call(self, action: str, stdin: bytes, timeout_s: float) -> ProgramResult:
        try:
            result = await self.outside.run(
                (self.path, action), stdin=stdin, timeout_s=timeout_s, environ=self._environ()
            )
        except Problem as problem:
            seen = problem.evidence[-1] if problem.evidence else Evidence(Stage.STORE)
            is_foreign = seen.fault is Fault.INVALID or self.name.endswith(".exe")
            fitness = Fitness.FOREIGN if is_foreign else Fitness.FAILS
            words = seen.answered or "it cannot be started"
            raise self._problem(action, words, Fault.INVALID, fitness) from None
        if result.is_endless:
            raise self._nonsense(action, "its answer has no end")
        if result.timed_out:
            words = f"no answer in {timeout_s:g} s"
            raise self._problem(action, words, Fault.HUNG, Fitness.HANGS)
        return result

    def _environ(self) -> dict[str, str]:
        # Without GPG_TTY no pin entry can draw over our screen.
        dropped = {"GPG_TTY"} | (TOKEN_VARIABLES if self.name in NATIVE else set())
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
        said = saying_of(result.stdout + b"\n" + result.stderr)
        words, fitness = ending(result.code or 0)
        if said is not None:
            is_enough = cause_of(said.fitness) == "store.locked"
            words = said.words if is_enough else f"{words}: {said.words}"
            fitness = said.fitness
        fault = Fault.DENIED if cause_of(fitness) == "store.locked" else Fault.INVALID
        return self._problem(action, words, fault, fitness)

    def _nonsense(self, action: str, words: str) -> Problem:
        return self._problem(action, words, Fault.NONSENSE, Fitness.LIES)

    def _problem(self, action: str, words: str, fault: Fault, fitness: Fitness) -> Problem:
        asked = f"{PREFIX}{self.name} {action}"
        facts = {
            "helper": self.name,
            "path": clean(self.path),
            "message": words,
            "fitness": fitness.value,
        }
        seen = Evidence(Stage.STORE, asked, words, message=words, fault=fault, facts=facts)
        return Problem(seen, cause=cause_of(fitness))


def find_helper(name: str, outside: Outside) -> Helper:
    """Find it as docker would, and refuse one that somebody else could have put there.

    Raises Problem: store.helper-missing, store.helper-failing.
    """
    shown = clean(name, 80)
    asked, facts = f"{PREFIX}{shown}", {"helper": shown, "cloud": CLOUD_OF.get(name, "")}
    if not _NAME.fullmatch(name):
        words = "that is no name of a helper"
        seen = Evidence(Stage.STORE, asked, words, fault=Fault.INVALID, facts=facts)
        raise Problem(seen, cause="store.helper-failing")
    path = outside.which(f"{PREFIX}{name}")
    if path is None:
        is_foreign = name.endswith(".exe") and sys.platform != "win32"
        facts["fitness"] = Fitness.FOREIGN if is_foreign else Fitness.MISSING
        words = "a program of Windows, and not on PATH here" if is_foreign else "not on PATH"
        if useless := _useless(f"{PREFIX}{name}", outside):
            words = f"{clean(str(useless))} is there, and is no program that this user can start"
        seen = Evidence(Stage.STORE, asked, words, fault=Fault.MISSING, facts=facts)
        raise Problem(seen, cause="store.helper-missing", fixes=WHERE_FROM.get(name, ()))
    if words := _unsafe(Path(path)):
        facts |= {"path": clean(path), "message": words}
        seen = Evidence(
            Stage.STORE, clean(path), words, message=words, fault=Fault.DENIED, facts=facts
        )
        raise Problem(seen, cause="store.helper-failing")
    return Helper(name, path, outside)


def _useless(program: str, outside: Outside) -> Path | None:
    """A file of that name which cannot be run: not marked as a program, or a link to nothing."""
    folders = outside.environ.get("PATH", "").split(os.pathsep)
    files = (Path(folder, program) for folder in folders if Path(folder).is_absolute())
    return next((file for file in files if os.path.lexists(file)), None)


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
