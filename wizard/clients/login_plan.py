"""Where a login would go, and exactly what would change, before anything does."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime

from wizard.clients.atomic_file import OnPoint, nothing
from wizard.clients.docker_config import config_path, podman_paths
from wizard.clients.helper_answers import MINTING
from wizard.clients.helper_protocol import PREFIX
from wizard.clients.journal import JournalFile
from wizard.clients.json_file import JsonFile
from wizard.clients.login_edits import helper_edits, plaintext_edits, server_keys
from wizard.clients.login_minted import (
    MintedFile,
    Minter,
    Minters,
    lasts,
    minted_edits,
    unminted_edits,
)
from wizard.clients.login_places import (
    Helped,
    detected_store,
    docker_place,
    podman_place,
    variable_place,
)
from wizard.clients.login_shadows import podman_shadowed, shadowed
from wizard.clients.store_bench import Candidate
from wizard.clients.stores import OWN, Stores
from wizard.core.dataclass import dataclass
from wizard.core.diagnosis import (
    Cause,
    Diagnosis,
    Evidence,
    Fault,
    Fix,
    Problem,
    Stage,
    diagnose,
)
from wizard.core.docker_json import detects_store, masked_diff, section
from wizard.core.json_edit import Edit, apply
from wizard.core.json_text import JsonText
from wizard.core.ports import Endpoint, Outside, StoreChoice, StorePlan, StoreVerdict
from wizard.core.secret import Credential, Secret
from wizard.core.text import clean

_TO_COME = Secret("not known yet")
_FIRST = "podman has a login of its own there and uses it first"
MOST_NAMED = 12
"""Helpers that one file may name and that are tried: each is a program to start."""


@dataclass(frozen=True, slots=True)
class LoginPlanner:
    """Plans for this machine."""

    outside: Outside
    records: JournalFile
    stores: Stores
    catalogue: Mapping[str, Cause]
    system: str = sys.platform
    on_point: OnPoint = nothing

    @property
    def minters(self) -> Minters:
        return Minters(self.outside, self.stores, self.system)

    def minted(self) -> MintedFile:
        """The file that says whose logins the wizard's own helper makes."""
        locks = self.records.folder / "locks"
        return MintedFile(self.outside, locks, self.system, self.on_point)

    def file(self) -> JsonFile:
        path = config_path(self.outside)
        return JsonFile(path, self.records.folder / "locks", on_point=self.on_point)

    async def bench(self, endpoint: Endpoint, *, again: bool = False) -> tuple[StoreVerdict, ...]:
        """Each helper that is configured or installed; a file that cannot be read names none."""
        return await self.stores.bench(self._candidates(endpoint), again=again)

    def _candidates(self, endpoint: Endpoint) -> tuple[Candidate, ...]:
        try:
            document = self.file().read().document
        except Problem:
            return ()
        helpers, keys = section(document, "credHelpers"), server_keys(endpoint)
        named = [(helpers[key], f"credHelpers {key}") for key in keys if key in helpers]
        named.append((str(document.root.get("credsStore", "")), "credsStore"))
        named.append((detected_store(document, self.outside, self.system), "found by docker"))
        named += [(name, f"credHelpers {host}") for host, name in helpers.items()]
        named += [(n, "") for n in endpoint.cloud_helpers if self.outside.which(f"{PREFIX}{n}")]
        settings: dict[str, dict[str, None]] = {}
        for name, setting in named[:MOST_NAMED]:
            if name:
                settings.setdefault(name, {}).update({clean(setting, 120): None} if setting else {})
        return tuple(
            Candidate(name, tuple(set_), endpoint.host if name in endpoint.cloud_helpers else "")
            for name, set_ in settings.items()
        )

    async def plan(
        self, endpoint: Endpoint, credential: Credential | str, choice: StoreChoice
    ) -> StorePlan:
        """Raises Problem: store.*, config.docker-malformed, config.docker-unwritable."""
        if choice is StoreChoice.NONE:
            return StorePlan(choice, "nowhere: kept for this run only", "as you chose", True)
        document = self.file().read_to_change().document
        if choice is StoreChoice.PLAINTEXT:
            return self._plaintext(document, endpoint, credential)
        if isinstance(credential, Credential) and (
            minter := await self.minters.choose(endpoint, credential, choice)
        ):
            return await self._by_minter(document, endpoint, minter)
        place = docker_place(document, endpoint.config_key)
        configured = place if isinstance(place, Helped) else None
        if configured and configured.name in MINTING:
            configured = None  # it keeps nothing, and what it makes was looked at above
        chosen = await self.stores.choose(choice, configured)
        edits = await self.edits(document, endpoint, chosen.helper.name)
        unminted = self.unminted(endpoint) if chosen.helper.name == OWN else []
        return StorePlan(
            StoreChoice.KEYRING if chosen.helper.name == OWN else StoreChoice.HELPER,
            chosen.title,
            chosen.reason,
            is_encrypted=True,
            helper=chosen.helper.name,
            keys=server_keys(endpoint),
            diffs=(*self._minted_diffs(unminted), *self._diffs(document, edits)),
            warnings=self._warnings(endpoint),
            lasts=self._lasts(credential),
        )

    async def _by_minter(self, document: JsonText, endpoint: Endpoint, minter: Minter) -> StorePlan:
        edits, _ = await self.minted_edits(document, endpoint, minter.helper.name)
        agreed = minted_edits(endpoint.host, minter.by) if minter.by else []
        return StorePlan(
            StoreChoice.KEYRING if minter.by else StoreChoice.HELPER,
            minter.title,
            minter.reason,
            is_encrypted=True,
            helper=minter.helper.name,
            keys=server_keys(endpoint),
            diffs=(*self._minted_diffs(agreed), *self._diffs(document, edits)),
            warnings=self._warnings(endpoint),
            is_minted=True,
        )

    async def edits(self, document: JsonText, endpoint: Endpoint, helper: str) -> list[Edit]:
        """For a login that a helper keeps."""
        native = await self.stores.native() if detects_store(document) else None
        return helper_edits(document, endpoint, helper, native.helper.name if native else "")

    async def minted_edits(
        self, document: JsonText, endpoint: Endpoint, helper: str
    ) -> tuple[list[Edit], str]:
        """For logins that a helper makes, and the helper that keeps an earlier one for undo.

        Without such a keeper a plain login stays where it is: docker no longer looks at it.
        """
        plain = section(document, "auths")
        is_wanted = detects_store(document) or any(key in plain for key in server_keys(endpoint))
        native = await self.stores.native() if is_wanted else None
        keeper = native.helper.name if native else ""
        edits = helper_edits(document, endpoint, helper, keeper if detects_store(document) else "")
        return [edit for edit in edits if keeper or edit.keys[0] != "auths"], keeper

    def unminted(self, endpoint: Endpoint) -> list[Edit]:
        """So that our own helper keeps what it is given, where it made it before."""
        return unminted_edits(self.minted().read().document, endpoint.host)

    def _minted_diffs(self, edits: list[Edit]) -> tuple[tuple[str, str], ...]:
        if not edits:
            return ()
        file = self.minted()
        return _diffs(file, file.read_to_change().document, edits)

    def _lasts(self, credential: Credential | str) -> str:
        if isinstance(credential, str):
            return ""
        return lasts(credential.expires, datetime.fromisoformat(self.records.now()))

    def _plaintext(
        self, document: JsonText, endpoint: Endpoint, credential: Credential | str
    ) -> StorePlan:
        username = credential if isinstance(credential, str) else credential.username
        if store := document.root.get("credsStore", ""):
            raise self._plain_is_ignored(clean(str(store), 64))
        file = clean(str(config_path(self.outside)))
        edits = plaintext_edits(document, endpoint, Credential(username, _TO_COME))
        seen = Evidence(
            Stage.STORE, file, "the login would lie there unencrypted", facts={"file": file}
        )
        return StorePlan(
            StoreChoice.PLAINTEXT,
            f"NOT encrypted: {file}",
            "as you chose; every program that runs as you can read it",
            is_encrypted=False,
            keys=(endpoint.config_key,),
            diffs=self._diffs(document, edits),
            warnings=(
                diagnose(Problem(seen, cause="store.plaintext"), self.catalogue),
                *self._warnings(endpoint),
            ),
            lasts=self._lasts(credential),
        )

    def _diffs(self, document: JsonText, edits: list[Edit]) -> tuple[tuple[str, str], ...]:
        return _diffs(self.file(), document, edits)

    def _plain_is_ignored(self, store: str) -> Problem:
        file = clean(str(config_path(self.outside)))
        words = f"docker would ask its store {store} (credsStore) and never look at a plain login"
        seen = Evidence(Stage.STORE, file, words, fault=Fault.INVALID, facts={"file": file})
        fix = Fix("Use the store that docker uses", command="registry-wizard setup --store helper")
        return Problem(seen, cause="store.none", fixes=(fix,))

    def _warnings(self, endpoint: Endpoint) -> tuple[Diagnosis, ...]:
        problems: list[Problem] = []
        environ = self.outside.environ
        if plain := variable_place(environ, endpoint.config_key):
            problems.append(shadowed("DOCKER_AUTH_CONFIG", plain.username, endpoint))
        for path in podman_paths(self.outside, self.system):
            if path == config_path(self.outside):
                break
            file = JsonFile(path, self.records.folder / "locks")
            try:
                document = file.read().document
            except Problem as problem:
                problems.append(problem)
                break
            if podman_place(document, endpoint):
                problems.append(podman_shadowed(self.outside, path, endpoint, _FIRST))
                break
        return tuple(diagnose(problem, self.catalogue) for problem in problems)


def _diffs(file: JsonFile, document: JsonText, edits: list[Edit]) -> tuple[tuple[str, str], ...]:
    after, applied = apply(document, edits)
    return ((clean(str(file.path)), masked_diff(document, after)),) if applied else ()
