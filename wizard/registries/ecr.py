"""Amazon ECR, private: ACCOUNT.dkr.ecr.REGION.amazonaws.com (registries.md C)."""
# ruff: noqa: ARG002 - methods of the provider protocol, which not every registry needs whole

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import Final

from wizard.core.diagnosis import Evidence, Fix, Problem, Stage
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
from wizard.core.typed import shown
from wizard.registries.ecr_places import (
    ACCOUNT_FIRST,
    EXAMPLE,
    HOST,
    OURS,
    place_of,
    suffix_of,
    wrong_account,
    wrong_folder,
    wrong_region,
)
from wizard.registries.ecr_signs import ECR_SIGNS
from wizard.registries.ecr_ways import PULL_TOKEN, WAYS_IN
from wizard.registries.generic import OciRegistry

__all__ = ["SHORT_LIVED", "Ecr", "suffix_of"]

SHORT_LIVED: Final = "Amazon's logins end after 12 hours"


class Ecr(OciRegistry):
    """ACCOUNT.dkr.ecr.REGION.amazonaws.com and its relatives in every partition."""

    kind = "ecr"
    title = "Amazon ECR"
    about = (
        "Private registry of an AWS account: never public, the cluster pulls by its own role.",
        "A repository must exist before the first push. Storage and transfer are paid for.",
    )
    fields = (
        Field(
            "account",
            "AWS account",
            example="123456789012",
            help="The 12 digits of the account that owns the registry.",
            check=wrong_account,
        ),
        Field("region", "Region", example="us-east-1", check=wrong_region),
        Field(
            "prefix",
            "Prefix of your repositories",
            example="team",
            help="Only if your repositories are called PREFIX/IMAGE.",
            check=wrong_folder,
            is_optional=True,
        ),
    )
    signs = ECR_SIGNS
    ways_in = WAYS_IN

    def claims(self, host: str) -> bool:
        return bool(HOST.fullmatch(host) or OURS.fullmatch(host) or ACCOUNT_FIRST.fullmatch(host))

    def prefix(self, host: str, path: str) -> Prefix:
        if HOST.fullmatch(host):
            return super().prefix(host, path)
        account, _, rest = host.partition(".")
        if not account.isdigit():
            raise incomplete("before .dkr.ecr the AWS account is missing", EXAMPLE)
        if wrong := wrong_account(account):
            raise invalid(f"{wrong}, and {shown(account)} has {len(account)}")
        raise invalid(f"{shown(rest)} is not how Amazon calls its registries", EXAMPLE)

    def compose(self, answers: Mapping[str, str]) -> Prefix:
        account = answers.get("account", "").strip().replace("-", "")
        region = answers.get("region", "").strip().lower()
        path = answers.get("prefix", "").strip().strip("/").lower()
        if wrong := wrong_account(account) or wrong_region(region) or wrong_folder(path):
            raise invalid(wrong, EXAMPLE)
        return self.prefix(f"{account}.dkr.ecr.{region}.{suffix_of(region)}", path)

    def answers(self, prefix: Prefix) -> Mapping[str, str]:
        found = HOST.fullmatch(prefix.host)
        account, region = (found[1], found[3]) if found else ("", "")
        return {"account": account, "region": region, "prefix": prefix.path}

    def facts(self, repository: Repository) -> Mapping[str, str]:
        if not HOST.fullmatch(repository.host):
            return {"cloud": "AWS"}
        place = place_of(repository)
        folder, slash, _ = place.name.rpartition("/")
        return {
            "cloud": "AWS",
            "name": place.name,
            "region": place.region,
            "account": place.account,
            "prefix": f"{repository.host}{slash}{folder}",
        }

    def endpoint(self, host: str) -> Endpoint:
        return Endpoint(host, f"https://{host}", cloud_helpers=("ecr-login",), cloud="aws")

    # --- who one is -------------------------------------------------------------------------------

    async def suggest(self, outside: Outside) -> AsyncGenerator[Suggestion, None]:
        from wizard.registries import ecr_sessions

        async for known in ecr_sessions.suggest(outside):
            yield known

    async def sessions(self, host: str, outside: Outside) -> tuple[Session, ...]:
        from wizard.registries import ecr_sessions

        return await ecr_sessions.sessions(host, outside)

    async def inspect(
        self, credential: Credential, repository: Repository, outside: Outside
    ) -> Identity:
        from wizard.registries import ecr_sessions

        return await ecr_sessions.inspect(credential, repository)

    def pull_token(self, repository: Repository) -> PullToken:
        return PULL_TOKEN

    def unfit_for_clusters(self, credential: Credential) -> str:
        return SHORT_LIVED if credential.username == "AWS" else ""

    def publish_fixes(self, repository: Repository, owner_kind: str) -> tuple[Fix, ...]:
        account = repository.host.partition(".")[0]
        return (
            Fix(
                "Say which AWS account the cluster runs in (here the registry's own, for example): "
                "its role then pulls by its own rights",
                command=f"registry-wizard setup --cluster-account {account}",
            ),
            Fix(
                "Or push to Amazon ECR Public, from where everybody pulls",
                command="registry-wizard setup public.ecr.aws/ALIAS",
            ),
        )

    # --- the repository ---------------------------------------------------------------------------

    async def missing_repository(
        self, repository: Repository, credential: AnyCredential, outside: Outside
    ) -> NewRepository | None:
        from wizard.registries import ecr_repository

        if not isinstance(credential, Credential):
            return None
        return await ecr_repository.missing(repository, credential, outside)

    async def create_repository(
        self, repository: Repository, credential: AnyCredential, outside: Outside
    ) -> str:
        from wizard.registries import ecr_repository

        needed = session_needed(repository, credential)
        endpoint = self.endpoint(repository.host)
        return await ecr_repository.create(repository, needed, endpoint, outside)

    async def delete(
        self, pushed: Reference, digest: Digest, credential: AnyCredential, outside: Outside
    ) -> str | None:
        from wizard.registries import ecr_repository

        needed = session_needed(pushed.repository, credential)
        return await ecr_repository.delete(pushed, needed, outside)

    # --- who may pull -----------------------------------------------------------------------------

    def known(self, audience: Audience) -> Audience:
        from wizard.registries import ecr_policy

        return ecr_policy.known(audience)

    async def access(
        self,
        repository: Repository,
        audience: Audience,
        credential: AnyCredential,
        outside: Outside,
    ) -> Access | None:
        from wizard.registries import ecr_access

        given = credential if isinstance(credential, Credential) else None
        return await ecr_access.access(repository, audience, given, outside)

    async def open_to(
        self,
        repository: Repository,
        audience: Audience,
        credential: AnyCredential,
        outside: Outside,
    ) -> str:
        from wizard.registries import ecr_access

        needed = session_needed(repository, credential)
        return await ecr_access.open_to(repository, audience, needed, outside)

    async def declared_visibility(
        self, repository: Repository, credential: AnyCredential, outside: Outside
    ) -> DeclaredVisibility | None:
        """It is private whatever anybody sets."""
        from wizard.registries.ecr_access import NEVER

        return DeclaredVisibility("private", evidence=NEVER)


def session_needed(repository: Repository, credential: AnyCredential) -> Credential:
    """Amazon's interfaces take a session, never the registry's own login. Raises Problem."""
    if isinstance(credential, Credential):
        return credential
    words = "there is no login to AWS"
    raise Problem(
        Evidence(Stage.API, str(repository), words, repository.host), cause="login.missing"
    )
