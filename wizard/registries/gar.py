"""Google Artifact Registry: LOCATION-docker.pkg.dev (registries.md E)."""
# ruff: noqa: ARG002 - methods of the provider protocol, which not every registry needs whole

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping

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
from wizard.core.secret import AnyCredential, Credential, Secret
from wizard.core.typed import shown
from wizard.registries import gar_access
from wizard.registries.gar_keys import is_token
from wizard.registries.gar_places import (
    HOST,
    OLD_HOST,
    SHAPE,
    place_of,
    project_parts,
    wrong_gar_repository,
    wrong_location,
    wrong_project,
)
from wizard.registries.gar_signs import GAR_SIGNS, GRANT_CLUSTER
from wizard.registries.gar_tokens import AccessTokens
from wizard.registries.gar_ways import WAYS_IN, pull_token
from wizard.registries.generic import OciRegistry, depth_split


class Gar(OciRegistry):
    """LOCATION-docker.pkg.dev; gcr.io is known only to say what came after it."""

    kind = "gar"
    title = "Google Artifact Registry"
    about = (
        "Costs by size, belongs to a Google Cloud project; clusters in it pull without a login.",
        "The repository must exist first; it can be public, by letting everybody read all of it.",
    )
    fields = (
        Field("location", "Location", example="us-central1", check=wrong_location),
        Field(
            "project",
            "Project id",
            example="proj-1",
            help="The id, not the number and not the display name.",
            check=wrong_project,
        ),
        Field(
            "gar_repository",
            "Repository",
            example="images",
            help="A Docker repository of that project in that location.",
            check=wrong_gar_repository,
        ),
    )
    signs = GAR_SIGNS
    ways_in = WAYS_IN

    def __init__(self) -> None:
        self._tokens = AccessTokens()

    def claims(self, host: str) -> bool:
        return host == "pkg.dev" or host.endswith((".pkg.dev", ".gcr.io")) or host == "gcr.io"

    def split_image(self, path: str, *, names_an_image: bool) -> tuple[str, str]:
        # `example.com:project` is written `example.com/project` in image names (E1).
        path = path.replace(":", "/")
        return depth_split(path, project_parts(path) + 1)

    def prefix(self, host: str, path: str) -> Prefix:
        if not HOST.fullmatch(host):
            raise _other_host(host, path)
        parts = path.split("/") if path else []
        wanted = project_parts(path) + 1
        if len(parts) < wanted:
            missing = "project and repository are" if not parts else "the repository is"
            shape = f"{host}/{path or 'PROJECT'}/REPOSITORY"
            raise incomplete(f"after {shown(path or host)} {missing} missing", shape)
        if len(parts) > wanted:
            suggestion = f"{host}/{'/'.join(parts[:wanted])}"
            raise invalid("the image's name does not belong into the prefix", suggestion)
        if wrong := wrong_project("/".join(parts[:-1])) or wrong_gar_repository(parts[-1]):
            raise invalid(wrong)
        return super().prefix(host, path)

    def compose(self, answers: Mapping[str, str]) -> Prefix:
        location = answers.get("location", "").strip().lower()
        if wrong := wrong_location(location):
            raise invalid(wrong, SHAPE)
        project = answers.get("project", "").strip().lower().replace(":", "/")
        name = answers.get("gar_repository", "").strip().lower()
        path = "/".join(part for part in (project, name) if part)
        return self.prefix(f"{location}-docker.pkg.dev", path)

    def answers(self, prefix: Prefix) -> Mapping[str, str]:
        place = place_of(Repository(prefix.host, prefix.path))
        return {
            "location": place.location,
            "project": place.project,
            "gar_repository": place.name,
        }

    def facts(self, repository: Repository) -> Mapping[str, str]:
        return {"cloud": "Google", **place_of(repository).facts}

    def endpoint(self, host: str) -> Endpoint:
        return Endpoint(
            host,
            f"https://{host}",
            realms=(f"https://{host}/v2/token",),
            cloud_helpers=("gcloud", "gcr"),
            cloud="google",
        )

    # --- who one is -------------------------------------------------------------------------------

    async def suggest(self, outside: Outside) -> AsyncGenerator[Suggestion, None]:
        from wizard.registries import gar_sessions

        async for known in gar_sessions.suggest(outside):
            yield known

    async def sessions(self, host: str, outside: Outside) -> tuple[Session, ...]:
        from wizard.registries import gar_sessions

        return await gar_sessions.sessions(outside)

    async def inspect(
        self, credential: Credential, repository: Repository, outside: Outside
    ) -> Identity:
        return await self._tokens.inspect(credential, repository, outside)

    def pull_token(self, repository: Repository) -> PullToken:
        return pull_token(place_of(repository))

    def unfit_for_clusters(self, credential: Credential) -> str:
        if is_token(credential.username, credential.secret):
            return (
                "a Google access token ends after one hour, and from then on no node could pull: "
                "use the key of a service account, or let the cluster's own account read"
            )
        return ""

    # --- the repository ---------------------------------------------------------------------------

    async def rights(
        self, repository: Repository, credential: AnyCredential, outside: Outside
    ) -> tuple[str, ...]:
        from wizard.registries import gar_repository

        bearer = await self._tokens.bearer(credential, outside)
        return await gar_repository.rights(repository, bearer, outside) if bearer else ()

    async def missing_repository(
        self, repository: Repository, credential: AnyCredential, outside: Outside
    ) -> NewRepository | None:
        from wizard.registries import gar_repository

        bearer = await self._tokens.bearer(credential, outside)
        return await gar_repository.missing(repository, bearer, outside) if bearer else None

    async def create_repository(
        self, repository: Repository, credential: AnyCredential, outside: Outside
    ) -> str:
        from wizard.registries import gar_repository

        bearer = await self._needed(repository, credential, outside)
        return await gar_repository.create(repository, bearer, outside)

    async def delete(
        self, pushed: Reference, digest: Digest, credential: AnyCredential, outside: Outside
    ) -> str | None:
        from wizard.registries import gar_repository

        bearer = await self._needed(pushed.repository, credential, outside)
        return await gar_repository.delete(pushed, digest, bearer, outside)

    # --- who may pull -----------------------------------------------------------------------------

    def known(self, audience: Audience) -> Audience:
        return gar_access.known(audience)

    async def access(
        self,
        repository: Repository,
        audience: Audience,
        credential: AnyCredential,
        outside: Outside,
    ) -> Access | None:
        bearer = await self._tokens.bearer(credential, outside)
        if bearer is None:
            return None
        return await gar_access.access(repository, audience, bearer, outside)

    async def open_to(
        self,
        repository: Repository,
        audience: Audience,
        credential: AnyCredential,
        outside: Outside,
    ) -> str:
        bearer = await self._needed(repository, credential, outside)
        return await gar_access.open_to(repository, audience, bearer, outside)

    async def declared_visibility(
        self, repository: Repository, credential: AnyCredential, outside: Outside
    ) -> DeclaredVisibility | None:
        found = await self.access(repository, Audience(), credential, outside)
        if found is None or found.is_allowed is None:
            return None
        setting = "public" if found.is_allowed else "private"
        return DeclaredVisibility(setting, place_of(repository).console, found.said)

    def publish_fixes(self, repository: Repository, owner_kind: str) -> tuple[Fix, ...]:
        place = place_of(repository)
        command = gar_access.grant_command(place, gar_access.EVERYBODY)
        return (
            Fix("Let everybody read the repository (all images in it become public)", command),
            GRANT_CLUSTER,
        )

    async def _needed(
        self, repository: Repository, credential: AnyCredential, outside: Outside
    ) -> Secret:
        bearer = await self._tokens.bearer(credential, outside)
        if bearer is None:
            words = "there is no login that Google's interface takes"
            seen = Evidence(Stage.API, str(repository), words, repository.host)
            raise Problem(seen, cause="login.missing")
        return bearer


def _other_host(host: str, path: str) -> Exception:
    old = OLD_HOST.fullmatch(host)
    if old:
        project = path.partition("/")[0] or "PROJECT"
        location = {"eu": "europe"}.get(old[1] or "us", old[1] or "us")
        return invalid(
            "Container Registry (gcr.io) was shut down; Artifact Registry took its place",
            f"{location}-docker.pkg.dev/{project}/REPOSITORY",
        )
    return invalid(f"{shown(host)} is not the host of a Docker repository at Google", SHAPE)
