"""Find each login for a registry that docker, its SDK or podman would use, in docker's order."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from wizard.clients.docker_config import config_path, podman_paths, sdk_config_path
from wizard.clients.helper_answers import MINTING, fitness_of
from wizard.clients.helper_protocol import QUICK_S, Helper, find_helper
from wizard.clients.json_file import JsonFile
from wizard.clients.login_hits import DOCKER, NERDCTL, PODMAN, SDK, Hit, with_podman, with_sdk
from wizard.clients.login_places import (
    AUTH_VARIABLE,
    Helped,
    Place,
    Plain,
    detected_store,
    docker_place,
    legacy,
    podman_place,
    sdk_plain,
    sdk_store,
    variable_place,
)
from wizard.clients.login_shadows import (
    goes_on,
    reads_variable,
    sdk_shadowed,
    shadowed,
)
from wizard.clients.store_bench import MINT_S, no_login
from wizard.clients.store_state import why_silent
from wizard.clients.stores import OWN
from wizard.core.diagnosis import Evidence, Problem, Stage
from wizard.core.json_text import JsonText, MalformedJsonError
from wizard.core.ports import Endpoint, Fitness, Outside
from wizard.core.secret import Credential
from wizard.core.text import clean


class LoginSearch:
    """One search: no helper is asked the same twice, nor again after it failed."""

    def __init__(self, outside: Outside, locks: Path, system: str = sys.platform) -> None:
        self._outside = outside
        self._locks = locks
        self._system = system
        self._quick_s = min(QUICK_S, outside.timeout_s)
        self._turns: dict[str, asyncio.Lock] = {}
        self._answers: dict[tuple[str, str], Credential | None] = {}
        self._broken: dict[str, Problem] = {}

    async def search(self, endpoint: Endpoint) -> tuple[Hit, ...]:
        docker, podman = await asyncio.gather(
            self._docker_hits(endpoint), self._podman_hit(endpoint)
        )
        hits = [*await self._variable_hit(endpoint), *docker]
        if podman is None:
            return tuple(hits)
        return tuple(with_podman(hits, podman, endpoint, self._outside))

    async def _variable_hit(self, endpoint: Endpoint) -> list[Hit]:
        plain = variable_place(self._outside.environ, endpoint.config_key)
        if plain is None:
            return []
        source = f"the environment variable {AUTH_VARIABLE}"
        warning = shadowed(AUTH_VARIABLE, plain.username, endpoint)
        tools = (DOCKER,) if await reads_variable(self._outside) else ()
        hit = Hit("variable", source, tools, plain.username, plain.credential)
        return [replace(hit, warning=warning)]

    async def _docker_hits(self, endpoint: Endpoint) -> list[Hit]:
        path, key = config_path(self._outside), endpoint.config_key
        # Nerdctl reads the file as docker does, and finds no store by itself.
        readers = (DOCKER, *((NERDCTL,) if self._outside.which(NERDCTL) else ()))
        document, hits = self._read(path, "docker", (*readers, SDK))
        if document is None:
            return hits
        place = docker_place(document, key)
        if place is not None:
            hits = await self._hits(place, key, path, "docker", readers)
        elif store := detected_store(document, self._outside, self._system):
            found = await self._hits(Helped(store, "by itself"), key, path, "docker", (DOCKER,))
            hits = [hit for hit in found if hit.credential is not None]
        hits = with_sdk(hits, await self._sdk_hits(document, key, path))
        hits = await self._with_nerdctl(hits, document, endpoint, path)
        docker = next((hit.credential for hit in hits if DOCKER in hit.tools), None)
        return hits + [
            replace(hit, warning=sdk_shadowed(hit.username, endpoint))
            if hit.credential not in (None, docker)
            else hit
            for hit in await self._fallback(endpoint, path)
        ]

    async def _sdk_hits(self, document: JsonText, key: str, path: Path) -> list[Hit]:
        """Docker stops at a helper that has nothing; its SDK goes on to the file (seen)."""
        store = sdk_store(document, key)
        hits = await self._hits(store, key, path, "docker-sdk", (SDK,))
        return hits or await self._hits(sdk_plain(document, key), key, path, "docker-sdk", (SDK,))

    async def _fallback(self, endpoint: Endpoint, path: Path) -> list[Hit]:
        """What docker's SDK finds at home where DOCKER_CONFIG names a folder without a file."""
        fallback = sdk_config_path(self._outside)
        if fallback == path or not fallback.exists():
            return []
        document, hits = self._read(fallback, "docker-sdk", (SDK,))
        if document is None:
            return hits
        return await self._sdk_hits(document, endpoint.config_key, fallback)

    async def _with_nerdctl(
        self, hits: list[Hit], document: JsonText, endpoint: Endpoint, path: Path
    ) -> list[Hit]:
        """Nerdctl asks for `host:443` before `host`, and its own login stores both."""
        key = f"{endpoint.host}:443"
        place = docker_place(document, key)
        if not any(NERDCTL in hit.tools for hit in hits) or place is None:
            return hits
        own = await self._hits(place, key, path, "nerdctl", (NERDCTL,))
        if not own or own[0].credential in (None, hits[0].credential):
            return hits
        others = [replace(hit, tools=tuple(t for t in hit.tools if t != NERDCTL)) for hit in hits]
        return [*others, *own]

    async def _podman_hit(self, endpoint: Endpoint) -> Hit | None:
        """The first file that has something; one that cannot be read ends podman's search."""
        named = podman_paths(self._outside, self._system)
        hit = await self._first_of(named, endpoint)
        further = podman_paths(self._outside, self._system, goes_on=True)[len(named) :]
        if hit is None and further and await goes_on(self._outside):
            hit = await self._first_of(further, endpoint)
        return hit

    async def _first_of(self, paths: Sequence[Path], endpoint: Endpoint) -> Hit | None:
        for path in paths:
            document, broken = self._read(path, "podman", (PODMAN,))
            try:
                if document is not None and path.name == ".dockercfg":
                    document = legacy(document)
            except MalformedJsonError:
                return None
            if document is None:
                return broken[0]
            key = endpoint.containers_key
            place = podman_place(document, endpoint)
            found = await self._hits(place, key, path, "podman", (PODMAN,)) if place else []
            if found:
                return found[0]
        return None

    def _read(
        self, path: Path, id_: str, tools: tuple[str, ...]
    ) -> tuple[JsonText | None, list[Hit]]:
        try:
            return JsonFile(path, self._locks).read().document, []
        except Problem as problem:
            return None, [Hit(id_, clean(str(path)), tools, problem=problem)]

    async def _hits(
        self, place: Place, key: str, path: Path, id_: str, tools: tuple[str, ...]
    ) -> list[Hit]:
        file = clean(str(path))
        if isinstance(place, Plain):
            words = "the login lies there unencrypted"
            seen = Evidence(Stage.STORE, file, words, facts={"file": file})
            warning = Problem(seen, cause="store.plaintext")
            source = f"{file}, not encrypted"
            plain = Hit(id_, source, tools, place.username, place.credential, path)
            return [replace(plain, warning=warning)]
        if place is None:
            return []
        source = f"{file}, helper {clean(place.name, 64)}"
        try:
            found = await self._ask(place.name, key)
        except Problem as problem:
            return [Hit(id_, source, tools, path=path, problem=problem)]
        if found is None and place.name in MINTING and place.setting == "credHelpers":
            silence = no_login(clean(place.name, 64), clean(key))
            return [Hit(id_, source, tools, path=path, problem=silence)]
        return [Hit(id_, source, tools, found.username, found, path)] if found else []

    async def _ask(self, name: str, key: str) -> Credential | None:
        # One at a time: parallel calls of one helper are known to hang (credentials.md 1.3).
        async with self._turns.setdefault(name, asyncio.Lock()):
            if name in self._broken:
                raise self._broken[name]
            if (name, key) not in self._answers:
                try:
                    helper = find_helper(name, self._outside)
                    limit_s = MINT_S if name in MINTING or name == OWN else self._quick_s
                    self._answers[name, key] = await self._got(helper, key, limit_s)
                except Problem as problem:
                    self._broken[name] = problem
                    raise
            return self._answers[name, key]

    async def _got(self, helper: Helper, key: str, limit_s: float) -> Credential | None:
        """A helper that has nothing, or crashes, may stand before a store that is shut."""
        try:
            found = await helper.get(key, limit_s)
        except Problem as problem:
            if fitness_of(problem) is not Fitness.CRASHES:
                raise
            shut = await why_silent(helper.name, self._outside)
            raise shut or problem from None
        shut = await why_silent(helper.name, self._outside) if found is None else None
        if shut is not None:
            raise shut
        return found
