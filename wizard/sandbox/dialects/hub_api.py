"""Docker Hub's management interface, hub.docker.com (registries.md B3, B4, B5, B6).

An emulation. Practised of the unsure: `/privacy/` and the deletion of tags take the tokens that
personal access tokens are exchanged for; `refuses_tokens` practises what was seen in 2020.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final

from wizard.sandbox.dialects.hub_accounts import HubWorld, Person, WrongLoginError
from wizard.sandbox.exchange import Answer, Request, json_answer
from wizard.sandbox.store import Store
from wizard.sandbox.tokens import TokenBook

API_HOST: Final = "hub.docker.com"

_REPOSITORIES = re.compile(r"/v2/namespaces/([^/]+)/repositories/?")
_REPOSITORY = re.compile(r"/v2/namespaces/([^/]+)/repositories/([^/]+)/?")
_PRIVACY = re.compile(r"/v2/repositories/([^/]+/[^/]+)/privacy/")
_TAG = re.compile(r"/v2/repositories/([^/]+/[^/]+)/tags/([^/]+)/")
_WHOLE = re.compile(r"/v2/repositories/([^/]+/[^/]+)/?")
_NAME = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")

_UNAUTHORIZED = json_answer(401, {"detail": "Incorrect authentication credentials"})
_FORBIDDEN = json_answer(403, {"detail": "access forbidden"})
_NO_TOKENS = json_answer(
    403, {"detail": "access to the resource is forbidden with personal access token"}
)
_MISSING = json_answer(404, {"detail": "object not found"})
_NO_PUBLIC = json_answer(403, {"detail": "public repositories are disabled for this organization"})
_FULL = json_answer(400, {"detail": "private repository limit reached, please upgrade your plan"})


_Call = Callable[[re.Match[str], Request, Person | None], Answer]


class HubApi:
    """Serves one world and the store behind it."""

    def __init__(self, world: HubWorld, store: Store) -> None:
        self.world = world
        self.store = store
        self.refuses_tokens = False
        """Are changes refused to tokens that were exchanged for an access token?"""
        self._tokens = TokenBook()
        self._people: dict[str, Person] = {}
        self._calls: tuple[tuple[str, re.Pattern[str], _Call], ...] = (
            ("GET", _REPOSITORY, lambda at, _, who: self._facts(f"{at[1]}/{at[2]}", who)),
            ("POST", _REPOSITORIES, lambda at, asked, who: self._create(at[1], asked, who)),
            ("POST", _PRIVACY, lambda at, asked, who: self._privacy(at[1], asked, who)),
            ("DELETE", _TAG, lambda at, _, who: self._delete_tag(at[1], at[2], who)),
            ("DELETE", _WHOLE, lambda at, _, who: self._delete(at[1], who)),
        )

    def answer(self, request: Request) -> Answer:
        answer = self._answer(request)
        return answer.adding(x_ratelimit_limit="180", x_ratelimit_remaining="179")

    def _answer(self, request: Request) -> Answer:
        if request.path == "/v2/auth/token":
            return self._exchange(request)
        known = self._tokens.find(request.bearer)
        if request.bearer and known is None:
            return _UNAUTHORIZED
        person = self._people.get(request.bearer)
        request.login = person.login if person else ""
        for method, form, handle in self._calls:
            found = form.fullmatch(request.path) if method == request.method else None
            if found is not None:
                return handle(found, request, person)
        return _MISSING

    def _exchange(self, request: Request) -> Answer:
        given = _object(request.body)
        try:
            person = self.world.person(str(given.get("identifier")), str(given.get("secret")))
        except WrongLoginError:
            return _UNAUTHORIZED
        token = self._tokens.issue(person.login, {})
        self._people[token] = person
        request.login = person.login
        return json_answer(200, {"access_token": token})

    def _facts(self, path: str, person: Person | None) -> Answer:
        is_private = self.world.private.get(path)
        if is_private is None or not self.world.may(person, "pull", path):
            return _MISSING
        namespace, _, name = path.partition("/")
        writes = self.world.may(person, "push", path)
        return json_answer(
            200,
            {
                "user": namespace,
                "name": name,
                "namespace": namespace,
                "is_private": is_private,
                "status_description": "active",
                "permissions": {"read": True, "write": writes, "admin": writes},
            },
        )

    def _create(self, namespace: str, request: Request, person: Person | None) -> Answer:
        given = _object(request.body)
        name = str(given.get("name", ""))
        path = f"{namespace}/{name}"
        if not _NAME.fullmatch(name) or path in self.world.private:
            return json_answer(400, {"detail": "repository name is invalid or taken"})
        refused = self._refused(path, person)
        if refused is not None:
            return refused
        is_private = given.get("is_private") is True
        owner = self.world.namespace(path)
        if is_private and owner is not None and not self.world.has_private_place(owner):
            return _FULL
        if not is_private and owner is not None and not owner.allows_public:
            return _NO_PUBLIC
        self.world.private[path] = is_private
        return json_answer(201, {"name": name, "namespace": namespace, "is_private": is_private})

    def _privacy(self, path: str, request: Request, person: Person | None) -> Answer:
        refused = self._refused(path, person)
        if refused is not None:
            return refused
        if path not in self.world.private:
            return _MISSING
        is_private = _object(request.body).get("is_private") is not False
        owner = self.world.namespace(path)
        if not is_private and owner is not None and not owner.allows_public:
            return _NO_PUBLIC
        self.world.private[path] = is_private
        return json_answer(200, {"is_private": is_private})

    def _delete_tag(self, path: str, tag: str, person: Person | None) -> Answer:
        refused = self._refused(path, person, "delete")
        if refused is not None:
            return refused
        found = self.store.repositories.get(path)
        if found is None or found.tags.pop(tag, None) is None:
            return _MISSING
        return Answer(204)

    def _delete(self, path: str, person: Person | None) -> Answer:
        refused = self._refused(path, person, "delete")
        if refused is not None:
            return refused
        if self.world.private.pop(path, None) is None:
            return _MISSING
        if path in self.store.repositories:
            self.store.remove(path)
        return Answer(202)

    def _refused(self, path: str, person: Person | None, action: str = "push") -> Answer | None:
        """None for who may change it."""
        if person is None:
            return _UNAUTHORIZED
        if person.token is not None and self.refuses_tokens:
            return _NO_TOKENS
        return None if self.world.may(person, action, path) else _FORBIDDEN


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
