"""GitHub Container Registry (registries.md A): names, tokens, visibility, deletion."""
# ruff: noqa: ARG002 - methods of the provider protocol, which not every registry needs whole

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Mapping
from typing import Final

from wizard.core.diagnosis import Fix
from wizard.core.fields import Field
from wizard.core.names import Digest, Reference, Repository, is_path
from wizard.core.ports import (
    Audience,
    DeclaredVisibility,
    Endpoint,
    Identity,
    Outside,
    PullToken,
    Session,
    Suggestion,
    WayIn,
)
from wizard.core.prefix import Prefix, incomplete, invalid
from wizard.core.secret import AnyCredential, Credential
from wizard.registries import github_packages, github_sessions, github_tokens
from wizard.registries.generic import OciRegistry, depth_split
from wizard.registries.ghcr_signs import CLASSIC_PAGE, GH_REFRESH, GHCR_SIGNS

HOST: Final = "ghcr.io"

_WEB_HOSTS = frozenset({"github.com", "www.github.com", "api.github.com"})
# GitHub's rule, and the underscore of managed enterprise accounts.
_OWNER = re.compile(r"[a-z0-9]+(?:(?:_|-+)[a-z0-9]+)*")
_LONGEST_OWNER = 39
_PACKAGE_PAGE = re.compile(
    r"(?:orgs|users)/([^/]+)/packages(?:/container(?:/package)?/(.+?)(?:/(?:settings|\d+))?)?$"
    r"|([^/]+)/[^/]+/pkgs/container/(.+?)(?:/\d+)?$"
)
_PREFIX_PARTS = 1


def wrong_owner(text: str) -> str:
    """What is wrong with a GitHub account's name, or nothing."""
    owner = text.strip().lower()
    if not owner:
        return "your GitHub user name or organisation is missing"
    if "@" in owner:
        return "that is an e-mail address: the GitHub user name is needed"
    if not _OWNER.fullmatch(owner) or len(owner) > _LONGEST_OWNER:
        return "a GitHub name has at most 39 letters and digits, with dashes between them"
    return ""


class Ghcr(OciRegistry):
    """ghcr.io: the registry of every GitHub account; a package's first push makes it private."""

    kind = "ghcr"
    title = "GitHub Container Registry"
    about = (
        "Free for public images, comes with every GitHub account. The first push of each image",
        "makes it, and makes it private: one click of yours on GitHub makes it public, for ever.",
    )
    fields = (
        Field(
            "owner",
            "GitHub user or organisation",
            example="acme",
            help="Images go to ghcr.io/OWNER/IMAGE. You need the right to write packages there.",
            check=wrong_owner,
        ),
    )
    signs = GHCR_SIGNS
    ways_in = (
        WayIn(
            "gh",
            "The login of GitHub's own program, gh",
            "Nothing to copy. gh adds the right to write packages in your browser.",
            command=GH_REFRESH,
            needs_username=False,
            wants_secret=False,
        ),
        WayIn(
            "classic-token",
            "A personal access token (classic)",
            "The page opens with just the rights needed ticked. Choose an expiry date, generate, "
            "copy. Fine-grained tokens do not work with this registry.",
            url=CLASSIC_PAGE,
            needs_username=False,
        ),
    )

    def claims(self, host: str) -> bool:
        return host == HOST

    def from_page(self, host: str, path: str) -> tuple[str, str] | None:
        if host == "docker.pkg.github.com":
            # The registry before this one: OWNER/REPOSITORY/IMAGE.
            owner, _, rest = path.partition("/")
            image = rest.partition("/")[2]
            return HOST, f"{owner}/{image}" if image else owner
        if host not in _WEB_HOSTS:
            return None
        found = _PACKAGE_PAGE.fullmatch(path)
        if found is None:
            # A profile or a repository: only its owner says where images go.
            return HOST, depth_split(path.removeprefix("orgs/"), _PREFIX_PARTS)[0]
        owner, image = (found[1], found[2]) if found[1] else (found[3], found[4])
        return HOST, f"{owner}/{image.replace('%2f', '/')}" if image else owner

    def split_image(self, path: str, *, names_an_image: bool) -> tuple[str, str]:
        return depth_split(path, _PREFIX_PARTS)

    def prefix(self, host: str, path: str) -> Prefix:
        if not path:
            raise incomplete(
                "after ghcr.io your GitHub user name or organisation is missing", "ghcr.io/OWNER"
            )
        if "/" in path:
            suggestion = f"{host}/{path.partition('/')[0]}"
            raise invalid("the image's name does not belong into the prefix", suggestion)
        if wrong := wrong_owner(path):
            raise invalid(wrong)
        if not is_path(path):
            raise invalid("a GitHub name with such dashes cannot stand in an image's name")
        return super().prefix(host, path)

    def compose(self, answers: Mapping[str, str]) -> Prefix:
        return self.prefix(HOST, answers.get("owner", "").strip().lower())

    def answers(self, prefix: Prefix) -> Mapping[str, str]:
        return {"owner": prefix.path}

    def facts(self, repository: Repository) -> Mapping[str, str]:
        return {"cloud": "GitHub"}

    def endpoint(self, host: str) -> Endpoint:
        return Endpoint(host, f"https://{host}", realms=(f"https://{host}/token",), service=host)

    async def suggest(self, outside: Outside) -> AsyncGenerator[Suggestion, None]:
        async for known in github_sessions.suggest(outside):
            yield known

    async def sessions(self, host: str, outside: Outside) -> tuple[Session, ...]:
        return await github_sessions.sessions(outside)

    def pull_token(self, repository: Repository) -> PullToken:
        return PullToken(
            "a classic token with read:packages and nothing else",
            lasts="until the date you choose on that page",
            fixes=(
                Fix(
                    "Make a classic token with read:packages alone",
                    url="https://github.com/settings/tokens/new?scopes=read:packages",
                ),
            ),
        )

    async def inspect(
        self, credential: Credential, repository: Repository, outside: Outside
    ) -> Identity:
        return await github_tokens.inspect(credential, repository, outside)

    def known(self, audience: Audience) -> Audience:
        """No identity of AWS or Google is somebody here: clusters come with a token, or without."""
        return Audience()

    async def declared_visibility(
        self, repository: Repository, credential: AnyCredential, outside: Outside
    ) -> DeclaredVisibility | None:
        if not isinstance(credential, Credential):
            return None  # the REST interface tells nobody without a token, even of public ones
        kind = await self.owner_kind(repository, outside)
        found = await github_packages.declared(repository, kind, credential, outside)
        if found is None:
            return None
        url = github_packages.settings_page(repository, kind)
        return DeclaredVisibility(found, url, f"GitHub's packages interface says {found}")

    def publish_fixes(self, repository: Repository, owner_kind: str) -> tuple[Fix, ...]:
        owner, _, package = repository.path.partition("/")
        who = {
            "user": f"{owner} alone can do it",
            "organization": f"an owner of {owner} or an administrator of the package can do it",
        }.get(owner_kind, "whoever administers the package can do it")
        fixes = [
            Fix(
                "Open the package's settings; Danger Zone, Change visibility, Public; "
                f"type {package} ({who}; it cannot be taken back)",
                url=github_packages.settings_page(repository, owner_kind),
            )
        ]
        if owner_kind != "user":
            fixes.append(
                Fix(
                    "If Public cannot be chosen there, an owner of the organisation allows it here",
                    url=policy_page(owner),
                )
            )
        private = "Or keep it private and give the cluster a pull secret with read:packages"
        return (*fixes, Fix(private))

    async def owner_kind(self, repository: Repository, outside: Outside) -> str:
        return await github_packages.owner_kind(repository.path.partition("/")[0], outside)

    async def delete(
        self, pushed: Reference, digest: Digest, credential: AnyCredential, outside: Outside
    ) -> str | None:
        return await github_packages.delete(pushed, digest, credential, outside)


def policy_page(owner: str) -> str:
    """Where an organisation's owner allows public packages."""
    return f"https://github.com/organizations/{owner}/settings/packages"
