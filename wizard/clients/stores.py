"""Choose where a login is kept: what is configured and works, else a native helper that does.

A store counts as working when a random value went in, came back and was erased again.
Source: credentials.md 0, 2.3, 2.4, 3.4 and 6.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from wizard.clients.helper_protocol import PREFIX, PROMPT_S, QUICK_S, Helper, find_helper
from wizard.clients.login_places import Helped
from wizard.clients.store_bench import Bench, Candidate, round_trip
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import Cause, Evidence, Fault, Fix, Problem, Stage
from wizard.core.ports import Fitness, Outside, StoreChoice, StoreVerdict
from wizard.core.text import clean

OWN = "registry-wizard"

_NATIVE = {
    "linux": ("secretservice", "pass"),
    "darwin": ("osxkeychain",),
    "win32": ("wincred",),
}
_TITLES = {
    "secretservice": "the desktop's keyring (Secret Service)",
    "pass": "pass, encrypted with your GPG key",
    "osxkeychain": "the macOS keychain",
    "wincred": "Windows Credential Manager",
    "desktop": "Docker Desktop's store",
    "desktop.exe": "Docker Desktop's store on Windows",
    "ecr-login": "Amazon's own helper, which makes each login afresh",
    "gcloud": "gcloud's own helper, which makes each login afresh",
    "gcr": "Google's own helper, which makes each login afresh",
}
_OWN_TITLES = {
    "darwin": "the macOS keychain, by the wizard's own helper",
    "win32": "Windows Credential Manager, by the wizard's own helper",
}
_OWN_TITLE = "the desktop's keyring, by the wizard's own helper"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A store that passed its round trip."""

    helper: Helper
    title: str
    reason: str


class Stores:
    """The helpers of this machine. One that works is not tried again in this run."""

    def __init__(
        self,
        outside: Outside,
        catalogue: Mapping[str, Cause],
        system: str = sys.platform,
    ) -> None:
        self._outside = outside
        self._system = system
        self._verdicts: dict[str, Helper | Problem] = {}
        self._hung: dict[str, Problem] = {}
        """Of the bench: who hung there is waited for again only when the bench is."""
        self._bench = Bench(outside, catalogue, self.title)

    async def bench(
        self, configured: tuple[Candidate, ...] = (), *, again: bool = False
    ) -> tuple[StoreVerdict, ...]:
        """Try each that is configured, and each native one and ours that is on PATH.

        What works here is not tried again when a store is chosen.
        """
        known = {one.name for one in configured}
        more = tuple(
            Candidate(name)
            for name in (*_NATIVE.get(self._system, ()), OWN)
            if name not in known and self._outside.which(f"{PREFIX}{name}")
        )
        verdicts = await self._bench.run((*configured, *more), again=again)
        self._hung.clear()
        for verdict in verdicts:
            if verdict.fitness in (Fitness.WORKS, Fitness.SLOW):
                self._verdicts[verdict.helper] = find_helper(verdict.helper, self._outside)
            elif verdict.problem and verdict.fitness is Fitness.HANGS and self.wait_s <= QUICK_S:
                # With windows it may have waited for a person, who is given more time later.
                found = verdict.problem
                self._hung[verdict.helper] = Problem(*found.evidence, cause=found.cause)
        return verdicts

    async def choose(self, choice: StoreChoice, configured: Helped | None) -> Chosen:
        """For `auto`, `helper` and `keyring`.

        Raises Problem: what is wrong with the helper that docker uses already (it is never passed
        over silently) or with our own when it was asked for, else store.none.
        """
        # What failed may have been unlocked or installed since.
        self._verdicts = {k: v for k, v in self._verdicts.items() if isinstance(v, Helper)}
        if choice is StoreChoice.KEYRING:
            return await self.own("as you chose", is_asked_for=True)
        if configured is not None:
            return await self.configured(configured)
        if (native := await self.native()) is not None:
            return native
        if choice is StoreChoice.HELPER:
            raise self._none()
        try:
            return await self.own("no native helper works here", is_asked_for=False)
        except Problem as problem:
            raise self._none(problem) from None

    async def configured(self, helped: Helped) -> Chosen:
        """The helper that docker uses already. Raises Problem when it cannot keep a login."""
        helper = await self._proven(helped.name)
        return Chosen(helper, self.title(helped.name), f"docker uses it already ({helped.setting})")

    async def native(self) -> Chosen | None:
        """The first native helper that works, or None."""
        for name in _NATIVE.get(self._system, ()):
            try:
                helper = await self._proven(name)
            except Problem:
                continue
            return Chosen(helper, self.title(name), "it is this system's own store and it works")
        return None

    async def own(self, reason: str, *, is_asked_for: bool) -> Chosen:
        """Our helper over the system's keyring, if docker finds it on PATH. Raises Problem."""
        helper, reason = self.own_on_path(reason, is_asked_for=is_asked_for)
        await self._proven(OWN)
        return Chosen(helper, self.title(OWN), reason)

    def own_on_path(self, reason: str, *, is_asked_for: bool) -> tuple[Helper, str]:
        """It, and what else is to be said of that. Raises Problem: store.helper-missing."""
        helper = self._found_own()
        environment = self._outside.environ.get("VIRTUAL_ENV", "")
        if environment and Path(environment) in Path(helper.path).parents:
            # Docker in any other shell would not find it, and then every pull fails (seen).
            words = "it is on PATH only while the virtual environment is active"
            if not is_asked_for:
                raise self._own_missing(words)
            reason = f"{reason}; {words}"
        return helper, reason

    def title(self, name: str) -> str:
        """In plain words: `the macOS keychain (docker-credential-osxkeychain)`."""
        if name == OWN:
            words = _OWN_TITLES.get(self._system, _OWN_TITLE)
        else:
            words = _TITLES.get(name, f"the helper {clean(name, 64)}")
        return f"{words} ({PREFIX}{clean(name, 64)})"

    async def _proven(self, name: str) -> Helper:
        """Raises Problem: store.helper-*, store.locked."""
        if name in self._hung:
            raise self._hung[name]
        if name not in self._verdicts:
            try:
                helper = find_helper(name, self._outside)
                await round_trip(helper, self.wait_s)
                self._verdicts[name] = helper
            except Problem as problem:
                self._verdicts[name] = problem
        verdict = self._verdicts[name]
        if isinstance(verdict, Problem):
            raise verdict
        return verdict

    @property
    def wait_s(self) -> float:
        """How long a store may take: a person may have to answer a window of the system."""
        environ = self._outside.environ
        has_windows = self._system != "linux" or any(
            environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
        )
        return PROMPT_S if has_windows else QUICK_S

    def _found_own(self) -> Helper:
        try:
            return find_helper(OWN, self._outside)
        except Problem as problem:
            if problem.cause == "store.helper-missing":
                raise self._own_missing("not on PATH, where docker would look for it") from None
            raise

    def _own_missing(self, words: str) -> Problem:
        facts = {"helper": OWN}
        seen = Evidence(Stage.STORE, f"{PREFIX}{OWN}", words, fault=Fault.MISSING, facts=facts)
        return Problem(seen, cause="store.helper-missing", fixes=(self._put_own_on_path(),))

    def _put_own_on_path(self) -> Fix:
        title = "Put the wizard's own helper on PATH"
        beside = Path(sys.executable).parent / f"{PREFIX}{OWN}"
        folder = self._outside.home / ".local" / "bin"
        target = folder / beside.name
        if self._system == "win32":
            return Fix(title)
        folders = self._outside.environ.get("PATH", "").split(os.pathsep)
        is_enough = folder.is_dir() and str(folder) in folders and not target.exists()
        return Fix(
            title,
            command=f"ln -s {_quoted(beside)} {_quoted(target)}",
            action="run" if is_enough and beside.exists() else "",
            changes=f"a link in {clean(str(folder))}, where docker finds it",
            inverse=f"rm {_quoted(target)}",
        )

    def _none(self, *others: Problem) -> Problem:
        verdicts = [self._verdicts.get(name) for name in _NATIVE.get(self._system, ())]
        problems = [verdict for verdict in (*verdicts, *others) if isinstance(verdict, Problem)]
        return Problem(*(problem.evidence[-1] for problem in problems), cause="store.none")


def _quoted(path: Path) -> str:
    return shlex.quote(clean(str(path)))
