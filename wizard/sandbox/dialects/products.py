"""Harbor, Azure Container Registry and Quay, as far as their refusals differ (registries.md 9).

Emulations of what is relied on or told to people: challenges, the words of a denial, what becomes
public at once, and Quay's refusal of the scope `delete`. Nothing of their management interfaces.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wizard.sandbox.accounts import LOGIN, PASSWORD, People, PracticeAccount
from wizard.sandbox.core import Core
from wizard.sandbox.dialects.dialect import PracticeRefusedError
from wizard.sandbox.exchange import Answer, Request, error, json_answer
from wizard.sandbox.refusals import NOT_FOUND, Habits, unsupported
from wizard.sandbox.routes import Kind, Route, read_route
from wizard.sandbox.store import Store
from wizard.sandbox.tokens import LIFETIME_S, TokenBook, read_scopes

HARBOR_HOST: Final = "harbor.practice.test"
ACR_HOST: Final = "practice.azurecr.io"
QUAY_HOST: Final = "quay.io"

AZ_USER: Final = "00000000-0000-0000-0000-000000000000"
AZ_TOKEN: Final = "practice-token-of-az"  # noqa: S105 - of practice registries only
ROBOT: Final = f"{LOGIN}+robot"
HARBOR_ROBOT: Final = f"robot${LOGIN}+robot"
ROBOT_SECRET: Final = "practice-robot-secret"  # noqa: S105

_RIGHTS: Final = frozenset({"pull", "push", "delete", "*"})


class _Product:
    """A token service beside a registry; subclasses say in which words."""

    kind = "other"
    realm = ""
    service = ""

    def __init__(self, host: str, people: People, users: Mapping[str, str]) -> None:
        """`users`: secrets by user name, beside the practice account."""
        self.hosts: tuple[str, ...] = (host,)
        self.prefix = f"{host}/{LOGIN}"
        self.account = PracticeAccount(LOGIN, PASSWORD, "the practice account's password")
        self.core = Core(Store(), Habits(mounts=True))
        self.tokens = TokenBook()
        self.public: set[str] = set()
        self._people = people
        self._users = users

    def answer(self, request: Request) -> Answer:
        if request.path == self.realm:
            return self._token(request)
        route = read_route(request)
        if route is None:
            return NOT_FOUND
        granted = self.tokens.find(request.bearer)
        if granted is not None:
            request.login = granted.login
        if granted is None or not self._allows(route, granted.actions):
            return self._refused(route)
        return self.core.answer(route, request)

    def environ(self, base_url: str) -> Mapping[str, str]:  # noqa: ARG002 - no SDK of its own
        return {}

    def host_of(self, path: str, headers: Mapping[str, str]) -> str:  # noqa: ARG002 - the same
        return ""

    def publish(self, path: str) -> None:
        """Raises PracticeRefusedError."""
        if not self.core.store.exists(path):
            raise PracticeRefusedError(f"there is no {path} yet")
        self.public.add(self.shared(path))

    def unpublish(self, path: str) -> None:
        self.public.discard(self.shared(path))

    # --- what differs ---

    def shared(self, path: str) -> str:
        """What becomes public together with this repository."""
        return path

    def words(self, route: Route) -> str:
        raise NotImplementedError

    def may_ask(self, actions: frozenset[str]) -> bool:  # noqa: ARG002 - Quay alone refuses some
        return True

    def serves_strangers(self) -> bool:
        """Does the token service give anybody a token?"""
        return True

    # --- what is common ---

    def _allows(self, route: Route, actions: Mapping[str, frozenset[str]]) -> bool:
        allowed = actions.get(route.repository, frozenset())
        return route.kind is Kind.PING or route.action in allowed or "*" in allowed

    def _refused(self, route: Route) -> Answer:
        realm = f"https://{self.hosts[0]}{self.realm}"
        scope = f',scope="{route.scope}"' if route.kind is not Kind.PING else ""
        challenge = f'Bearer realm="{realm}",service="{self.service}"{scope}'
        answer = error(401, "UNAUTHORIZED", self.words(route))
        return answer.adding(www_authenticate=challenge)

    def _token(self, request: Request) -> Answer:
        if request.method != "GET":
            return unsupported()
        login = ""
        if request.basic is not None:
            login = self._login(*request.basic)
            if not login:
                return error(401, "UNAUTHORIZED", self.words(Route(Kind.PING)))
        elif not self.serves_strangers():
            return error(401, "UNAUTHORIZED", self.words(Route(Kind.PING)))
        request.login = login
        asked = read_scopes(request.query.get("scope", []))
        if not all(self.may_ask(actions) for actions in asked.values()):
            return error(400, "INVALID_REQUEST", "unable to decode repository and actions")
        granted = {path: actions & self._rights(path, login) for path, actions in asked.items()}
        token = self.tokens.issue(login, granted)
        return json_answer(200, {"token": token, "expires_in": int(LIFETIME_S)})

    def _login(self, username: str, secret: str) -> str:
        if self._users.get(username) == secret:
            return LOGIN
        return self._people.login_by_password(username, secret)

    def _rights(self, path: str, login: str) -> frozenset[str]:
        if login and path.startswith(f"{login}/"):
            return _RIGHTS
        return frozenset({"pull"}) if self.shared(path) in self.public else frozenset()


class _Harbor(_Product):
    """A project is public as a whole; only the project `practice` exists."""

    realm = "/service/token"
    service = "harbor-registry"

    def shared(self, path: str) -> str:
        return path.partition("/")[0]

    def words(self, route: Route) -> str:
        if route.kind is Kind.PING:
            return "authentication required"
        said = f"unauthorized to access repository: {route.repository}, action: {route.action}"
        return f"{said}: {said}"


class _Acr(_Product):
    """The whole registry serves strangers or does not."""

    realm = "/oauth2/token"
    service = ACR_HOST

    def shared(self, path: str) -> str:  # noqa: ARG002 - the same for all
        return ""

    def serves_strangers(self) -> bool:
        return "" in self.public

    def words(self, route: Route) -> str:  # noqa: ARG002 - the same for all
        return (
            "authentication required, visit https://aka.ms/acr/authorization for more information."
        )


class _Quay(_Product):
    """A repository is private until it is published; asking for `delete` gives no token."""

    realm = "/v2/auth"
    service = QUAY_HOST

    def words(self, route: Route) -> str:
        if route.kind is Kind.PING:
            return "Invalid Username or Password"
        return "access to the requested resource is not authorized"

    def may_ask(self, actions: frozenset[str]) -> bool:
        return "delete" not in actions


def harbor(people: People) -> _Product:
    return _Harbor(HARBOR_HOST, people, {HARBOR_ROBOT: ROBOT_SECRET})


def acr(people: People) -> _Product:
    return _Acr(ACR_HOST, people, {AZ_USER: AZ_TOKEN})


def quay(people: People) -> _Product:
    return _Quay(QUAY_HOST, people, {ROBOT: ROBOT_SECRET})
