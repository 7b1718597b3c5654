"""What all registries have in common: the OCI distribution protocol and nothing beside it.

A provider overrides what differs. Sources: registries.md 8 and 9, credentials.md 4.2.
"""
# ruff: noqa: ARG002 - the base answers for registries that know more, and need the arguments

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Mapping

from wizard.core.diagnosis import Fix, Sign
from wizard.core.fields import Field
from wizard.core.names import Digest, InvalidNameError, Reference, Repository, is_host, is_path
from wizard.core.ports import (
    Access,
    Audience,
    DeclaredVisibility,
    Endpoint,
    Identity,
    NewRepository,
    Outside,
    Ping,
    PullToken,
    Recognised,
    Session,
    Suggestion,
    WayIn,
)
from wizard.core.prefix import Prefix, invalid
from wizard.core.secret import AnyCredential, Credential
from wizard.core.typed import shown

_LOOPBACK = re.compile(r"(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?")


class OciRegistry:
    """Any registry of the distribution protocol that no other provider claims."""

    kind = "other"
    title = "Another registry"
    about: tuple[str, ...] = (
        "Any registry that speaks the OCI protocol: Quay, GitLab, Harbor, Azure, one of your own.",
        "Whether images may be public, and who makes repositories, is up to its operator.",
    )
    fields: tuple[Field, ...] = ()
    only_host = ""
    push_decides = ""
    signs: tuple[Sign, ...] = ()
    """Only what this registry says unlike the others; core/signs.py has the rest."""
    ways_in: tuple[WayIn, ...] = (
        WayIn(
            "token",
            "User name and access token",
            "Made on the registry's own pages, with the right to push. Better than a password: "
            "it can be limited and taken back.",
        ),
        WayIn("password", "User name and password", "The account's own password."),
    )

    def claims(self, host: str) -> bool:
        """The last in the list takes what nobody else claims."""
        return True

    def split_image(self, path: str, *, names_an_image: bool) -> tuple[str, str]:
        """Split a typed path into prefix and image; `names_an_image` when a tag was typed too."""
        if not names_an_image:
            return path, ""
        prefix, _, image = path.rpartition("/")
        return prefix, image

    def from_page(self, host: str, path: str) -> tuple[str, str] | None:
        """Host and path that a web page of this registry is about; None when it is none."""
        return None

    def prefix(self, host: str, path: str) -> Prefix:
        """Raises PrefixError."""
        if not is_host(host):
            raise invalid(
                f"{shown(host)} is not a host name: letters, digits, dots, dashes, a port"
            )
        if path and not is_path(path):
            raise invalid(
                f"{shown(path)} cannot be part of an image's name: lower-case letters and digits, "
                "with single dots, dashes or underscores between them"
            )
        try:
            Repository(host, f"{path}/x" if path else "x/x")
            return Prefix(self.kind, host, path)
        except InvalidNameError as error:
            raise invalid(str(error)) from error

    def compose(self, answers: Mapping[str, str]) -> Prefix:
        host, _, path = answers.get("prefix", "").strip().lower().rstrip("/").partition("/")
        return self.prefix(host, path)

    def answers(self, prefix: Prefix) -> Mapping[str, str]:
        return {"prefix": str(prefix)}

    def endpoint(self, host: str) -> Endpoint:
        """Plain HTTP only where nobody can listen in: at a literal loopback address."""
        scheme = "http" if is_loopback(host) else "https"
        return Endpoint(host, f"{scheme}://{host}")

    def facts(self, repository: Repository) -> Mapping[str, str]:
        return {"cloud": "another"}

    def recognise(self, host: str, ping: Ping | None = None) -> Recognised | None:
        return None

    def ways_to(self, host: str) -> tuple[WayIn, ...]:
        return self.ways_in

    async def suggest(self, outside: Outside) -> AsyncGenerator[Suggestion, None]:
        nothing: tuple[Suggestion, ...] = ()
        for suggestion in nothing:
            yield suggestion

    def suggest_for(self, username: str) -> Suggestion | None:
        return None

    async def sessions(self, host: str, outside: Outside) -> tuple[Session, ...]:
        return ()

    async def inspect(
        self, credential: Credential, repository: Repository, outside: Outside
    ) -> Identity:
        """There is nobody to ask but the registry itself, and that is the next step anyway."""
        return Identity(credential.username)

    async def rights(
        self, repository: Repository, credential: AnyCredential, outside: Outside
    ) -> tuple[str, ...]:
        return ()

    async def missing_repository(
        self, repository: Repository, credential: AnyCredential, outside: Outside
    ) -> NewRepository | None:
        return None

    async def missing_private(
        self, repository: Repository, credential: AnyCredential, outside: Outside
    ) -> NewRepository | None:
        return await self.missing_repository(repository, credential, outside)

    async def create_repository(
        self, repository: Repository, credential: AnyCredential, outside: Outside
    ) -> str:
        raise NotImplementedError(f"{self.title} makes repositories by itself")

    def known(self, audience: Audience) -> Audience:
        """Whom an unknown registry knows, its operator does: what is declared stands."""
        return audience

    async def access(
        self,
        repository: Repository,
        audience: Audience,
        credential: AnyCredential,
        outside: Outside,
    ) -> Access | None:
        return None

    async def open_to(
        self,
        repository: Repository,
        audience: Audience,
        credential: AnyCredential,
        outside: Outside,
    ) -> str:
        raise NotImplementedError(f"{self.title} offers no opening")

    def pull_token(self, repository: Repository) -> PullToken:
        return PullToken(
            "a token of its own that may only read this repository",
            fixes=(Fix(f"Make one in the settings of {repository.host}"),),
        )

    def unfit_for_clusters(self, credential: Credential) -> str:
        return ""

    async def declared_visibility(
        self, repository: Repository, credential: AnyCredential, outside: Outside
    ) -> DeclaredVisibility | None:
        return None

    def publish_fixes(self, repository: Repository, owner_kind: str) -> tuple[Fix, ...]:
        return (
            Fix(f"Make {repository.path} public in the settings of {repository.host}"),
            Fix("Or keep it private and give the cluster an image-pull secret"),
        )

    async def owner_kind(self, repository: Repository, outside: Outside) -> str:
        return ""

    async def delete(
        self, pushed: Reference, digest: Digest, credential: AnyCredential, outside: Outside
    ) -> str | None:
        return None


def is_loopback(host: str) -> bool:
    """Is it literally this machine? A name that merely resolves to it is not."""
    return _LOOPBACK.fullmatch(host) is not None


def depth_split(path: str, depth: int) -> tuple[str, str]:
    """The first `depth` parts of a path, and the rest: the image's own name."""
    parts = path.split("/")
    return "/".join(parts[:depth]), "/".join(parts[depth:])
