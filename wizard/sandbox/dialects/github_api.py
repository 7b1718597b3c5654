"""GitHub's REST interface, as far as packages go: api.github.com (registries.md A3, A5, A6).

An emulation. There is no call that changes visibility, here as there.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote, unquote

from wizard.sandbox.accounts import PracticeToken, TokenKind
from wizard.sandbox.dialects.github import Github, Package
from wizard.sandbox.exchange import Answer, Request, json_answer

API_HOST: Final = "api.github.com"

_PACKAGE = re.compile(
    r"/(?:user|users/(?P<user>[^/]+)|orgs/(?P<org>[^/]+))/packages/container/(?P<name>[^/]+)"
    r"(?P<versions>/versions)?(?:/(?P<id>[0-9]{1,18}))?"
)
_PACKAGES = re.compile(r"/(?:user|users/(?P<user>[^/]+)|orgs/(?P<org>[^/]+))/packages")
_ACCOUNT = re.compile(r"/(?P<below>users|orgs)/(?P<login>[^/]+)")
_MEMBER = re.compile(r"/orgs/(?P<org>[^/]+)/members/(?P<login>[^/]+)")
_MEMBERSHIP = re.compile(r"/user/memberships/orgs/(?P<org>[^/]+)")

_Found = re.Match[str]
_Handler = Callable[[Request, _Found, PracticeToken | None], Answer]


class GithubApi:
    def __init__(self, github: Github) -> None:
        self.github = github
        self._routes: tuple[tuple[str, re.Pattern[str], _Handler], ...] = (
            ("GET", re.compile("/user"), self._user),
            ("GET", _MEMBERSHIP, self._membership),
            ("GET", _MEMBER, self._member),
            ("GET", _ACCOUNT, self._account),
            ("GET", _PACKAGES, self._list),
            ("GET", _PACKAGE, self._package),
            ("DELETE", _PACKAGE, self._delete),
        )

    def answer(self, request: Request) -> Answer:
        token = self.github.people.token(request.bearer)
        answer = self._refusal(request, token) or self._routed(request, token)
        if token is not None:
            answer = _about_token(answer, token)
        limit = "5000" if token else "60"
        answer = answer.adding(x_ratelimit_limit=limit, x_ratelimit_remaining=str(int(limit) - 1))
        return answer.adding(x_ratelimit_reset=str(int(time.time()) + 3600))

    def _refusal(self, request: Request, token: PracticeToken | None) -> Answer | None:
        """A credential that GitHub does not know is refused wherever it is shown."""
        if request.authorization == ("", ""):
            return None
        if token is None or token.has_expired:
            return _said(401, "Bad credentials")
        request.login = token.login
        return None

    def _routed(self, request: Request, token: PracticeToken | None) -> Answer:
        for method, pattern, handler in self._routes:
            found = pattern.fullmatch(request.path)
            if found is not None and method == request.method:
                return self._sso(found, token) or handler(request, found, token)
        # A6: also for every attempt to set a visibility.
        return _said(404, "Not Found")

    def _sso(self, found: _Found, token: PracticeToken | None) -> Answer | None:
        organisation = found.groupdict().get("org") or ""
        if found.groupdict().get("below") == "orgs":
            organisation = found["login"]
        if token is None or not self.github.sso_is_missing(organisation):
            return None
        said = (
            "Resource protected by organization SAML enforcement. You must grant your "
            "Personal Access token access to this organization."
        )
        page = f"https://github.com/orgs/{organisation}/sso?authorization_request=practice"
        return _said(403, said).adding(x_github_sso=f"required; url={page}")

    # --- people ---

    def _user(self, _request: Request, _found: _Found, token: PracticeToken | None) -> Answer:
        if token is None:
            return _said(401, "Requires authentication")
        if token.kind is TokenKind.APP:
            return _said(403, "Resource not accessible by integration")
        return json_answer(200, {"login": token.login, "id": 1, "type": "User"})

    def _account(self, _request: Request, found: _Found, _token: PracticeToken | None) -> Answer:
        kind = self.github.kind_of(found["login"])
        if not kind or (found["below"] == "orgs" and kind != "Organization"):
            return _said(404, "Not Found")
        return json_answer(200, {"login": found["login"], "id": 2, "type": kind})

    def _member(self, _request: Request, found: _Found, token: PracticeToken | None) -> Answer:
        """Practised: seen by members only, with a token that reads organisations or packages."""
        organisation = self.github.people.organisation(found["org"])
        members = organisation.members if organisation else ()
        if token is None or found["login"] not in members or token.login not in members:
            return _said(404, "Not Found")
        return Answer(204)

    def _membership(self, _request: Request, found: _Found, token: PracticeToken | None) -> Answer:
        organisation = self.github.people.organisation(found["org"])
        if token is None or organisation is None or token.login not in organisation.members:
            return _said(404, "Not Found")
        return json_answer(200, {"state": "active", "role": "member"})

    # --- packages ---

    def _list(self, _request: Request, found: _Found, token: PracticeToken | None) -> Answer:
        if refusal := _needs("read:packages", token):
            return refusal
        owner = _owner(found, token)
        packages = [
            self._document(package)
            for package in self.github.packages.values()
            if package.owner == owner and self.github.may_read(token, package.path)
        ]
        return json_answer(200, packages)

    def _package(self, request: Request, found: _Found, token: PracticeToken | None) -> Answer:
        if refusal := _needs("read:packages", token):
            return refusal
        package = self._find(found, token)
        if package is None:
            return _said(404, "Package not found.")
        if not found["versions"]:
            return json_answer(200, self._document(package))
        versions = [self._version(package, digest) for digest in reversed(package.version_ids)]
        if found["id"] is None:
            page, size = _number(request, "page", 1), min(_number(request, "per_page", 30), 100)
            return json_answer(200, versions[(page - 1) * size : page * size])
        one = [version for version in versions if version["id"] == int(found["id"])]
        return json_answer(200, one[0]) if one else _said(404, "Not Found")

    def _delete(self, _request: Request, found: _Found, token: PracticeToken | None) -> Answer:
        """Only with an admin's role, which publishing and owning give (A4)."""
        if refusal := _needs("delete:packages", token):
            return refusal
        package = self._find(found, token)
        if package is None or token is None or not self.github.has_role(token, package.path):
            return _said(404, "Package not found.")
        if not found["versions"]:
            self.github.forget(package)
            return Answer(204)
        wanted = found["id"]
        digest = next((d for d, i in package.version_ids.items() if str(i) == wanted), None)
        if digest is None:
            return _said(404, "Not Found")
        tags = self.github.store.repository(package.path).tags
        if {*tags.values()} <= {digest}:
            # A5: the only remaining tagged version goes with its package (status unconfirmed).
            return _said(
                400,
                "You cannot delete the last tagged version of a package. You must delete the "
                "package instead.",
            )
        self.github.forget_version(package, digest)
        return Answer(204)

    def _find(self, found: _Found, token: PracticeToken | None) -> Package | None:
        path = f"{_owner(found, token)}/{unquote(found['name'])}"
        return self.github.packages.get(path) if self.github.may_read(token, path) else None

    def _document(self, package: Package) -> dict[str, Any]:
        kind = self.github.kind_of(package.owner)
        below = "orgs" if kind == "Organization" else "users"
        name = quote(package.name, safe="")
        return {
            "id": 1,
            "name": package.name,
            "package_type": "container",
            "owner": {"login": package.owner, "type": kind},
            "version_count": len(package.version_ids),
            "visibility": "public" if package.is_public else "private",
            "url": f"https://{API_HOST}/{below}/{package.owner}/packages/container/{name}",
            "html_url": f"https://github.com/{below}/{package.owner}/packages/container/{name}",
            "created_at": package.created.isoformat(),
        }

    def _version(self, package: Package, digest: str) -> dict[str, Any]:
        tags = self.github.store.repository(package.path).tags_of(digest)
        return {
            "id": package.version_ids[digest],
            "name": digest,
            "metadata": {"package_type": "container", "container": {"tags": tags}},
        }


def _owner(found: _Found, token: PracticeToken | None) -> str:
    return found["user"] or found["org"] or (token.login if token else "")


def _needs(scope: str, token: PracticeToken | None) -> Answer | None:
    if token is None:
        return _said(401, "Requires authentication")
    if not token.may(scope):
        verb = "delete a package" if scope.startswith("delete") else "get a package"
        return _said(403, f"You need at least {scope} scope to {verb}.")
    return None


def _about_token(answer: Answer, token: PracticeToken) -> Answer:
    """What every answer says about the token that asked (A3). Only classic kinds have scopes."""
    if token.kind in (TokenKind.CLASSIC, TokenKind.OAUTH) and not token.has_expired:
        answer = answer.adding(x_oauth_scopes=", ".join(token.scopes))
    if token.expires is None:
        return answer
    end = f"{token.expires:%Y-%m-%d %H:%M:%S} UTC"
    return answer.adding(github_authentication_token_expiration=end)


def _number(request: Request, name: str, default: int) -> int:
    text = request.first(name)
    return int(text[:6]) if text.isdecimal() and int(text[:6]) > 0 else default


def _said(status: int, message: str) -> Answer:
    document = {"message": message, "documentation_url": "https://docs.github.com/rest"}
    return json_answer(status, {**document, "status": str(status)})
