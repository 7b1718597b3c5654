"""Self-hosted registries as CNCF distribution serves them: open, Basic, or with a token service.

An emulation (registries.md 8.1-8.3, 9 "self-hosted distribution", 11 "generic").
"""
# ruff: noqa: ARG002 - what is refused may depend on the route, and here mostly does not

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wizard.sandbox.accounts import LOGIN, PASSWORD, People, PracticeAccount
from wizard.sandbox.core import Core
from wizard.sandbox.dialects.dialect import Dialect, PracticeRefusedError
from wizard.sandbox.exchange import Answer, Request, error, json_answer
from wizard.sandbox.refusals import NOT_FOUND, Habits, unauthorized, unsupported
from wizard.sandbox.routes import Kind, Route, read_route
from wizard.sandbox.store import Store
from wizard.sandbox.tokens import LIFETIME_S, TokenBook, read_scopes

OPEN_HOST: Final = "open.practice.test"
BASIC_HOST: Final = "basic.practice.test"
TOKEN_HOST: Final = "token.practice.test"  # noqa: S105 - a host name

_REALM = "practice"


def open_registry(people: People) -> Dialect:
    """Everybody reads and writes; a blob is taken in a single POST."""
    return _Open(OPEN_HOST, people, Habits(takes_single_post=True, mounts=True))


def basic_registry(people: People) -> Dialect:
    """HTTP Basic for everything, so never anonymous; absolute locations, no deletion."""
    return _Basic(BASIC_HOST, people, Habits(absolute_locations=True, deletes=False))


def token_registry(people: People) -> Dialect:
    """A token service beside it; a repository is private until it is published."""
    return _Token(TOKEN_HOST, people, Habits(mounts=True))


class _Plain:
    kind = "other"

    def __init__(self, host: str, people: People, habits: Habits) -> None:
        self.hosts: tuple[str, ...] = (host,)
        self.prefix = f"{host}/{LOGIN}"
        self.account = PracticeAccount(LOGIN, PASSWORD, "the practice account's password")
        self.people = people
        self.core = Core(Store(), habits)

    def answer(self, request: Request) -> Answer:
        route = read_route(request)
        if route is None:
            return NOT_FOUND
        return self.refusal(route, request) or self.core.answer(route, request)

    def environ(self, base_url: str) -> Mapping[str, str]:
        return {}

    def host_of(self, path: str, headers: Mapping[str, str]) -> str:
        return ""

    def refusal(self, route: Route, request: Request) -> Answer | None:
        """None when it may go on."""
        raise NotImplementedError

    def publish(self, path: str) -> None:
        """Raises PracticeRefusedError where the registry has no such switch."""
        raise PracticeRefusedError(f"{self.hosts[0]} cannot make {path} public")

    def unpublish(self, path: str) -> None:
        raise PracticeRefusedError(f"{self.hosts[0]} cannot make {path} private")


class _Open(_Plain):
    def refusal(self, route: Route, request: Request) -> Answer | None:
        return None

    def publish(self, path: str) -> None:
        """Everything there is public already."""


class _Basic(_Plain):
    def refusal(self, route: Route, request: Request) -> Answer | None:
        username, secret = request.basic or ("", "")
        request.login = self.people.login_by_password(username, secret)
        return None if request.login else unauthorized(f'Basic realm="{_REALM}"')


class _Token(_Plain):
    def __init__(self, host: str, people: People, habits: Habits) -> None:
        super().__init__(host, people, habits)
        self.tokens = TokenBook()
        self.public: set[str] = set()

    def answer(self, request: Request) -> Answer:
        return self._token(request) if request.path == "/token" else super().answer(request)

    def refusal(self, route: Route, request: Request) -> Answer | None:
        granted = self.tokens.find(request.bearer)
        if granted is None:
            return unauthorized(self._challenge(route))
        request.login = granted.login
        if route.kind is Kind.PING or granted.allows(route.repository, route.action):
            return None
        return unauthorized(self._challenge(route) + ',error="insufficient_scope"')

    def publish(self, path: str) -> None:
        if not self.core.store.exists(path):
            raise PracticeRefusedError(f"there is no {path} yet")
        self.public.add(path)

    def unpublish(self, path: str) -> None:
        self.public.discard(path)

    def _challenge(self, route: Route) -> str:
        host = self.hosts[0]
        scope = f',scope="{route.scope}"' if route.kind is not Kind.PING else ""
        return f'Bearer realm="https://{host}/token",service="{host}"{scope}'

    def _token(self, request: Request) -> Answer:
        """The intersection of what was asked and what is allowed, as 8.3 wants it."""
        if request.method != "GET":
            return unsupported()
        login = ""
        if request.basic is not None:
            login = self.people.login_by_password(*request.basic)
            if not login:
                return error(401, "UNAUTHORIZED", "incorrect username or password")
        asked = read_scopes(request.query.get("scope", []))
        granted = {name: actions & self._allowed(name, login) for name, actions in asked.items()}
        token = self.tokens.issue(login, granted)
        request.login = login
        return json_answer(200, {"token": token, "expires_in": int(LIFETIME_S)})

    def _allowed(self, path: str, login: str) -> frozenset[str]:
        if login and path.startswith(f"{login}/"):
            return frozenset({"pull", "push", "delete", "*"})
        return frozenset({"pull"}) if path in self.public else frozenset()
