"""Docker Hub: its registry, token service and management interface (registries.md B, 11).

An emulation. Practised of the unsure: the token service's error body is `{"details": "…"}`, a push
beyond the private quota is 403 when its upload begins, and a signature that nobody can check.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wizard.core.image import make_test_image
from wizard.core.names import LINUX_AMD64
from wizard.sandbox.accounts import LOGIN, People, PracticeAccount
from wizard.sandbox.core import Core
from wizard.sandbox.dialects.dialect import PracticeRefusedError
from wizard.sandbox.dialects.hub_accounts import (
    DELETE_TOKEN,
    LOCKED,
    QUOTA_REPOSITORY,
    HubWorld,
    Person,
    WrongLoginError,
)
from wizard.sandbox.dialects.hub_api import API_HOST, HubApi
from wizard.sandbox.dialects.hub_jwt import jti_of, signed
from wizard.sandbox.exchange import Answer, Request, error, json_answer
from wizard.sandbox.refusals import (
    NOT_FOUND,
    Habits,
    denied,
    manifest_unknown,
    unauthorized,
    unsupported,
)
from wizard.sandbox.routes import DIGEST, Kind, Route, read_route
from wizard.sandbox.store import Store
from wizard.sandbox.tokens import LIFETIME_S, Granted, TokenBook, read_scopes

HOST: Final = "docker.io"
REGISTRY_HOST: Final = "registry-1.docker.io"
TOKEN_HOST: Final = "auth.docker.io"  # noqa: S105 - a host name

ANONYMOUS_PULLS: Final = 100
ACCOUNT_PULLS: Final = 200
WINDOW_S: Final = 21_600
SPENT: Final = (
    "You have reached your unauthenticated pull rate limit. "
    "https://www.docker.com/increase-rate-limit"
)

_CHALLENGE: Final = f'Bearer realm="https://{TOKEN_HOST}/token",service="registry.docker.io"'
_OK: Final = 200
_NOT_FOUND: Final = 404


class DockerHub:
    kind = "dockerhub"
    hosts: tuple[str, ...] = (HOST, REGISTRY_HOST, TOKEN_HOST, API_HOST, "index.docker.io")
    prefix = f"{HOST}/{LOGIN}"

    def __init__(self, people: People) -> None:
        about = "a personal access token with Read, Write, Delete"
        self.account = PracticeAccount(LOGIN, DELETE_TOKEN, about)
        self.world = HubWorld(people)
        self.tokens = TokenBook()
        self.pulls: dict[str, int] = {}
        """Spent in this window, by login; the empty one is everybody without."""
        store = Store()
        self.core = Core(store, Habits(mounts=True), self.world.pushed)
        self.api = HubApi(self.world, store)
        _keep_quota_image(store)

    def answer(self, request: Request) -> Answer:
        if request.host == API_HOST:
            return self.api.answer(request)
        if request.host == TOKEN_HOST:
            return self._token(request) if request.path == "/token" else NOT_FOUND
        return self._registry(request).adding(docker_distribution_api_version="registry/2.0")

    def environ(self, base_url: str) -> Mapping[str, str]:  # noqa: ARG002 - no SDK of its own
        return {}

    def host_of(self, path: str, headers: Mapping[str, str]) -> str:  # noqa: ARG002 - the same
        return ""

    def publish(self, path: str) -> None:
        """Raises PracticeRefusedError."""
        namespace = self.world.namespace(path)
        if path not in self.world.private:
            raise PracticeRefusedError(f"there is no {path} yet")
        if namespace is not None and not namespace.allows_public:
            raise PracticeRefusedError(f"{namespace.name} has no public repositories")
        self.world.private[path] = False

    def unpublish(self, path: str) -> None:
        if path in self.world.private:
            self.world.private[path] = True

    # --- the token service (B2) ---

    def _token(self, request: Request) -> Answer:
        """Everybody gets a token, which says what it allows; a PAT that lacks a right gets none."""
        if request.method != "GET":
            return unsupported()
        person = None
        if request.basic is not None:
            try:
                person = self.world.person(*request.basic)
            except WrongLoginError as wrong:
                status = 429 if str(wrong) == LOCKED else 401
                return json_answer(status, {"details": str(wrong)})
        asked = read_scopes(request.query.get("scope", []))
        if person is not None and person.token is not None and _exceeds(person, asked):
            return json_answer(401, {"details": "access token has insufficient scopes"})
        granted = {
            path: frozenset(a for a in actions if self._may(person, a, path))
            for path, actions in asked.items()
        }
        login = person.login if person else ""
        request.login = login
        token = signed(granted, login, self.tokens.issue(login, granted), TOKEN_HOST)
        return json_answer(
            200, {"token": token, "access_token": token, "expires_in": int(LIFETIME_S)}
        )

    def _may(self, person: Person | None, action: str, path: str) -> bool:
        return action in ("pull", "push", "delete") and self.world.may(person, action, path)

    # --- the registry (B5, B6) ---

    def _registry(self, request: Request) -> Answer:
        route = read_route(request)
        if route is None:
            return NOT_FOUND
        granted = self.tokens.find(jti_of(request.bearer))
        if granted is None:
            scope = f',scope="{route.scope}"' if route.kind is not Kind.PING else ""
            return unauthorized(f"{_CHALLENGE}{scope}")
        request.login = granted.login
        if route.kind is Kind.PING:
            return self.core.answer(route, request)
        if not granted.allows(route.repository, route.action):
            return _insufficient(route)
        return self._refused(route) or self._served(route, request, granted)

    def _refused(self, route: Route) -> Answer | None:
        path = route.repository
        if route.kind is Kind.UPLOAD and not route.reference and self.world.is_full(path):
            return denied()
        if route.kind is not Kind.MANIFEST or route.action != "delete":
            return None
        if not DIGEST.fullmatch(route.reference):
            return unsupported()
        if self.core.store.repository(path).tags_of(route.reference):
            return denied("the manifest is still referenced by a tag")
        return None

    def _served(self, route: Route, request: Request, granted: Granted) -> Answer:
        counts = route.kind is Kind.MANIFEST and route.action == "pull"
        left = self.left(granted.login)
        if counts and left <= 0:
            return error(429, "TOOMANYREQUESTS", SPENT)
        answer = self.core.answer(route, request)
        if not counts:
            return answer
        if answer.status == _NOT_FOUND and route.repository in self.world.private:
            return manifest_unknown(route.reference)  # B6: a repository without that tag
        if answer.status != _OK:
            return answer
        if request.method == "GET":
            self.pulls[granted.login] = self.pulls.get(granted.login, 0) + 1
        limit = ACCOUNT_PULLS if granted.login else ANONYMOUS_PULLS
        return answer.adding(
            ratelimit_limit=f"{limit};w={WINDOW_S}",
            ratelimit_remaining=f"{self.left(granted.login)};w={WINDOW_S}",
            docker_ratelimit_source=granted.login or "192.0.2.1",
        )

    def left(self, login: str = "") -> int:
        """Pulls that this login still has; without one, everybody's."""
        limit = ACCOUNT_PULLS if login else ANONYMOUS_PULLS
        return limit - self.pulls.get(login, 0)

    def spend(self, login: str = "") -> None:
        """As if somebody had pulled until nothing was left."""
        self.pulls[login] = ACCOUNT_PULLS


def _exceeds(person: Person, asked: Mapping[str, frozenset[str]]) -> bool:
    """No subset is granted to a token that lacks a scope: it is refused whole (B2)."""
    known = ("pull", "push", "delete")
    return any(
        not person.may(action, path)
        for path, actions in asked.items()
        for action in actions
        if action in known and (action != "pull" or path != QUOTA_REPOSITORY)
    )


def _insufficient(route: Route) -> Answer:
    """Private and missing answer alike, by design (B6)."""
    detail = [{"Type": "repository", "Class": "", "Name": route.repository, "Action": route.action}]
    answer = error(401, "UNAUTHORIZED", "authentication required", detail)
    challenge = f'{_CHALLENGE},scope="{route.scope}",error="insufficient_scope"'
    return answer.adding(www_authenticate=challenge)


def _keep_quota_image(store: Store) -> None:
    """The image by which everybody may look at their quota (B6)."""
    image = make_test_image(LINUX_AMD64, {"title": "quota"}, b"quota")
    for content in (image.config, image.layer):
        store.keep_blob(QUOTA_REPOSITORY, content)
    manifest = image.manifest
    digest = store.keep_manifest(QUOTA_REPOSITORY, manifest.media_type, manifest.body)
    store.repository(QUOTA_REPOSITORY).tags["latest"] = digest
