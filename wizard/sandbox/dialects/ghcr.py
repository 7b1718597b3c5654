"""GitHub Container Registry: ghcr.io and api.github.com (registries.md A2-A7, 11).

An emulation. Where a source is unsure, the docstring says which form is practised here.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final

from wizard.sandbox.accounts import LOGIN, WRITE_TOKEN, People, PracticeAccount
from wizard.sandbox.core import Core
from wizard.sandbox.dialects.github import PACKAGES_TAKE, Github
from wizard.sandbox.dialects.github_api import API_HOST, GithubApi
from wizard.sandbox.exchange import Answer, Request, json_answer
from wizard.sandbox.refusals import NOT_FOUND, Habits, denied, unauthorized, unsupported
from wizard.sandbox.routes import Kind, Route, read_route
from wizard.sandbox.tokens import Granted, TokenBook, read_scopes

HOST: Final = "ghcr.io"
CHUNK_CAP: Final = 4 << 20

_CHALLENGE = f'Bearer realm="https://{HOST}/token",service="{HOST}"'
# A2: the ping's scope is a fixed placeholder.
_PING_CHALLENGE = f'{_CHALLENGE},scope="repository:user/image:pull"'


class Ghcr:
    kind = "ghcr"
    hosts: tuple[str, ...] = (HOST, API_HOST)
    prefix = f"{HOST}/{LOGIN}"

    def __init__(self, people: People) -> None:
        about = "a classic token with write:packages and delete:packages"
        self.account = PracticeAccount(LOGIN, WRITE_TOKEN, about)
        self.github = Github(people)
        self.api = GithubApi(self.github)
        self.tokens = TokenBook()
        # A5: mounts work, cancelling and deleting do not; relative Location (unconfirmed).
        habits = Habits(
            mounts=True, deletes=False, cancels_uploads=False, most_chunk_bytes=CHUNK_CAP
        )
        self.core = Core(self.github.store, habits, self.github.published)

    def answer(self, request: Request) -> Answer:
        answered = self.api.answer if request.host == API_HOST else self._registry
        return answered(request).adding(x_github_request_id=secrets.token_hex(8).upper())

    def _registry(self, request: Request) -> Answer:
        if request.path == "/token":
            return self._token(request)
        route = read_route(request)
        if route is None:
            return NOT_FOUND
        refusal = self._refusal(route, request)
        answer = refusal or self.core.answer(route, request)
        return answer.adding(docker_distribution_api_version="registry/2.0")

    def environ(self, base_url: str) -> Mapping[str, str]:  # noqa: ARG002 - no SDK of its own
        return {}

    def host_of(self, path: str, headers: Mapping[str, str]) -> str:  # noqa: ARG002 - the same
        return ""

    def publish(self, path: str) -> None:
        """Raises PracticeRefusedError."""
        self.github.publish(path)

    def unpublish(self, path: str) -> None:
        """The real one cannot (A6): so that a practice can be had again. Raises the same."""
        self.github.unpublish(path)

    # --- the token service (A2) ---

    def _token(self, request: Request) -> Answer:
        """Anonymous: all asked must be public. With a token: any grant, refused later if at all.

        Practised of the unsure: a missing package answers as a private one, 401; a good token
        without access to the package gets its grant and is refused at the registry (A6).
        """
        if request.method != "GET":
            return unsupported()
        asked = read_scopes(request.query.get("scope", []))
        if request.basic is not None:
            return self._token_for(*request.basic, asked, request)
        wanted = {path for path, actions in asked.items() if actions == {"pull"}}
        public = {path for path in wanted if self.github.may_read(None, path)}
        if request.authorization != ("", "") or not asked or public != asked.keys():
            return unauthorized(_scoped(asked))
        return json_answer(200, {"token": self.tokens.issue("", asked)})

    def _token_for(
        self, username: str, secret: str, asked: dict[str, frozenset[str]], request: Request
    ) -> Answer:
        found = self.github.people.token(secret)
        if not username or found is None or found.has_expired:
            return denied("denied")
        if found.kind not in PACKAGES_TAKE:
            return denied("denied")
        request.login = found.login
        return json_answer(200, {"token": self.tokens.issue(found.login, asked, secret)})

    # --- the registry ---

    def _refusal(self, route: Route, request: Request) -> Answer | None:
        granted = self.tokens.find(request.bearer)
        if granted is None:
            if route.kind is Kind.PING:
                return unauthorized(_PING_CHALLENGE)
            if request.authorization[0] == "basic":
                return denied()  # A2: never accepted here, and no challenge
            return unauthorized(f'{_CHALLENGE},scope="{route.scope}"')
        request.login = granted.login
        if route.kind is Kind.PING:
            return None
        needed = "pull" if route.action == "pull" else "push"
        if not granted.allows(route.repository, needed):
            return unauthorized(f'{_CHALLENGE},scope="{route.scope}"')
        return self._without_right(route, granted, request)

    def _without_right(self, route: Route, granted: Granted, request: Request) -> Answer | None:
        token = self.github.people.token(granted.secret) if granted.secret else None
        path = route.repository
        pushes = granted.allows(path, "push") and token is not None
        if route.action == "pull":
            if self.github.may_read(token, path) or (pushes and path not in self.github.packages):
                return None
            return denied("permission_denied: read_package")
        if token is None:
            return unauthorized(f'{_CHALLENGE},scope="{route.scope}"')
        words = self.github.push_refusal(token, path)
        if words:
            return denied(words)
        source = request.first("from")
        if source and not self.github.may_read(token, source):
            # Not allowed to read there: the upload starts as if nothing could be mounted.
            request.query = {}
        return None


def _scoped(asked: dict[str, frozenset[str]]) -> str:
    if not asked:
        return _PING_CHALLENGE
    scopes = " ".join(
        f"repository:{path}:{','.join(sorted(actions))}" for path, actions in asked.items()
    )
    return f'{_CHALLENGE},scope="{scopes}"'
