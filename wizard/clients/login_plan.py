"""Where a login would go, and exactly what would change, before anything does."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from wizard.clients.atomic_file import OnPoint, nothing
from wizard.clients.docker_config import (
    Helped,
    config_path,
    detected_store,
    docker_place,
    podman_paths,
    podman_place,
    variable_place,
)
from wizard.clients.helper_protocol import PREFIX
from wizard.clients.journal import JournalFile
from wizard.clients.json_file import JsonFile
from wizard.clients.login_edits import helper_edits, plaintext_edits, server_keys
from wizard.clients.login_search import PODMAN, shadowed
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

    def file(self) -> JsonFile:
        path = config_path(self.outside)
        return JsonFile(path, self.records.folder / "locks", on_point=self.on_point)

    async def bench(self, endpoint: Endpoint) -> tuple[StoreVerdict, ...]:
        """Each helper that is configured or installed; a file that cannot be read names none."""
        return await self.stores.bench(self._candidates(endpoint))

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
            username = credential if isinstance(credential, str) else credential.username
            return self._plaintext(document, endpoint, username)
        place = docker_place(document, endpoint.config_key)
        configured = place if isinstance(place, Helped) else None
        chosen = await self.stores.choose(choice, configured)
        edits = await self.edits(document, endpoint, chosen.helper.name)
        return StorePlan(
            StoreChoice.KEYRING if chosen.helper.name == OWN else StoreChoice.HELPER,
            chosen.title,
            chosen.reason,
            is_encrypted=True,
            helper=chosen.helper.name,
            keys=server_keys(endpoint),
            diffs=self._diffs(document, edits),
            warnings=self._warnings(endpoint),
        )

    async def edits(self, document: JsonText, endpoint: Endpoint, helper: str) -> list[Edit]:
        """For a login that a helper keeps."""
        native = await self.stores.native() if detects_store(document) else None
        return helper_edits(document, endpoint, helper, native.helper.name if native else "")

    def _plaintext(self, document: JsonText, endpoint: Endpoint, username: str) -> StorePlan:
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
        )

    def _diffs(self, document: JsonText, edits: list[Edit]) -> tuple[tuple[str, str], ...]:
        after, applied = apply(document, edits)
        if not applied:
            return ()
        return ((clean(str(config_path(self.outside))), masked_diff(document, after)),)

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
            if podman_place(document, endpoint.containers_key, endpoint.config_key):
                problems.append(self._podman_shadow(clean(str(path)), endpoint))
                break
        return tuple(diagnose(problem, self.catalogue) for problem in problems)

    def _podman_shadow(self, file: str, endpoint: Endpoint) -> Problem:
        if self.outside.environ.get("REGISTRY_AUTH_FILE"):
            cause, facts = "config.environment-shadows", {"variable": "REGISTRY_AUTH_FILE"}
        else:
            cause, facts = "config.podman-shadows", {"file": file}
        words = f"{PODMAN} has a login of its own there and uses it first"
        facts["host"] = endpoint.host
        return Problem(Evidence(Stage.CONFIG, file, words, endpoint.host, facts=facts), cause=cause)
