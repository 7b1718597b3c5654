"""Amazon ECR Public: public.ecr.aws/ALIAS, whose images are everybody's (registries.md D)."""
# ruff: noqa: ARG002 - methods of the provider protocol, which not every registry needs whole

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import Final

from wizard.core.diagnosis import Fix
from wizard.core.fields import Field
from wizard.core.names import Digest, Reference, Repository
from wizard.core.ports import (
    Access,
    Audience,
    DeclaredVisibility,
    Endpoint,
    Identity,
    NewRepository,
    Outside,
    PullToken,
    Session,
    Suggestion,
)
from wizard.core.prefix import Prefix, incomplete, invalid
from wizard.core.secret import AnyCredential, Credential
from wizard.registries.ecr import SHORT_LIVED, session_needed
from wizard.registries.ecr_public_names import (
    DUAL_STACK_HOST,
    GALLERY,
    HOST,
    REGION,
    gallery_page,
    parts_of,
    wrong_alias,
)
from wizard.registries.ecr_public_signs import ECR_PUBLIC_SIGNS
from wizard.registries.ecr_public_ways import PUBLIC_PULL_TOKEN, PUBLIC_WAYS_IN
from wizard.registries.generic import OciRegistry, depth_split

_PREFIX_PARTS = 1
ALWAYS: Final = "Amazon ECR Public serves everybody, without a login; no policy can deny that"


class EcrPublic(OciRegistry):
    """public.ecr.aws: always public, at once and for everybody."""

    kind = "ecr-public"
    title = "Amazon ECR Public"
    about = (
        "Everything pushed here is public at once and listed in Amazon's gallery. Free to pull.",
        "Belongs to an AWS account. A repository must exist before the first push.",
    )
    fields = (
        Field(
            "alias",
            "Registry alias",
            example="a1b2c3d4",
            help="Stands on the ECR console's Public registry page: public.ecr.aws/ALIAS. "
            "Amazon gives one with the first public repository.",
            check=wrong_alias,
        ),
    )
    signs = ECR_PUBLIC_SIGNS
    ways_in = PUBLIC_WAYS_IN

    def claims(self, host: str) -> bool:
        return host in (HOST, DUAL_STACK_HOST)

    def from_page(self, host: str, path: str) -> tuple[str, str] | None:
        return (HOST, path) if host == GALLERY else None

    def split_image(self, path: str, *, names_an_image: bool) -> tuple[str, str]:
        return depth_split(path, _PREFIX_PARTS)

    def prefix(self, host: str, path: str) -> Prefix:
        if not path:
            raise incomplete(f"after {HOST} your registry's alias is missing", f"{HOST}/ALIAS")
        if "/" in path:
            suggestion = f"{host}/{path.partition('/')[0]}"
            raise invalid("the image's name does not belong into the prefix", suggestion)
        if wrong := wrong_alias(path):
            raise invalid(wrong)
        return super().prefix(host, path)

    def compose(self, answers: Mapping[str, str]) -> Prefix:
        return self.prefix(HOST, answers.get("alias", "").strip().lower())

    def answers(self, prefix: Prefix) -> Mapping[str, str]:
        return {"alias": prefix.path}

    def facts(self, repository: Repository) -> Mapping[str, str]:
        return {"cloud": "AWS", "name": parts_of(repository)[1]}

    def endpoint(self, host: str) -> Endpoint:
        return Endpoint(
            host,
            f"https://{host}",
            realms=(f"https://{host}/token/",),
            service=host,
            cloud_helpers=("ecr-login",),
            cloud="aws",
        )

    # --- who one is -------------------------------------------------------------------------------

    async def suggest(self, outside: Outside) -> AsyncGenerator[Suggestion, None]:
        from wizard.registries import ecr_public_sessions

        async for known in ecr_public_sessions.suggest(outside):
            yield known

    async def sessions(self, host: str, outside: Outside) -> tuple[Session, ...]:
        from wizard.registries import ecr_public_sessions

        return await ecr_public_sessions.sessions(host, outside)

    async def inspect(
        self, credential: Credential, repository: Repository, outside: Outside
    ) -> Identity:
        from wizard.registries import ecr_sessions

        return await ecr_sessions.inspect(credential, repository, "ecr-public", REGION)

    def pull_token(self, repository: Repository) -> PullToken:
        return PUBLIC_PULL_TOKEN

    def unfit_for_clusters(self, credential: Credential) -> str:
        return SHORT_LIVED if credential.username == "AWS" else ""

    def publish_fixes(self, repository: Repository, owner_kind: str) -> tuple[Fix, ...]:
        return ()

    # --- the repository ---------------------------------------------------------------------------

    async def missing_repository(
        self, repository: Repository, credential: AnyCredential, outside: Outside
    ) -> NewRepository | None:
        from wizard.registries import ecr_public_repository

        if not isinstance(credential, Credential):
            return None
        endpoint = self.endpoint(repository.host)
        return await ecr_public_repository.missing(repository, credential, endpoint, outside)

    async def missing_private(
        self, repository: Repository, credential: AnyCredential, outside: Outside
    ) -> NewRepository | None:
        from wizard.registries import ecr_public_repository

        raise ecr_public_repository.never_private(repository)

    async def create_repository(
        self, repository: Repository, credential: AnyCredential, outside: Outside
    ) -> str:
        from wizard.registries import ecr_public_repository

        needed = session_needed(repository, credential)
        endpoint = self.endpoint(repository.host)
        return await ecr_public_repository.create(repository, needed, endpoint, outside)

    async def delete(
        self, pushed: Reference, digest: Digest, credential: AnyCredential, outside: Outside
    ) -> str | None:
        from wizard.registries import ecr_public_repository

        needed = session_needed(pushed.repository, credential)
        return await ecr_public_repository.delete(pushed, needed, outside)

    # --- who may pull -----------------------------------------------------------------------------

    async def access(
        self,
        repository: Repository,
        audience: Audience,
        credential: AnyCredential,
        outside: Outside,
    ) -> Access | None:
        return Access(True, ALWAYS)

    async def declared_visibility(
        self, repository: Repository, credential: AnyCredential, outside: Outside
    ) -> DeclaredVisibility | None:
        return DeclaredVisibility("public", gallery_page(repository), ALWAYS)
